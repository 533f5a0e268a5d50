package dev.understudy.cli.label;

import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.Students;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.pipeline.label.StoreBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.testng.Assert;
import org.testng.annotations.Test;

/** What the commands that read a store make of one that {@code label} wrote. */
public class LabelledStoreIT extends LabelledRooms {
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
}
