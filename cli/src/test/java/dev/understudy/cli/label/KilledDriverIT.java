package dev.understudy.cli.label;

import dev.understudy.cli.console.ExitCode;
import dev.understudy.files.ChildJvm;
import dev.understudy.pipeline.label.StoreBytes;
import dev.understudy.pipeline.label.SyntheticFrames;
import dev.understudy.pipeline.process.KillPoint;
import dev.understudy.store.ShardPlan;
import dev.understudy.store.StorePublisher;
import dev.understudy.store.StorePublisher.ResumeOptions;
import dev.understudy.store.StoreVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.testng.Assert;
import org.testng.Reporter;
import org.testng.annotations.Test;

/** Drivers that are killed, and stores that do not show it. */
public class KilledDriverIT extends UntroubledJob {
    private static final String STORE = "dev.understudy.store.";

    @Test
    public void killedAtEveryPointAndResumedEveryTime() throws Exception {
        List<KillPoint> points = List.of(
                new KillPoint("before a shard is begun", STORE + "ShardWriter", "create", 1),
                new KillPoint("in the middle of a file", "io.jhdf.storage.HdfFileChannel", "write", 40),
                new KillPoint("after a shard is on disk", STORE + "ShardWriter$ShardResult", "<init>", 2),
                new KillPoint("between the renames of a shard", STORE + "ShardCommits$Renamed", "publishQuarantine", 3),
                new KillPoint("before a shard's record", STORE + "ShardCommits$Renamed", "publishTiming", 2),
                new KillPoint("before _SUCCESS", STORE + "SuccessFile", "write", 1));
        Path store = scratch.resolve("killed");
        int published = 0;
        for (KillPoint point : points) {
            point.runUpTo(command(store, 0), scratch.resolve("killed.log"));
            Assert.assertFalse(Files.exists(store.resolve("_SUCCESS")), point.name());
            int now = soundShards(store);
            Assert.assertTrue(now >= published, point.name() + ": " + now + " shards, there were " + published);
            published = now;
        }
        Assert.assertEquals(
                published, SyntheticLabelJob.plan().shards().size(), "the last was killed when all were in");
        assertGoneOnWith(store);
    }

    @Test
    public void killedAtRandomTimes() throws Exception {
        long seed = 20261126;
        Reporter.log("seed " + seed, true);
        Random random = new Random(seed);
        Path store = scratch.resolve("random");
        for (int kill = 0; kill < 3; kill++) {
            try (ChildJvm driver = ChildJvm.start(command(store, 40), scratch.resolve("random.log"))) {
                awaitWork(driver, store);
                Thread.sleep(random.nextInt(500));
                driver.kill();
            }
            soundShards(store);
        }
        assertGoneOnWith(store);
    }

    @Test
    public void ctrlCStopsItCleanlyAndSaysHowToGoOn() throws Exception {
        Path store = scratch.resolve("interrupted");
        List<String> command = ChildJvm.hearingCtrlC(command(store, 100));
        try (ChildJvm driver = ChildJvm.start(command, scratch.resolve("interrupted.log"))) {
            awaitWork(driver, store);
            driver.interrupt();
            Assert.assertEquals(driver.exitCode(), ExitCode.INTERRUPTED, driver.output());
            Assert.assertTrue(
                    driver.output().contains("understudy: interrupted; run the same command again to go on"),
                    driver.output());
        }
        Assert.assertFalse(Files.exists(store.resolve("_SUCCESS")));
        assertGoneOnWith(store);
    }

    private static List<String> command(Path store, int millisAFrame) {
        List<String> command = new ArrayList<>(ChildJvm.command(List.of(), SyntheticLabelJob.class));
        command.addAll(List.of(store.toString(), "local[2]", Integer.toString(millisAFrame)));
        return command;
    }

    private static void awaitWork(ChildJvm driver, Path store) throws Exception {
        while (!Files.isDirectory(store.resolve(".tmp")) || shards(store) == 0) {
            Assert.assertTrue(driver.process().isAlive(), driver.output());
            Thread.sleep(5);
        }
    }

    private static long shards(Path store) throws IOException {
        if (!Files.isDirectory(store.resolve("shards"))) {
            return 0;
        }
        try (Stream<Path> files = Files.list(store.resolve("shards"))) {
            return files.filter(file -> file.toString().endsWith(".json")).count();
        }
    }

    /** Every shard that is said to be there is there, to the byte. @return how many */
    private static int soundShards(Path store) throws IOException {
        ShardPlan plan = SyntheticLabelJob.plan();
        ResumeOptions checksums = new ResumeOptions(false, false, true);
        long said = shards(store);
        try (StorePublisher publisher =
                StorePublisher.open(store, SyntheticFrames.description(plan), plan, checksums)) {
            int sound = plan.shards().size() - publisher.missing().size();
            Assert.assertEquals(sound, said);
            return sound;
        }
    }

    private void assertGoneOnWith(Path store) throws Exception {
        SyntheticLabelJob.run(store, HERE, FAST);
        Assert.assertEquals(StoreVerifier.verify(store, shard -> {}), List.of());
        Assert.assertEquals(StoreBytes.of(store), StoreBytes.of(untroubled));
    }
}
