package dev.understudy.cli.label;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.files.Scratch;
import dev.understudy.labeler.Expert;
import dev.understudy.pipeline.label.LabelJob;
import dev.understudy.pipeline.label.LabelTarget;
import dev.understudy.pipeline.label.LabelTarget.ExpertSource;
import dev.understudy.pipeline.label.StoreBytes;
import dev.understudy.pipeline.label.SyntheticFrames;
import dev.understudy.pipeline.spark.SparkConfiguration;
import dev.understudy.pipeline.spark.TaskResults.JobFailedException;
import dev.understudy.store.LabelStore;
import dev.understudy.store.LabelStore.QuarantinedFrame;
import dev.understudy.store.ShardPlan;
import dev.understudy.store.StoreDescription.StoreTotals;
import dev.understudy.store.StorePublisher.ResumeOptions;
import dev.understudy.store.StoreVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.testng.Assert;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The job with real Spark and a synthetic expert: nothing lost, nothing done twice, the same bytes. */
public class LabelJobIT {
    private static final int FRAMES = 50;
    private static final int SHARD = 8;
    /** In this JVM, since the masters are local. */
    private static final AtomicInteger FAILURES_TO_COME = new AtomicInteger();

    private Path folder;

    @BeforeClass
    public void makeFolder() throws IOException {
        folder = Scratch.folder("label-job");
    }

    @AfterClass
    public void removeFolder() throws IOException {
        Scratch.delete(folder);
    }

    @Test
    public void sameBytesWhateverTheCluster() throws Exception {
        StoreTotals totals = label("one", "local[1]", LabelJobIT::expert);
        Assert.assertEquals(totals.quarantined(), 5);
        Assert.assertEquals(totals.frames(), FRAMES - 5);
        Assert.assertEquals(label("two", "local[2]", LabelJobIT::expert), totals);
        FAILURES_TO_COME.set(3);
        Assert.assertEquals(label("retried", "local[2]", LabelJobIT::expert), totals);
        Assert.assertEquals(FAILURES_TO_COME.get(), 0, "the tasks that were to fail did");
        Assert.assertEquals(StoreBytes.of(folder.resolve("two")), StoreBytes.of(folder.resolve("one")));
        Assert.assertEquals(StoreBytes.of(folder.resolve("retried")), StoreBytes.of(folder.resolve("one")));
        Assert.assertEquals(StoreVerifier.verify(folder.resolve("one"), shard -> {}), List.of());
        try (LabelStore store = LabelStore.open(folder.resolve("one"))) {
            Assert.assertEquals(
                    store.quarantined().stream().map(QuarantinedFrame::id).toList(),
                    List.of("synthetic/0007", "synthetic/0017", "synthetic/0027", "synthetic/0037", "synthetic/0047"));
            Assert.assertTrue(store.quarantined().get(0).reason().contains("cut off; copy it again"));
        }
    }

    @Test
    public void aJobThatFailedIsGoneOnWith() throws Exception {
        label("whole", "local[2]", LabelJobIT::expert);
        FAILURES_TO_COME.set(Integer.MAX_VALUE);
        JobFailedException failed =
                Assert.expectThrows(JobFailedException.class, () -> label("broken", "local[2]", LabelJobIT::expert));
        Assert.assertTrue(failed.getMessage().contains("bad luck"), failed.getMessage());
        Assert.assertTrue(failed.getMessage().contains("frame synthetic/"), failed.getMessage());
        Assert.assertFalse(Files.exists(folder.resolve("broken/_SUCCESS")));
        FAILURES_TO_COME.set(0);
        label("broken", "local[2]", LabelJobIT::expert);
        Assert.assertEquals(StoreBytes.of(folder.resolve("broken")), StoreBytes.of(folder.resolve("whole")));
        // Nothing is left to do, so Spark must not even start.
        label("broken", "no such master", LabelJobIT::expert);
    }

    @Test
    public void aTaskThatRunsOutOfMemoryFailsTheJobAndNotTheJvm() {
        JobFailedException failed = Assert.expectThrows(
                JobFailedException.class, () -> label("memory", "local[2]", LabelJobIT::withoutMemory));
        Assert.assertTrue(failed.getMessage().contains("OutOfMemoryError: no native memory"), failed.getMessage());
    }

    private static final AtomicInteger THREADS = new AtomicInteger();

    private static Expert counting(int threads) {
        THREADS.accumulateAndGet(threads, Math::max);
        return expert(threads);
    }

    @Test
    public void anExpertHasTheThreadsOfATask() throws Exception {
        ShardPlan plan = ShardPlan.of(SyntheticFrames.records(SHARD), SHARD);
        LabelTarget target =
                new LabelTarget(folder.resolve("threads"), SyntheticFrames.description(plan), LabelJobIT::counting);
        new LabelJob(new SparkConfiguration("local[2]", 2, Map.of()), SyntheticFrames::read, 1)
                .run(List.of(target), plan, ResumeOptions.DEFAULT, frames -> new SyntheticLabelJob.Silent());
        Assert.assertEquals(THREADS.get(), 2);
    }

    private static final AtomicInteger READS = new AtomicInteger();

    private static Frame counted(FrameRecord record) {
        READS.incrementAndGet();
        return SyntheticFrames.read(record);
    }

    /**
     * One store is whole before, so its expert is not asked again, and the frames are read for the two others alone.
     */
    @Test
    public void severalExpertsLabelIntoTheirOwnStoresAndReadEachFrameOnce() throws Exception {
        ShardPlan plan = ShardPlan.of(SyntheticFrames.records(FRAMES), SHARD);
        label("whole", "local[2]", LabelJobIT::expert);
        LabelTarget whole =
                new LabelTarget(folder.resolve("whole"), SyntheticFrames.description(plan), LabelJobIT::withoutMemory);
        LabelTarget first =
                new LabelTarget(folder.resolve("first"), SyntheticFrames.description(plan), LabelJobIT::expert);
        LabelTarget second =
                new LabelTarget(folder.resolve("second"), SyntheticFrames.description(plan), LabelJobIT::expert);
        READS.set(0);
        List<StoreTotals> totals = new LabelJob(new SparkConfiguration("local[2]", 1, Map.of()), LabelJobIT::counted, 3)
                .run(
                        List.of(whole, first, second),
                        plan,
                        ResumeOptions.DEFAULT,
                        frames -> new SyntheticLabelJob.Silent());
        Assert.assertEquals(READS.get(), FRAMES);
        Assert.assertEquals(totals.get(1), totals.get(0));
        Assert.assertEquals(totals.get(2), totals.get(0));
        Assert.assertEquals(StoreBytes.of(folder.resolve("first")), StoreBytes.of(folder.resolve("whole")));
        Assert.assertEquals(StoreBytes.of(folder.resolve("second")), StoreBytes.of(folder.resolve("whole")));
    }

    /** By the frame it happens to: what one frame is to blame for ends neither its shard nor the job. */
    @Test
    public void whatOneFrameIsToBlameForQuarantinesItAlone() throws Exception {
        ATTEMPTS.set(0);
        StoreTotals totals = label("blamed", "local[2]", LabelJobIT::troubled);
        // Frames that cannot be read end in 7; five of the readable ones are trouble.
        Assert.assertEquals(totals.quarantined(), 5 + 4);
        Assert.assertEquals(ATTEMPTS.get(), 2, "memory that was short for a moment is asked for again");
        try (LabelStore store = LabelStore.open(folder.resolve("blamed"))) {
            Map<String, String> reasons = new java.util.TreeMap<>();
            store.quarantined().forEach(frame -> reasons.put(frame.id(), frame.reason()));
            for (String id : List.of("synthetic/0001", "synthetic/0012", "synthetic/0033")) {
                Assert.assertTrue(reasons.get(id).startsWith(id + ": there is not enough memory"), reasons.get(id));
            }
            Assert.assertTrue(
                    reasons.get("synthetic/0020")
                            .startsWith("synthetic/0020: cannot be computed with (integer overflow)"),
                    reasons.get("synthetic/0020"));
            Assert.assertTrue(store.contains("synthetic/0021"));
            Assert.assertTrue(store.contains("synthetic/0041"));
        }
    }

    private static final AtomicInteger ATTEMPTS = new AtomicInteger();

    private static Expert troubled(int threads) {
        Expert expert = SyntheticFrames.expert();
        return new Expert() {
            @Override
            public dev.understudy.dataset.evidence.Evidence predict(dev.understudy.dataset.frame.Frame frame) {
                switch (frame.id()) {
                    case "synthetic/0001" ->
                        throw new OutOfMemoryError("Cannot reserve 9 bytes of direct buffer memory");
                    case "synthetic/0012" ->
                        throw new IllegalStateException(
                                "a reduction failed",
                                new RuntimeException("DefaultCPUAllocator: can't allocate memory: you tried 9 bytes"));
                    case "synthetic/0033" -> throw new OutOfMemoryError("Java heap space");
                    case "synthetic/0020" -> Math.multiplyExact(1 << 30, 4);
                    case "synthetic/0041" -> {
                        if (ATTEMPTS.incrementAndGet() == 1) {
                            throw new OutOfMemoryError("Java heap space");
                        }
                    }
                    default -> {}
                }
                return expert.predict(frame);
            }

            @Override
            public void close() {
                expert.close();
            }
        };
    }

    private static Expert withoutMemory(int threads) {
        throw new OutOfMemoryError("no native memory");
    }

    /** Fails a task in the middle of its shard while there are failures to come. */
    private static Expert expert(int threads) {
        boolean fail = FAILURES_TO_COME.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
        Expert expert = SyntheticFrames.expert();
        AtomicInteger frames = new AtomicInteger();
        return !fail
                ? expert
                : new Expert() {
                    @Override
                    public dev.understudy.dataset.evidence.Evidence predict(dev.understudy.dataset.frame.Frame frame) {
                        if (frames.incrementAndGet() == 3) {
                            throw new IllegalStateException("bad luck");
                        }
                        return expert.predict(frame);
                    }

                    @Override
                    public void close() {
                        expert.close();
                    }
                };
    }

    private StoreTotals label(String name, String master, ExpertSource experts) throws Exception {
        ShardPlan plan = ShardPlan.of(SyntheticFrames.records(FRAMES), SHARD);
        LabelJob job = new LabelJob(new SparkConfiguration(master, 1, Map.of()), SyntheticFrames::read, 1);
        LabelTarget target = new LabelTarget(folder.resolve(name), SyntheticFrames.description(plan), experts);
        return job.run(List.of(target), plan, ResumeOptions.DEFAULT, frames -> new SyntheticLabelJob.Silent())
                .get(0);
    }
}
