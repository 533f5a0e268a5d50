package dev.understudy.pipeline.label;

import dev.understudy.dataset.evidence.LevelHistogram;
import dev.understudy.pipeline.label.LabelJob.ShardTask.Done;
import dev.understudy.pipeline.label.LabelJob.ShardTask.Work;
import dev.understudy.pipeline.progress.Progress;
import dev.understudy.pipeline.spark.ExecutorWatch;
import dev.understudy.pipeline.spark.SparkConfiguration;
import dev.understudy.pipeline.spark.SparkRuntime;
import dev.understudy.pipeline.spark.TaskResults;
import dev.understudy.pipeline.spark.TaskStop;
import dev.understudy.store.ResumeOptions;
import dev.understudy.store.Shard;
import dev.understudy.store.ShardPlan;
import dev.understudy.store.ShardWriter.ShardResult;
import dev.understudy.store.StorePublisher;
import dev.understudy.store.StoreTotals;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.spark.SparkContext;

/**
 * Labels what stores lack, as one Spark job. Tasks write shards under temporary names; only this driver gives them
 * their final ones, and it counts what it has published and nothing else.
 */
public final class LabelJob {
    private final SparkConfiguration spark;
    private final FrameReading frames;
    private final int batch;

    /**
     * @param frames reads the frames of the plan, on the driver and on executors alike
     * @param batch frames that are shown to an expert at once
     */
    public LabelJob(SparkConfiguration spark, FrameReading frames, int batch) {
        this.spark = spark;
        this.frames = frames;
        this.batch = batch;
    }

    /**
     * Labels every shard of the plan that is not in a target's store yet. When it fails, what was published stays, and
     * the next run goes on from there.
     *
     * @param targets each with a store of its own
     * @return of each target sums over its whole store, whoever labelled its parts
     * @throws dev.understudy.conf.ConfigurationException if a store was made in another way, or another job holds it
     */
    public List<StoreTotals> run(List<LabelTarget> targets, ShardPlan plan, ResumeOptions resume, JobListener listener)
            throws IOException, InterruptedException {
        List<StorePublisher> publishers = new ArrayList<>();
        try {
            for (LabelTarget target : targets) {
                publishers.add(StorePublisher.open(target.path(), target.description(), plan, resume));
            }
            listener.accepted();
            List<Work> missing = missing(publishers);
            if (!missing.isEmpty()) {
                int frameCount = missing.stream()
                        .mapToInt(work -> work.shard().frames().size())
                        .sum();
                try (Progress shown = listener.begun(frameCount)) {
                    label(targets, missing, publishers, shown);
                }
            }
            List<StoreTotals> totals = new ArrayList<>();
            for (StorePublisher publisher : publishers) {
                totals.add(publisher.complete());
            }
            return totals;
        } finally {
            for (StorePublisher publisher : publishers) {
                publisher.close();
            }
        }
    }

    /** Shards by what lacks them, in the order of the plan. */
    private static List<Work> missing(List<StorePublisher> publishers) throws IOException {
        Map<Integer, Work> byOrdinal = new TreeMap<>();
        for (int target = 0; target < publishers.size(); target++) {
            for (Shard shard : publishers.get(target).missing()) {
                byOrdinal
                        .computeIfAbsent(shard.ordinal(), ordinal -> new Work(shard, new ArrayList<>()))
                        .targets()
                        .add(target);
            }
        }
        return List.copyOf(byOrdinal.values());
    }

    /** Experts of one job share the GPU of a task. */
    private static String device(List<LabelTarget> targets) {
        return targets.stream()
                .map(target -> target.experts().device())
                .filter(device -> device.startsWith("gpu"))
                .findFirst()
                .orElse("cpu");
    }

    private void label(
            List<LabelTarget> targets, List<Work> missing, List<StorePublisher> publishers, Progress progress)
            throws IOException, InterruptedException {
        ShardTask task = new ShardTask(List.copyOf(targets), frames, spark.threadsPerTask(), batch);
        SparkContext context = SparkRuntime.start("understudy label", spark, device(targets));
        try {
            targets.stream()
                    .flatMap(target -> target.experts().filesToSend().stream())
                    .distinct()
                    .forEach(file -> context.addFile(file.toString()));
            LabelTally tally = new LabelTally();
            try (TaskResults<List<Done>> results = TaskResults.submit(
                    context, inWords(targets, missing), missing, task::label, new ExecutorWatch(context, spark))) {
                for (int open = missing.size(); open > 0; open--) {
                    List<Done> done = results.take();
                    for (Done one : done) {
                        publishers.get(one.target()).commit(one.result());
                        tally.add(one.result());
                    }
                    progress.note(tally.note(publishers.get(0).totals().quarantined()));
                    results.done(frames(done.get(0).result()));
                    progress.step(frames(done.get(0).result()));
                }
            }
        } finally {
            context.stop();
        }
    }

    private static String inWords(List<LabelTarget> targets, List<Work> missing) {
        int frames =
                missing.stream().mapToInt(work -> work.shard().frames().size()).sum();
        return "label " + frames + " frames into "
                + targets.stream().map(target -> target.path().toString()).collect(Collectors.joining(", "));
    }

    private static long frames(ShardResult result) {
        return result.record().totals().frames() + result.record().totals().quarantined();
    }

    /** What a running job has labelled so far, in the few words that a progress line has room for. */
    static final class LabelTally {
        /** What the policy {@code threshold} is mostly given. */
        private static final double SURE = 0.9;

        private final LevelHistogram confidence = new LevelHistogram();

        void add(ShardResult result) {
            confidence.merge(result.confidence());
        }

        /** @param quarantined frames of the whole store */
        String note(long quarantined) {
            long pixels = confidence.total();
            String sure = pixels == 0
                    ? ""
                    : String.format(
                            Locale.ROOT,
                            "confidence %.2f, %.0f%% kept at %.1f, ",
                            confidence.mean(),
                            100.0 * confidence.countFrom((int) Math.ceil(SURE * 255)) / pixels,
                            SURE);
            return sure + quarantined + " quarantined";
        }
    }

    /**
     * Labels one shard on an executor, for each store that lacks it. Frames that cannot be read are quarantined;
     * anything else that goes wrong fails the task, and Spark tries it again: what depends on luck must not be written
     * down as a property of a frame. When Spark asks it to, a task stops before its next frames and leaves nothing
     * behind.
     *
     * @param targets all of the job's
     * @param threads processor threads of a task
     * @param batch frames that are shown to an expert at once
     */
    public record ShardTask(List<LabelTarget> targets, FrameReading frames, int threads, int batch)
            implements Serializable {
        /**
         * What one task does.
         *
         * @param targets numbers of those that lack the shard
         */
        public record Work(Shard shard, List<Integer> targets) implements Serializable {}

        /** What came of it for one target. */
        public record Done(int target, ShardResult result) implements Serializable {}

        public List<Done> label(Work work) throws IOException {
            String attempt = UUID.randomUUID().toString();
            Shard shard = work.shard();
            try (OpenTargets open = new OpenTargets();
                    ReadAhead ahead = new ReadAhead(shard.frames(), frames)) {
                for (int target : work.targets()) {
                    open.add(targets.get(target), shard, attempt, threads);
                }
                while (ahead.hasNext()) {
                    TaskStop.check();
                    List<ReadAhead.Item> items = new ArrayList<>();
                    while (items.size() < batch && ahead.hasNext()) {
                        items.add(ahead.next());
                    }
                    try {
                        open.label(items);
                    } catch (RuntimeException e) {
                        throw new IllegalStateException(
                                "shard " + shard.id() + ", frame "
                                        + items.get(0).record().id()
                                        + (items.size() > 1
                                                ? " or one of the " + (items.size() - 1) + " behind it"
                                                : "")
                                        + ": "
                                        + e,
                                e);
                    }
                }
                List<Done> done = new ArrayList<>();
                List<ShardResult> results = open.finish();
                for (int i = 0; i < results.size(); i++) {
                    done.add(new Done(work.targets().get(i), results.get(i)));
                }
                return done;
            }
        }
    }

    /** What is told of a label job as it goes, on the thread that runs it. */
    @FunctionalInterface
    public interface JobListener {
        /**
         * The store is this job's: it is of the same making, and locked until the job ends. Nothing has been labelled
         * yet, and perhaps nothing is missing.
         */
        default void accepted() throws IOException {}

        /**
         * Work begins; not called when nothing is missing.
         *
         * @param frames that are missing
         * @return the progress to show; it steps by frames
         */
        Progress begun(int frames);
    }
}
