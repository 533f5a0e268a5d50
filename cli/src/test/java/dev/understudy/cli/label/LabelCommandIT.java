package dev.understudy.cli.label;

import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.Students;
import dev.understudy.cli.Understudy;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.files.ChildJvm;
import dev.understudy.files.Scratch;
import dev.understudy.pipeline.label.StoreBytes;
import dev.understudy.pipeline.process.KillPoint;
import dev.understudy.store.LabelStore;
import dev.understudy.store.StoreVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.testng.Assert;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
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
        CommandLineRun.render("rooms", "64x48", 2, 9, rooms);
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
    public void damageIsFoundAndNothingElseIsLabelledAgain() throws IOException {
        Path store = label("to-be-damaged", "local[2]");
        var before = StoreBytes.of(store);
        List<Path> shards;
        try (Stream<Path> files = Files.list(store.resolve("shards"))) {
            shards = files.filter(file -> file.toString().endsWith(".h5"))
                    .sorted()
                    .toList();
        }
        byte[] flipped = Files.readAllBytes(shards.get(1));
        flipped[flipped.length / 2] ^= 4;
        Files.write(shards.get(1), flipped);
        byte[] cut = Files.readAllBytes(shards.get(3));
        Files.write(shards.get(3), java.util.Arrays.copyOf(cut, cut.length - 7));
        var times = new java.util.TreeMap<Path, java.nio.file.attribute.FileTime>();
        for (Path shard : shards) {
            times.put(shard, Files.getLastModifiedTime(shard));
        }
        CommandLineRun found = CommandLineRun.of("store", "verify", store);
        Assert.assertEquals(found.exitCode(), ExitCode.BAD_DATA, found.err());
        Assert.assertEquals(found.out().lines().count(), 2, found.out());
        Assert.assertTrue(found.out().contains(shards.get(1) + ": SHA-256 "), found.out());
        Assert.assertTrue(found.out().contains(shards.get(3) + ": " + (cut.length - 7) + " bytes"), found.out());
        CommandLineRun.done("store", "verify", store, "--repair");
        Assert.assertEquals(StoreBytes.of(store), before);
        for (int i = 0; i < shards.size(); i++) {
            boolean touched = !Files.getLastModifiedTime(shards.get(i)).equals(times.get(shards.get(i)));
            Assert.assertEquals(touched, i == 1 || i == 3, shards.get(i).toString());
        }
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
    public void nothingIsSaidOfClassesWhereThereAreNone() throws IOException {
        Path store = scratch.resolve("depth-alone");
        Object[] depths = with(arguments(rooms, store, "local[2]"), "--set", "expert.tasks=[depth]");
        CommandLineRun label = CommandLineRun.done(depths);
        Assert.assertEquals(label.out(), store + ": 9 frames labelled, 0 quarantined\n");
        CommandLineRun json = CommandLineRun.of(with(depths, "--json"));
        Assert.assertTrue(json.out().contains("\"meanConfidence\" : null"), json.out());
        CommandLineRun info = CommandLineRun.of("store", "info", store);
        Assert.assertTrue(info.out().contains("  class space          none\n"), info.out());
        Assert.assertFalse(info.out().contains("null") || info.out().contains("confidence"), info.out());
        CommandLineRun other = CommandLineRun.of(arguments(rooms, store, "local[2]"));
        Assert.assertTrue(other.err().contains("class space: the store has none, this run nyud40 (40)"), other.err());
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

    @Test
    public void showDrawsFramesWithTheirLabelsAndHowSureTheyAre() throws IOException {
        Path store = labelOnce("unchanged");
        Path pages = scratch.resolve("pages");
        CommandLineRun.done(
                "store", "show", store, "--frames", 3, "--policy", "threshold: {probability: 0.05}", "--out", pages);
        String html = Files.readString(pages.resolve("index.html"));
        String shown = html.substring(html.indexOf("<main>"), html.indexOf("</main>"));
        Assert.assertEquals(shown.split("<article", -1).length - 1, 3);
        for (String caption : List.of("picture", "labels", "kept", "reliability")) {
            Assert.assertEquals(shown.split("<figcaption>" + caption, -1).length - 1, 3, caption);
        }
        // The worst of all, the worst first
        List<Double> all = reliabilities(store, scratch.resolve("all pages"));
        Assert.assertEquals(values(pages.resolve("index.html")), all.subList(0, 3));
    }

    @Test
    public void aStoreOfDepthAloneIsShownInItsOrder() throws IOException {
        Path depths = scratch.resolve("depth.pth");
        Students.write(depths, 40, 5, Task.DEPTH);
        Path store = scratch.resolve("depth alone");
        Object[] label = arguments(rooms, store, "local[2]");
        label[4] = depths;
        CommandLineRun.done(label);
        Path pages = scratch.resolve("depth pages");
        CommandLineRun.done("store", "show", store, "--frames", 4, "--per-page", 3, "--out", pages);
        String first = Files.readString(pages.resolve("index.html"));
        Assert.assertTrue(first.contains("<figcaption>depth") && !first.contains("data-value"), first);
        Assert.assertEquals(Files.readString(pages.resolve("page-0002.html")).split("<article id", -1).length - 1, 1);
        CommandLineRun none = CommandLineRun.of("store", "show", store, "--per-page", 0, "--out", pages);
        Assert.assertEquals(none.exitCode(), ExitCode.USAGE, none.err());
        Assert.assertTrue(none.err().contains("--per-page 0: expected 1–500"), none.err());
    }

    private static List<Double> reliabilities(Path store, Path pages) throws IOException {
        CommandLineRun.done("store", "show", store, "--per-page", 500, "--out", pages);
        List<Double> values = values(pages.resolve("index.html"));
        Assert.assertEquals(values, values.stream().sorted().toList());
        return values;
    }

    private static List<Double> values(Path page) throws IOException {
        Matcher value = Pattern.compile("data-value=\"([0-9.]+)\"").matcher(Files.readString(page));
        return value.results().map(found -> Double.parseDouble(found.group(1))).toList();
    }

    @Test
    public void filterAndEvaluateReadTheStore() throws IOException {
        Path store = label("used", "local[2]");
        Path out = scratch.resolve("filtered");
        CommandLineRun filter = CommandLineRun.done(
                "filter", "--store", store, "--policy", "threshold: {probability: 0.05}", "--out", out);
        List<String> list = Files.readAllLines(out.resolve("list.tsv"));
        Assert.assertEquals(list.size(), 9);
        String[] first = list.get(0).split("\t");
        Path root = Path.of(filter.out().strip().replaceFirst("(?s).*relative to ", ""));
        LabelMap labels = LabelFiles.read(root.resolve(first[1]));
        Assert.assertEquals(labels.width(), 64);
        Assert.assertTrue(Files.exists(root.resolve(first[0])) && Files.exists(root.resolve(first[2])), list.get(0));
        Assert.assertFalse(Path.of(first[0]).isAbsolute(), list.get(0));
        CommandLineRun again = CommandLineRun.done(
                "dataset",
                "import",
                "list",
                "--root",
                root,
                "--list",
                out.resolve("list.tsv"),
                "--classes",
                "nyud40",
                "--depth-scale",
                5000,
                "--out",
                scratch.resolve("imported"));
        Assert.assertTrue(again.out().contains(": 9 frames {none=9}, 9 with labels, 9 with depth"), again.out());
        CommandLineRun evaluate = CommandLineRun.done(
                "evaluate",
                "--store",
                store,
                "--manifest",
                rooms.resolve("truth.jsonl"),
                "--report",
                out,
                "--pages",
                scratch.resolve("scored pages"));
        Assert.assertTrue(evaluate.out().contains("mIoU") && evaluate.out().contains("RMSE"), evaluate.out());
        Assert.assertTrue(Files.exists(out.resolve("report.json")));
        List<Double> right = values(scratch.resolve("scored pages/index.html"));
        Assert.assertEquals(right.size(), 9);
        Assert.assertEquals(right, right.stream().sorted().toList(), "the worst first");
        Assert.assertTrue(
                Files.readString(scratch.resolve("scored pages/index.html")).contains("<figcaption>annotation"),
                "the truth beside it");
    }

    @Test
    public void storedLabelsScoreAsTheNetworkThatMadeThem() throws IOException {
        Path store = label("scored", "local[2]");
        Path truth = rooms.resolve("truth.jsonl");
        CommandLineRun labels = CommandLineRun.of("evaluate", "--json", "--store", store, "--manifest", truth);
        CommandLineRun network =
                CommandLineRun.done("evaluate", "--json", "--checkpoint", student, "--manifest", truth);
        Assert.assertEquals(line(labels.out(), "meanIou"), line(network.out(), "meanIou"));
    }

    private static String line(String text, String key) {
        return text.lines().filter(l -> l.contains(key)).findFirst().orElseThrow();
    }

    /** The undamaged store that tests compare with, and leave alone. */
    private Path labelOnce(String name) {
        Path store = scratch.resolve(name);
        return Files.exists(store.resolve("_SUCCESS")) ? store : label(name, "local[2]");
    }

    private static Object[] with(Object[] arguments, Object... more) {
        return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray();
    }

    private Path label(String name, String master) {
        Path store = scratch.resolve(name);
        CommandLineRun.done(arguments(rooms, store, master));
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
