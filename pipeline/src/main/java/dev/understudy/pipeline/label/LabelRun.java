package dev.understudy.pipeline.label;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.PathText;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.files.DataException;
import dev.understudy.files.storage.Storage;
import dev.understudy.labeler.ExpertCard;
import dev.understudy.labeler.ExpertConfiguration;
import dev.understudy.labeler.ExpertPlan;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.onnx.OnnxNetwork;
import dev.understudy.pipeline.RunObserver.Progress;
import dev.understudy.pipeline.label.LabelJob.JobListener;
import dev.understudy.pipeline.label.LabelTarget.FrameReading;
import dev.understudy.pipeline.spark.HadoopProvider;
import dev.understudy.store.LabelStore;
import dev.understudy.store.ShardPlan;
import dev.understudy.store.StoreDescription;
import dev.understudy.store.StoreDescription.StoreTotals;
import dev.understudy.store.StorePublisher.ResumeOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** From a configuration to a labelled store: plans, then runs the job. */
public final class LabelRun {
    private LabelRun() {}

    /**
     * @param progress makes the progress to show, given the number of frames that are missing
     * @throws dev.understudy.conf.ConfigurationException if the configuration asks for what the expert cannot do, or
     *     the store was made in another way
     * @throws DataException if manifest or checkpoint cannot be read, or there is nothing to label
     */
    public static StoreTotals run(
            LabelConfiguration configuration, ResumeOptions resume, IntFunction<Progress> progress)
            throws IOException, InterruptedException {
        HadoopProvider.configure(configuration.spark().settings());
        Manifest manifest = Manifest.read(configuration.manifest(), configuration.split());
        Manifest frames = manifest.filter(configuration.frames()::takes);
        if (frames.size() == 0) {
            throw new DataException(configuration.manifest() + ": none of " + manifest.size() + " frames is "
                    + configuration.frames().inWords() + ", expected some to label; see --frames and --split");
        }
        return run(configuration, frames, resume, new JobListener() {
            // Kept from the start, so that a store whose job was killed knows how to be finished.
            @Override
            public void accepted() throws IOException {
                for (LabelConfiguration one : configuration.each()) {
                    LabelRecord.write(one.store(), one);
                }
            }

            @Override
            public Progress begun(int missing) {
                return progress.apply(missing);
            }
        });
    }

    /**
     * As {@link #run(LabelConfiguration, ResumeOptions, IntFunction)}, with all of {@code frames}, whoever chose them;
     * the stores do not come to know where they are.
     *
     * @return of the first store
     */
    public static StoreTotals run(
            LabelConfiguration configuration, Manifest frames, ResumeOptions resume, JobListener listener)
            throws IOException, InterruptedException {
        HadoopProvider.configure(configuration.spark().settings());
        ShardPlan plan = ShardPlan.of(frames.frames(), configuration.shardSize());
        checkDevices(configuration);
        List<LabelTarget> targets = targets(configuration, plan);
        checkSent(targets);
        LabelJob job = new LabelJob(
                configuration.spark().asSubmitted(),
                new DiskFrameReading(frames.folder().toString(), configuration.maxPixels()),
                configuration.batch());
        return job.run(targets, plan, resume, listener).get(0);
    }

    private static List<LabelTarget> targets(LabelConfiguration configuration, ShardPlan plan) {
        List<LabelConfiguration> each = configuration.each();
        String experts = NetworkExpertSource.together(
                each.stream().map(LabelConfiguration::expert).toList());
        return each.stream()
                .map(one -> {
                    ExpertPlan expert = ExpertPlan.of(one.expert());
                    return new LabelTarget(
                            one.store(),
                            expert.describe(plan, one.batch()),
                            NetworkExpertSource.of(one.expert(), expert, experts, one.sendCheckpoint()));
                })
                .toList();
    }

    /** Spark keeps what it sends in one folder. */
    private static void checkSent(List<LabelTarget> targets) {
        Map<Path, Path> byName = new HashMap<>();
        targets.stream()
                .flatMap(target -> target.experts().filesToSend().stream())
                .map(Path::toAbsolutePath)
                .forEach(file -> {
                    Path other = byName.putIfAbsent(file.getFileName(), file);
                    if (other != null && !other.equals(file)) {
                        throw new ConfigurationException("sendCheckpoint: " + other + " and " + file
                                + " have one name, and Spark sends files without their folders; rename one of them");
                    }
                });
    }

    /** Here, a device that is asked for must be there; a cluster is asked to set one aside for every task. */
    private static void checkDevices(LabelConfiguration configuration) {
        if (configuration.spark().asSubmitted().isLocal()) {
            configuration.each().stream().map(LabelConfiguration::expert).forEach(LabelRun::checkDevice);
        }
    }

    private static void checkDevice(ExpertConfiguration expert) {
        Path path = expert.card();
        ExpertCard card = path == null ? null : ExpertCard.load(path);
        if (card == null || card.network().architecture() != null) {
            expert.precision(card).check(NativeEngine.start(expert.device()));
        } else if (expert.device().startsWith("gpu")) {
            if (card.network().onnx() != null) {
                OnnxNetwork.requireDevice(expert.device());
            } else {
                NativeEngine.start(expert.device());
            }
        }
    }

    /**
     * Reads frames from the manifest's folder, which every executor must see under the same path or URI. Only the
     * picture is opened: no expert of today looks at depth, and none may see the truth.
     *
     * @param folder of the manifest; nothing outside of it is read
     * @param maxPixels width × height of the largest picture that is decoded
     */
    public record DiskFrameReading(String folder, long maxPixels) implements FrameReading {
        private static final int REQUESTS_AT_ONCE = 4;

        @Override
        public int atOnce() {
            return Storage.isRemote(PathText.parse(folder)) ? REQUESTS_AT_ONCE : 1;
        }

        @Override
        public Frame read(FrameRecord record) {
            FrameRecord seen = FrameRecord.of(record.id(), record.rgb())
                    .split(record.split())
                    .build();
            Frame frame = new DiskFrameSource(Manifest.of(PathText.parse(folder), List.of(seen)), maxPixels).read(0);
            return new Frame(record, frame.rgb(), null, null, null);
        }
    }

    /**
     * What a store holds when a job is done.
     *
     * @param meanConfidence mean probability of the most probable class, 0–1; null without segmentation or frames
     * @param classes share of the pixels by most probable class, largest first; empty without segmentation
     */
    public record LabelResult(
            String store,
            long frames,
            long quarantined,
            @Nullable Double meanConfidence,
            Map<String, Double> classes) {
        private static final int SHOWN = 12;

        /** @param store complete */
        public static LabelResult of(Path store, StoreTotals totals) {
            Map<String, Double> shares = new LinkedHashMap<>();
            StoreDescription description;
            try (LabelStore labels = LabelStore.open(store)) {
                description = labels.description();
            }
            if (description.hasSegmentation()) {
                IntFunction<String> names = names(description);
                totals.classPixels().entrySet().stream()
                        .sorted((a, b) -> Long.compare(b.getValue(), a.getValue()))
                        .forEach(e -> shares.put(
                                names.apply(e.getKey()), (double) e.getValue() / Math.max(1, totals.pixels())));
            }
            return new LabelResult(
                    store.toString(),
                    totals.frames(),
                    totals.quarantined(),
                    shares.isEmpty() ? null : totals.meanConfidence(),
                    shares);
        }

        /** By number where only the name of a user's own class space is known. */
        private static IntFunction<String> names(StoreDescription description) {
            try {
                return Objects.requireNonNull(description.classSpace())::className;
            } catch (DataException e) {
                return index -> index == LabelMap.IGNORE ? "ignore" : description.classes() + " " + index;
            }
        }

        /** As people read it. */
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            lines.add(String.format(Locale.ROOT, "%s: %d frames labelled, %d quarantined", store, frames, quarantined));
            if (meanConfidence != null) {
                lines.add(String.format(Locale.ROOT, "mean confidence %.3f", meanConfidence));
                classes.entrySet().stream()
                        .limit(SHOWN)
                        .forEach(e -> lines.add(
                                String.format(Locale.ROOT, "  %5.1f %%  %s", 100 * e.getValue(), e.getKey())));
                if (classes.size() > SHOWN) {
                    lines.add("  and " + (classes.size() - SHOWN) + " more classes");
                }
            }
            return lines;
        }
    }
}
