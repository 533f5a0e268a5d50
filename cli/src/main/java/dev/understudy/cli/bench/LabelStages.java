package dev.understudy.cli.bench;

import dev.understudy.cli.console.PictureSize;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.labeler.ExpertConfiguration;
import dev.understudy.labeler.ExpertPlan;
import dev.understudy.labeler.NetworkExpert;
import dev.understudy.model.benchmark.Durations;
import dev.understudy.model.engine.Precision;
import dev.understudy.model.inference.PictureNetwork;
import dev.understudy.store.ShardPlan;
import dev.understudy.store.ShardWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * An expert on the way that the label job takes, frame by frame in one task, a shard a round. Medians over rounds,
 * milliseconds a frame.
 *
 * @param size of the pictures, of the first if they differ
 * @param frames of a round
 * @param network of all views, with what makes the input of the picture
 * @param reduction from the network's answer to evidence
 * @param encode of evidence, in memory
 * @param write of a shard to disk, read back and hashed
 * @param framesPerSecond of the whole way
 */
record LabelStages(
        String expert,
        String size,
        int frames,
        int threads,
        int views,
        double decode,
        double network,
        double reduction,
        double encode,
        double write,
        double framesPerSecond) {
    private static final int SHARD_SIZE = 8;

    /** One made picture, again and again. */
    static LabelStages ofMadePicture(Path card, Precision precision, PictureSize size, int threads, int rounds)
            throws IOException {
        try (ScratchFolder scratch = ScratchFolder.create()) {
            Path picture = scratch.resolve("bench.png");
            RgbFiles.writePng(picture, NetworkStages.gradient(size));
            return measure(
                    ExpertConfiguration.ofCard(card).precision(precision).build(),
                    Collections.nCopies(SHARD_SIZE, picture),
                    threads,
                    rounds);
        }
    }

    /**
     * @param pictures that one round labels
     * @param rounds that count; one before them warms up
     */
    static LabelStages measure(ExpertConfiguration configuration, List<Path> pictures, int threads, int rounds)
            throws IOException {
        ExpertPlan plan = ExpertPlan.of(configuration);
        List<Round> measured = new ArrayList<>();
        String size = "";
        try (ScratchFolder scratch = ScratchFolder.create();
                PictureNetwork built = plan.build(threads);
                NetworkExpert expert = new NetworkExpert(built.lent(), plan, threads)) {
            for (int round = -1; round < rounds; round++) {
                Round times = new Round();
                List<Evidence> evidence = new ArrayList<>();
                for (Path picture : pictures) {
                    evidence.add(times.predict(picture, plan, built, expert));
                }
                times.store(plan, evidence, scratch.path(), threads);
                size = evidence.get(0).width() + "x" + evidence.get(0).height();
                if (round >= 0) {
                    measured.add(times);
                }
            }
        }
        double[] medians = new double[Round.STAGES];
        for (int stage = 0; stage < medians.length; stage++) {
            int which = stage;
            medians[stage] =
                    Durations.median(measured.stream().map(r -> r.millis[which]).toList()) / pictures.size();
        }
        // The network ran once to be measured by itself, and once more with what comes after it.
        double whole = medians[0] + medians[2] + medians[3] + medians[4];
        return new LabelStages(
                configuration.name(),
                size,
                pictures.size(),
                threads,
                plan.views().size(),
                medians[0],
                medians[1],
                Math.max(0, medians[2] - medians[1]),
                medians[3],
                medians[4],
                1000 / whole);
    }

    List<String> lines() {
        return List.of(
                String.format(
                        Locale.ROOT,
                        "%s, %s, %d threads, %d views, %d frames a round, ms a frame",
                        expert,
                        size,
                        threads,
                        views,
                        frames),
                String.format(Locale.ROOT, "  decode     %8.1f", decode),
                String.format(Locale.ROOT, "  network    %8.1f", network),
                String.format(Locale.ROOT, "  reduction  %8.1f", reduction),
                String.format(Locale.ROOT, "  encode     %8.1f", encode),
                String.format(Locale.ROOT, "  write      %8.1f", write),
                String.format(Locale.ROOT, "%.2f frames/s the whole way", framesPerSecond));
    }

    /** Times of one round: decode, network, prediction (the network again, and the reduction), encode, write. */
    private static final class Round {
        static final int STAGES = 5;

        final double[] millis = new double[STAGES];
        private long since;

        Evidence predict(Path picture, ExpertPlan plan, PictureNetwork built, NetworkExpert expert) {
            since = System.nanoTime();
            RgbImage rgb = RgbFiles.read(picture);
            lap(0);
            plan.views().forEach(view -> built.features(List.of(rgb), view));
            lap(1);
            Evidence evidence = expert.predict(
                    new Frame(FrameRecord.of("bench", "bench.png").build(), rgb, null, null, null));
            lap(2);
            return evidence;
        }

        void store(ExpertPlan plan, List<Evidence> evidence, Path folder, int threads) throws IOException {
            List<FrameRecord> records = new ArrayList<>();
            for (int i = 0; i < evidence.size(); i++) {
                records.add(FrameRecord.of("bench-" + i, "bench.png").build());
            }
            ShardPlan shards = ShardPlan.of(records, evidence.size());
            String attempt = UUID.randomUUID().toString();
            try (ShardWriter writer = ShardWriter.create(
                    folder, plan.describe(shards), shards.shards().get(0), attempt, threads)) {
                since = System.nanoTime();
                for (int i = 0; i < evidence.size(); i++) {
                    writer.put(records.get(i), evidence.get(i));
                }
                lap(3);
                writer.finish();
                lap(4);
            }
        }

        private void lap(int stage) {
            long now = System.nanoTime();
            millis[stage] += (now - since) * 1e-6;
            since = now;
        }
    }
}
