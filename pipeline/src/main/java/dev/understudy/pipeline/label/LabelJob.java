package dev.understudy.pipeline.label;

import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.LevelHistogram;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.files.DataException;
import dev.understudy.labeler.Expert;
import dev.understudy.pipeline.RunObserver.Progress;
import dev.understudy.pipeline.label.LabelJob.ShardTask.Done;
import dev.understudy.pipeline.label.LabelJob.ShardTask.Work;
import dev.understudy.pipeline.label.LabelTarget.FrameReading;
import dev.understudy.pipeline.label.ReadAhead.FrameTrouble;
import dev.understudy.pipeline.spark.SparkConfiguration;
import dev.understudy.pipeline.spark.SparkRuntime;
import dev.understudy.pipeline.spark.TaskResults;
import dev.understudy.pipeline.spark.TaskResults.ExecutorWatch;
import dev.understudy.pipeline.spark.TaskStop;
import dev.understudy.store.ShardPlan;
import dev.understudy.store.ShardPlan.Shard;
import dev.understudy.store.ShardWriter;
import dev.understudy.store.ShardWriter.FrameTiming;
import dev.understudy.store.ShardWriter.ShardResult;
import dev.understudy.store.StoreDescription.StoreTotals;
import dev.understudy.store.StorePublisher;
import dev.understudy.store.StorePublisher.ResumeOptions;
import java.io.IOException;
import java.io.Serializable;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.spark.SparkContext;
import org.jspecify.annotations.Nullable;

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

    /** The experts of a task with the shards that they write, as long as it lasts. For one thread at a time. */
    private static final class OpenTargets implements AutoCloseable {
        private final List<Target> targets = new ArrayList<>();

        private record Target(Expert expert, ShardWriter writer) {}

        void add(LabelTarget target, Shard shard, String attempt, int threads) throws IOException {
            Expert expert = target.experts().open(threads);
            try {
                targets.add(new Target(
                        expert, ShardWriter.create(target.path(), target.description(), shard, attempt, threads)));
            } catch (IOException | RuntimeException e) {
                expert.close();
                throw e;
            }
        }

        /** Asks every expert about frames that follow each other, and quarantines those that could not be read. */
        void label(List<ReadAhead.Item> items) {
            List<Frame> readable = items.stream()
                    .map(ReadAhead.Item::frame)
                    .filter(Objects::nonNull)
                    .toList();
            for (Target target : targets) {
                Iterator<Answer> answers = ask(target.expert, readable, true).iterator();
                for (ReadAhead.Item item : items) {
                    put(item, item.frame() == null ? new Answer(null, item.failure(), 0) : answers.next(), target);
                }
            }
        }

        /**
         * What an expert says of a frame, or why it says nothing.
         *
         * @param millis that it took, an equal share of its batch
         */
        private record Answer(
                @Nullable Evidence evidence, @Nullable DataException failure, double millis) {}

        private static List<Answer> ask(Expert expert, List<Frame> frames, boolean mayBeLuck) {
            long start = System.nanoTime();
            try {
                List<Evidence> evidence = frames.isEmpty() ? List.of() : expert.predict(frames);
                double millis = (System.nanoTime() - start) * 1e-6 / Math.max(1, frames.size());
                return evidence.stream()
                        .map(one -> new Answer(one, null, millis))
                        .toList();
            } catch (RuntimeException | OutOfMemoryError e) {
                DataException trouble = FrameTrouble.of(frames.get(0).record(), e);
                if (trouble == null) {
                    throw e;
                }
                if (frames.size() == 1) {
                    return List.of(
                            mayBeLuck && FrameTrouble.isMemory(e)
                                    ? again(expert, frames)
                                    : new Answer(null, trouble, 0));
                }
                // One of them is to blame; alone, each tells for itself.
                return frames.stream()
                        .flatMap(frame -> ask(expert, List.of(frame), true).stream())
                        .toList();
            }
        }

        /** Memory may have been short for a moment, for which a frame is not to be blamed. */
        private static Answer again(Expert expert, List<Frame> one) {
            return ask(expert, one, false).get(0);
        }

        private static void put(ReadAhead.Item item, Answer answer, Target target) {
            long start = System.nanoTime();
            DataException failure = answer.failure;
            if (answer.evidence != null) {
                try {
                    target.writer.put(item.record(), answer.evidence);
                    double millis = answer.millis + (System.nanoTime() - start) * 1e-6;
                    target.writer.timing(new FrameTiming(item.record().id(), item.millis(), millis, Worker.NAME));
                    return;
                } catch (DataException e) {
                    failure = e;
                }
            }
            DataException reason = Objects.requireNonNull(failure);
            target.writer.quarantine(
                    item.record().id(),
                    String.valueOf(reason.getMessage()),
                    reason.getClass().getSimpleName());
        }

        /** In the order in which they were added. */
        List<ShardResult> finish() throws IOException {
            List<ShardResult> results = new ArrayList<>();
            for (Target target : targets) {
                results.add(target.writer.finish());
            }
            return results;
        }

        @Override
        public void close() throws IOException {
            IOException failure = null;
            for (Target target : targets) {
                try (Expert expert = target.expert;
                        ShardWriter writer = target.writer) {
                    // Both are closed, whatever the one says.
                } catch (IOException e) {
                    failure = e;
                }
            }
            if (failure != null) {
                throw failure;
            }
        }

        /** Looked up once a JVM, since asking for the host's name can be slow. */
        private static final class Worker {
            static final String NAME = name();

            private static String name() {
                String process = Long.toString(ProcessHandle.current().pid());
                try {
                    return InetAddress.getLocalHost().getHostName() + ":" + process;
                } catch (java.net.UnknownHostException e) {
                    return "unknown:" + process;
                }
            }
        }
    }
}
