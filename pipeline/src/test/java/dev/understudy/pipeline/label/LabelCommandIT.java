package dev.understudy.pipeline.label;

import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.store.LabelStore;
import dev.understudy.dataset.store.StoreVerifier;
import dev.understudy.pipeline.cli.CommandLineRun;
import dev.understudy.pipeline.cli.Scratch;
import dev.understudy.pipeline.cli.Students;
import dev.understudy.pipeline.console.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.testng.Assert;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The way of a user: render, label with a real network through real Spark, filter, evaluate. */
public class LabelCommandIT {
    private Scratch scratch;
    private Path rooms;
    private Path student;

    @BeforeClass
    public void renderRooms() throws IOException {
        scratch = Scratch.create();
        rooms = scratch.resolve("rooms");
        student = scratch.resolve("student.pth");
        Students.write(student, 40, 5, Task.SEGMENTATION, Task.DEPTH);
        CommandLineRun run = CommandLineRun.of(
                "dataset", "render", "--size", "64x48", "--labelled", 2, "--depth-only", 9, "--out", rooms);
        Assert.assertEquals(run.exitCode(), ExitCode.DONE, run.err());
    }

    @AfterClass
    public void removeRooms() throws IOException {
        scratch.close();
    }

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
        CommandLineRun run = CommandLineRun.of(arguments(damaged, store, "local[2]"));
        Assert.assertEquals(run.exitCode(), ExitCode.DONE, run.err());
        Assert.assertTrue(run.out().contains("8 frames labelled, 1 quarantined"), run.out());
        try (LabelStore labels = LabelStore.open(store)) {
            Assert.assertEquals(labels.quarantined().size(), 1);
            Assert.assertTrue(labels.quarantined().get(0).reason().contains("000004.png"));
        }
        Object[] strict = arguments(damaged, store, "local[2]");
        strict = Stream.concat(Stream.of(strict), Stream.of("--max-quarantined", "0"))
                .toArray();
        CommandLineRun again = CommandLineRun.of(strict);
        Assert.assertEquals(again.exitCode(), ExitCode.TOO_MANY_QUARANTINED, again.err());
        Assert.assertTrue(again.err().contains("maxQuarantined allows 0"), again.err());
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

    @Test
    public void filterAndEvaluateReadTheStore() throws IOException {
        Path store = label("used", "local[2]");
        Path out = scratch.resolve("filtered");
        CommandLineRun filter = CommandLineRun.of(
                "filter", "--store", store, "--policy", "threshold: {probability: 0.05}", "--out", out);
        Assert.assertEquals(filter.exitCode(), ExitCode.DONE, filter.err());
        List<String> list = Files.readAllLines(out.resolve("list.tsv"));
        Assert.assertEquals(list.size(), 9);
        String[] first = list.get(0).split("\t");
        LabelMap labels = LabelFiles.read(Path.of(first[1]));
        Assert.assertEquals(labels.width(), 64);
        Assert.assertTrue(Files.exists(Path.of(first[0])) && Files.exists(Path.of(first[2])), list.get(0));
        CommandLineRun evaluate = CommandLineRun.of(
                "evaluate", "--store", store, "--manifest", rooms.resolve("truth.jsonl"), "--report", out);
        Assert.assertEquals(evaluate.exitCode(), ExitCode.DONE, evaluate.err());
        Assert.assertTrue(evaluate.out().contains("mIoU") && evaluate.out().contains("RMSE"), evaluate.out());
        Assert.assertTrue(Files.exists(out.resolve("report.json")));
    }

    @Test
    public void storedLabelsScoreAsTheNetworkThatMadeThem() throws IOException {
        Path store = label("scored", "local[2]");
        Path truth = rooms.resolve("truth.jsonl");
        CommandLineRun labels = CommandLineRun.of("evaluate", "--json", "--store", store, "--manifest", truth);
        CommandLineRun network = CommandLineRun.of("evaluate", "--json", "--checkpoint", student, "--manifest", truth);
        Assert.assertEquals(network.exitCode(), ExitCode.DONE, network.err());
        Assert.assertEquals(line(labels.out(), "meanIou"), line(network.out(), "meanIou"));
    }

    private static String line(String text, String key) {
        return text.lines().filter(l -> l.contains(key)).findFirst().orElseThrow();
    }

    private Path label(String name, String master) {
        Path store = scratch.resolve(name);
        CommandLineRun run = CommandLineRun.of(arguments(rooms, store, master));
        Assert.assertEquals(run.exitCode(), ExitCode.DONE, run.err());
        return store;
    }

    private Object[] arguments(Path manifest, Path store, String master) {
        return new Object[] {
            "label",
            "--expert",
            "mt-lw-refinenet",
            "--checkpoint",
            student,
            "--manifest",
            manifest,
            "--store",
            store,
            "--master",
            master,
            "--set",
            "shardSize=2"
        };
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }
}
