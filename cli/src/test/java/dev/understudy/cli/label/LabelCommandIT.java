package dev.understudy.cli.label;

import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.Students;
import dev.understudy.cli.Understudy;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.dataset.frame.Task;
import dev.understudy.files.ChildJvm;
import dev.understudy.pipeline.label.StoreBytes;
import dev.understudy.pipeline.process.KillPoint;
import dev.understudy.store.LabelStore;
import dev.understudy.store.StoreVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.testng.Assert;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The way of a user: render, label with a real network through real Spark, filter, evaluate. */
public class LabelCommandIT extends LabelledRooms {
    @Test
    public void sameBytesForOneAndTwoSlots() throws IOException {
        Path one = label("one", "local[1]");
        Path two = label("two", "local[2]");
        Assert.assertEquals(StoreBytes.of(two), StoreBytes.of(one));
        Assert.assertEquals(StoreVerifier.verify(one, shard -> {}), List.of());
        try (LabelStore store = LabelStore.open(one)) {
            Assert.assertEquals(store.ids().size(), 9, "frames with labels are left alone");
            Assert.assertEquals(store.description().tasks(), List.of(Task.SEGMENTATION, Task.DEPTH));
            Assert.assertEquals(store.description().classes(), "nyud40");
        }
    }

    @Test
    public void anUnreadableFrameIsQuarantinedAndTheJobGoesOn() throws IOException {
        Path damaged = scratch.resolve("damaged");
        copy(rooms, damaged);
        Path victim = damaged.resolve("rgb/depth-only/000004.png");
        byte[] whole = Files.readAllBytes(victim);
        Files.write(victim, java.util.Arrays.copyOf(whole, whole.length / 2));
        Path store = scratch.resolve("damaged-store");
        CommandLineRun run = CommandLineRun.done(arguments(damaged, store, "local[2]"));
        Assert.assertTrue(run.out().contains("8 frames labelled, 1 quarantined"), run.out());
        try (LabelStore labels = LabelStore.open(store)) {
            Assert.assertEquals(labels.quarantined().size(), 1);
            Assert.assertTrue(labels.quarantined().get(0).reason().contains("000004.png"));
        }
        CommandLineRun again = CommandLineRun.of(with(arguments(damaged, store, "local[2]"), "--max-quarantined", "0"));
        Assert.assertEquals(again.exitCode(), ExitCode.TOO_MANY_QUARANTINED, again.err());
        Assert.assertTrue(again.err().contains("maxQuarantined allows 0"), again.err());
    }

    @Test
    public void largerPicturesThanAreAllowedAreQuarantinedUntilTheyAreAllowed() throws IOException {
        Path store = scratch.resolve("large");
        CommandLineRun few = CommandLineRun.of(with(arguments(rooms, store, "local[2]"), "--max-pixels", 3071));
        Assert.assertEquals(few.exitCode(), ExitCode.TOO_MANY_QUARANTINED, few.err());
        try (LabelStore labels = LabelStore.open(store)) {
            Assert.assertEquals(labels.quarantined().size(), 9);
            String reason = labels.quarantined().get(0).reason();
            Assert.assertTrue(reason.contains("found 64×48 pixels, expected at most 3071 in all"), reason);
            Assert.assertTrue(reason.contains("raise maxPixels"), reason);
        }
        CommandLineRun.done(with(arguments(rooms, store, "local[2]"), "--max-pixels", 3072, "--retry-quarantined"));
        Assert.assertEquals(StoreBytes.of(store), StoreBytes.of(labelOnce("unchanged")));
    }

    /** No class 0 of full agreement where the network said nothing. */
    @Test
    public void framesWhoseOutputsAreNotFiniteAreQuarantined() throws IOException {
        Path overflowing = scratch.resolve("overflowing.pth");
        Students.writeWith("segm.weight", 3e38f, overflowing, 40, Task.SEGMENTATION, Task.DEPTH);
        Path store = scratch.resolve("not-finite");
        Object[] arguments = arguments(rooms, store, "local[2]");
        arguments[4] = overflowing;
        CommandLineRun run = CommandLineRun.of(arguments);
        Assert.assertEquals(run.exitCode(), ExitCode.TOO_MANY_QUARANTINED, run.err());
        try (LabelStore labels = LabelStore.open(store)) {
            Assert.assertEquals(labels.ids(), List.of());
            Assert.assertEquals(labels.quarantined().size(), 9);
            String reason = labels.quarantined().get(0).reason();
            Assert.assertTrue(reason.contains("the network's segmentation is not finite"), reason);
        }
    }

    @Test
    public void anotherExpertIsRefusedByName() throws IOException {
        Path store = label("refusing", "local[2]");
        Path other = scratch.resolve("other.pth");
        Students.write(other, 40, 6, Task.SEGMENTATION, Task.DEPTH);
        CommandLineRun run = CommandLineRun.of(
                "label", "--expert", "mt-lw-refinenet", "--checkpoint", other, "--manifest", rooms, "--store", store);
        Assert.assertEquals(run.exitCode(), ExitCode.USAGE);
        Assert.assertTrue(run.err().contains("expert checkpoint"), run.err());
    }

    @DataProvider
    public Object[][] changes() {
        return new Object[][] {
            {"expert.scales=[1, 0.5]", "test-time views"},
            {"expert.topK=2", "top-k"},
            {"expert.tasks=[segmentation]", "tasks"},
            {"expert.interpolation=bicubic", "preprocessing"},
            {"shardSize=3", "shard size"},
        };
    }

    @Test(dataProvider = "changes")
    public void whateverElseChangedIsRefusedByName(String setting, String difference) throws IOException {
        Path store = labelOnce("unchanged");
        var before = StoreBytes.of(store);
        String record = Files.readString(store.resolve("label.yaml"));
        CommandLineRun run = CommandLineRun.of(with(arguments(rooms, store, "local[2]"), "--set", setting));
        Assert.assertEquals(run.exitCode(), ExitCode.USAGE, run.err());
        Assert.assertTrue(run.err().contains(difference + ": the store has "), run.err());
        Assert.assertEquals(StoreBytes.of(store), before);
        Assert.assertEquals(Files.readString(store.resolve("label.yaml")), record);
    }

    @Test
    public void addedFramesAreLabelledWhenAskedForAndOthersNever() throws IOException {
        List<String> lines = Files.readAllLines(rooms.resolve("manifest.jsonl"));
        Path part = Files.write(rooms.resolve("part.jsonl"), lines.subList(0, lines.size() - 3));
        Path store = scratch.resolve("extended");
        CommandLineRun.done(arguments(part, store, "local[2]"));
        CommandLineRun silent = CommandLineRun.of(arguments(rooms, store, "local[2]"));
        Assert.assertEquals(silent.exitCode(), ExitCode.USAGE, silent.err());
        Assert.assertTrue(silent.err().contains("go on with --extend"), silent.err());
        CommandLineRun.done(with(arguments(rooms, store, "local[2]"), "--extend"));
        Assert.assertEquals(StoreBytes.of(store), StoreBytes.of(labelOnce("unchanged")));

        Path other = Files.write(rooms.resolve("other.jsonl"), lines.subList(3, lines.size()));
        CommandLineRun moved = CommandLineRun.of(with(arguments(other, store, "local[2]"), "--extend"));
        Assert.assertEquals(moved.exitCode(), ExitCode.USAGE, moved.err());
        Assert.assertTrue(moved.err().contains("were moved, removed, or have other pictures"), moved.err());
    }

    @Test
    public void quarantinedFramesAreTriedAgainWhenAskedForAndCountedAgainstTheLimit() throws IOException {
        Path damaged = scratch.resolve("healing");
        copy(rooms, damaged);
        Path victim = damaged.resolve("rgb/depth-only/000004.png");
        byte[] whole = Files.readAllBytes(victim);
        Files.write(victim, new byte[] {1, 2, 3});
        Path store = scratch.resolve("healing-store");
        CommandLineRun tenth =
                CommandLineRun.of(with(arguments(damaged, store, "local[2]"), "--max-quarantined", "10%"));
        Assert.assertEquals(tenth.exitCode(), ExitCode.TOO_MANY_QUARANTINED, tenth.err());
        Assert.assertTrue(tenth.err().contains("1 of 9 frames are in quarantine"), tenth.err());
        Files.write(victim, whole);
        CommandLineRun asIs = CommandLineRun.of(arguments(damaged, store, "local[2]"));
        Assert.assertTrue(asIs.out().contains("8 frames labelled, 1 quarantined"), asIs.out());
        CommandLineRun again = CommandLineRun.done(with(arguments(damaged, store, "local[2]"), "--retry-quarantined"));
        Assert.assertTrue(again.out().contains("9 frames labelled, 0 quarantined"), again.out());
        Assert.assertEquals(StoreBytes.of(store), StoreBytes.of(labelOnce("unchanged")));
    }

    @Test
    public void aStoreWhoseJobWasKilledKnowsHowToBeFinished() throws Exception {
        Path store = scratch.resolve("killed");
        List<String> command = new ArrayList<>(ChildJvm.command(List.of(), Understudy.class));
        Stream.of(arguments(rooms, store, "local[2]")).map(Object::toString).forEach(command::add);
        new KillPoint("between two shards", "dev.understudy.store.StorePublisher", "commit", 2)
                .runUpTo(command, scratch.resolve("killed.log"));
        CommandLineRun unfinished = CommandLineRun.of("store", "verify", store);
        Assert.assertEquals(unfinished.exitCode(), ExitCode.BAD_DATA, unfinished.err());
        Assert.assertTrue(unfinished.out().contains("there is no _SUCCESS"), unfinished.out());
        CommandLineRun.done("store", "verify", store, "--repair");
        Assert.assertEquals(StoreBytes.of(store), StoreBytes.of(labelOnce("unchanged")));
    }

    @Test
    public void manifestsWithNothingOrTwiceTheSameAreBadData() throws IOException {
        List<String> lines = Files.readAllLines(rooms.resolve("manifest.jsonl"));
        Path empty = Files.writeString(rooms.resolve("empty.jsonl"), "");
        CommandLineRun nothing = CommandLineRun.of(arguments(empty, scratch.resolve("no-store"), "local[2]"));
        Assert.assertEquals(nothing.exitCode(), ExitCode.BAD_DATA, nothing.err());
        Assert.assertTrue(nothing.err().contains("expected some to label"), nothing.err());
        Path twice = Files.write(rooms.resolve("twice.jsonl"), List.of(lines.get(5), lines.get(6), lines.get(5)));
        CommandLineRun doubled = CommandLineRun.of(arguments(twice, scratch.resolve("no-store"), "local[2]"));
        Assert.assertEquals(doubled.exitCode(), ExitCode.BAD_DATA, doubled.err());
        Assert.assertTrue(doubled.err().contains("twice.jsonl:3: found id"), doubled.err());
        Assert.assertFalse(Files.exists(scratch.resolve("no-store")));
    }

    @Test
    public void aCheckpointThatSparkSendsGivesTheSameBytes() throws IOException {
        Path store = scratch.resolve("sent");
        CommandLineRun run = CommandLineRun.done(with(arguments(rooms, store, "local[2]"), "--send-checkpoint"));
        Assert.assertTrue(run.err().contains("on device cpu, Spark on local[2], 1 threads a task"), run.err());
        Assert.assertEquals(StoreBytes.of(store), StoreBytes.of(labelOnce("unchanged")));
    }

    @Test
    public void aGpuThatIsNotThereEndsTheRunBeforeItBegins() {
        CommandLineRun run = CommandLineRun.of(
                with(arguments(rooms, scratch.resolve("no-gpu"), "local[2]"), "--set", "expert.device=gpu:7"));
        Assert.assertEquals(run.exitCode(), ExitCode.USAGE, run.err());
        Assert.assertTrue(run.err().contains("device gpu:7"), run.err());
        Assert.assertFalse(Files.exists(scratch.resolve("no-gpu")));
    }

    @Test
    public void aPrecisionThatTheProcessorLacksEndsTheRunBeforeItBegins() {
        CommandLineRun run = CommandLineRun.of(
                with(arguments(rooms, scratch.resolve("no-half"), "local[2]"), "--set", "expert.precision=float16"));
        Assert.assertEquals(run.exitCode(), ExitCode.USAGE, run.err());
        Assert.assertTrue(run.err().contains("precision: float16, but here networks"), run.err());
        Assert.assertFalse(Files.exists(scratch.resolve("no-half")));
    }

    /** On a processor that cannot, the same line as above ends the run. */
    @Test
    public void evidenceInBfloat16IsOfAnotherStore() throws IOException {
        Path store = scratch.resolve("short");
        Object[] arguments = with(arguments(rooms, store, "local[2]"), "--set", "expert.precision=bfloat16");
        CommandLineRun run = CommandLineRun.of(arguments);
        if (run.exitCode() == ExitCode.USAGE && run.err().contains("which lacks AVX-512")) {
            return;
        }
        Assert.assertEquals(run.exitCode(), ExitCode.DONE, run.err());
        String description = Files.readString(store.resolve("store.json"));
        Assert.assertTrue(description.contains(", bfloat16\""), description);
        CommandLineRun exact =
                CommandLineRun.of(with(arguments(rooms, store, "local[2]"), "--set", "expert.precision=float32"));
        Assert.assertEquals(exact.exitCode(), ExitCode.USAGE, exact.err());
        Assert.assertTrue(exact.err().contains("bfloat16"), exact.err());
    }
}
