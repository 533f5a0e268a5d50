package dev.understudy.cli.label;

import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.Students;
import dev.understudy.cli.Understudy;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.conf.PathText;
import dev.understudy.dataset.frame.Task;
import dev.understudy.files.ChildJvm;
import dev.understudy.files.Scratch;
import dev.understudy.files.storage.Storage;
import dev.understudy.model.onnx.OnnxGraph;
import dev.understudy.pipeline.fuse.LabelledScenes;
import dev.understudy.pipeline.label.StoreBytes;
import dev.understudy.pipeline.process.KillPoint;
import dev.understudy.pipeline.spark.HadoopProvider;
import dev.understudy.pipeline.spark.HdfsServer;
import dev.understudy.pipeline.spark.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.testng.Assert;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * The way of a user whose frames lie on HDFS or in a bucket: label there, be killed, go on, derive other stores there,
 * and read all of it from there. Whatever is said and written is what the same commands say and write on the local
 * disk.
 */
public class RemoteLabelIT {
    private static final String COMMITS = "dev.understudy.store.ShardCommits$Recorded";
    private static final String LABEL =
            "label --expert mt-lw-refinenet --checkpoint STUDENT --manifest FRAMES --frames all"
                    + " --store STORES/student --master local[2] --set shardSize=6";
    private static final String FUSE =
            "fuse --store STORES/labels --manifest FRAMES --out STORES/fused --map STORES/map"
                    + " --master local[2] --set fusion.memory=64 --set shardSize=4";
    private static final String REPAIR =
            "repair --store STORES/renamed --manifest FRAMES --out STORES/repaired --master local[2]"
                    + " --set repair.steps=30 --set repair.folds=2 --set shardSize=4";
    private static final String LEARNED = "calibrate --json --store STORES/fused --manifest FRAMES --method learned";
    private static final String TRAINING = """
            out: run
            sources:
              real: {manifest: FRAMES/manifest.jsonl, require: [segmentation]}
              pseudo: {manifest: FRAMES/manifest.jsonl, store: STORES/labels, policy: {threshold: {probability: 0.3}}}
            threads: 1
            trainer:
              seed: 1
              network: {architecture: mt-lw-refinenet, tasks: [segmentation, depth], classes: 40, initial: STUDENT}
              stages:
                - {name: a, steps: 2, batch: 2, crop: {width: 48, height: 32}, sources: {real: 0.5, pseudo: 0.5}}
            """;
    private static final String ABLATION = """
            out: ablation
            pseudo: {manifest: FRAMES/manifest.jsonl, store: STORES/labels}
            truth: FRAMES/manifest.jsonl
            policies: {sure: {threshold: {probability: 0.6}}}
            normalisations: [valid]
            gallery: 2
            students: []
            spark: {master: "local[1]"}
            """;

    private static final Pattern OUT = Pattern.compile("OUT/(\\w+)");

    private Scratch scratch;
    private HdfsServer hdfs;
    private S3Server s3;

    /** Where a run of commands finds its frames and puts its stores. */
    private record Place(String name, String root, Path out) {
        String in(String words) {
            return words.replace("FRAMES", root + "/frames")
                    .replace("STUDENT", root + "/student.pth")
                    .replace("CARD", root + "/colours.yaml")
                    .replace("STORES", root + "/stores")
                    .replace("OUT", out.toString());
        }

        String[] words(String line) {
            return Arrays.stream(line.split(" ")).map(this::in).toArray(String[]::new);
        }

        String withoutIt(String text) {
            return text.replace(root, "ROOT").replace(out.toString(), "OUT").replaceAll("relative to .*", "");
        }

        Path store(String name) {
            return PathText.parse(root + "/stores/" + name);
        }
    }

    private Place here;
    private final Map<String, String> said = new HashMap<>();

    @BeforeClass
    public void bringFramesThere() throws Exception {
        scratch = Scratch.create();
        Path local = Files.createDirectory(scratch.resolve("local"));
        here = place("local", local.toString());
        LabelledScenes.render(local.resolve("frames"), 2);
        Students.write(local.resolve("student.pth"), 40, 5, Task.SEGMENTATION, Task.DEPTH);
        OnnxGraph.coloursCard(local, """
                mapTo: nyud40
                map: {red: wall, green: floor, blue: bed}
                """);
        hdfs = new HdfsServer();
        s3 = S3Server.start(Files.createDirectory(scratch.resolve("s3")));
        s3.settings().forEach(System::setProperty);
        for (Object[] scheme : schemes()) {
            upload(local, there((String) scheme[0]).root);
        }
        label(here);
    }

    private Place place(String name, String root) throws IOException {
        Path out = Files.createDirectories(scratch.resolve("out of " + name));
        Files.writeString(out.resolve("policy.yaml"), "reliability: {least: 0.5}");
        return new Place(name, root, out);
    }

    private Place there(String scheme) throws IOException {
        return place(scheme, scheme.equals("hdfs") ? hdfs.uri() : "s3a://" + S3Server.BUCKET);
    }

    @DataProvider
    public static Object[][] schemes() {
        return new Object[][] {{"hdfs"}, {"s3a"}};
    }

    private static void upload(Path folder, String root) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = PathText.parse(root + "/" + folder.relativize(file));
                Storage.of(target).orElseThrow().put(Storage.name(target), Storage.Content.of(file));
            }
        }
    }

    @AfterClass(alwaysRun = true)
    public void stopServers() throws Exception {
        try (HdfsServer one = hdfs;
                S3Server other = s3) {
            if (s3 != null) {
                s3.settings().keySet().forEach(System::clearProperty);
            }
        } finally {
            scratch.close();
        }
    }

    private static String run(String... arguments) {
        CommandLineRun run = CommandLineRun.of((Object[]) arguments);
        Assert.assertEquals(run.exitCode(), ExitCode.DONE, Arrays.toString(arguments) + run.err());
        return run.out();
    }

    /** By the student and by somebody who is mostly right, from whom there is something to learn. */
    private static void label(Place place) throws IOException {
        run(place.words(LABEL));
        Path manifest = PathText.parse(place.in("FRAMES/manifest.jsonl"));
        LabelledScenes.label(manifest, place.store("labels"), 1);
        LabelledScenes.label(
                manifest, place.store("renamed"), "renaming", true, frame -> LabelledScenes.renaming(frame, 1));
    }

    /** Whoever kills it, wherever: the store there is not finished before it is. */
    private void kill(Place there, String name, String type, String method, String... arguments) throws Exception {
        List<String> options = new ArrayList<>(s3.asOptions());
        if (arguments[0].equals("repair")) {
            options.addAll(ChildJvm.LEARNING);
        }
        List<String> command = new ArrayList<>(ChildJvm.command(options, Understudy.class));
        command.addAll(List.of(arguments));
        new KillPoint(name, type, method, 2).runUpTo(command, scratch.resolve("killed.log"));
        String target = arguments[0].equals("label") ? "--store" : "--out";
        String store = arguments[List.of(arguments).indexOf(target) + 1];
        CommandLineRun unfinished = CommandLineRun.of("store", "info", store);
        Assert.assertEquals(unfinished.exitCode(), ExitCode.BAD_DATA, name + ": " + unfinished.err());
    }

    @Test(dataProvider = "schemes")
    public void killedAndGoneOnWithTheBytesAreThoseOfTheLocalDisk(String scheme) throws Exception {
        Place there = there(scheme);
        if (scheme.equals("s3a")) {
            kill(there, "with a shard half there", "dev.understudy.store.ShardWriter", "send", there.words(LABEL));
        } else {
            kill(there, "between two records", COMMITS, "commit", there.words(LABEL));
        }
        label(there);
        assertSameStore("student", there);
        assertSameStore("labels", there);
        assertSameStore("renamed", there);
    }

    private void assertSameStore(String name, Place there) throws IOException {
        Assert.assertEquals(StoreBytes.of(there.store(name)), StoreBytes.of(here.store(name)), name);
    }

    @Test(dataProvider = "schemes", dependsOnMethods = "killedAndGoneOnWithTheBytesAreThoseOfTheLocalDisk")
    public void storesAreDerivedThere(String scheme) throws Exception {
        Place there = there(scheme);
        String killed = scheme.equals("s3a") ? FUSE : REPAIR;
        kill(there, killed, COMMITS, "commit", there.words(killed));
        for (String derivation : List.of(FUSE, REPAIR, LEARNED)) {
            sameAsHere(there, derivation);
        }
        for (String store : List.of("fused", "map", "repaired")) {
            assertSameStore(store, there);
        }
    }

    /** They are finished, so that nothing but the settings decides whether they can be told so. */
    @Test(dependsOnMethods = "storesAreDerivedThere")
    public void aRunsOwnSettingsReachTheStorage() throws Exception {
        Place there = there("s3a");
        String settings = s3.settings().entrySet().stream()
                .map(setting -> setting.getKey() + ": '" + setting.getValue() + "'")
                .collect(Collectors.joining(", ", "spark.settings={", "}"));
        Files.writeString(there.out.resolve("ablation.yaml"), there.in(ABLATION));
        s3.settings().keySet().forEach(System::clearProperty);
        try {
            for (String line : List.of(LABEL, FUSE, REPAIR, "ablate --config OUT/ablation.yaml")) {
                HadoopProvider.configure(Map.of());
                List<String> words = new ArrayList<>(List.of(there.words(line)));
                words.addAll(List.of("--set", settings));
                run(words.toArray(String[]::new));
            }
        } finally {
            HadoopProvider.configure(Map.of());
            s3.settings().forEach(System::setProperty);
        }
    }

    /** Each command on one of the two; how they open files is the same code. */
    @DataProvider
    public static Object[][] commands() {
        List<String> hdfs = List.of(
                "store info --json STORES/labels",
                "store show STORES/student --frames 3 --out OUT/sheet",
                "evaluate --json --store STORES/labels --manifest FRAMES",
                "filter --store STORES/fused --manifest FRAMES --out OUT/labels --policy OUT/policy.yaml",
                "export labels --store STORES/labels --manifest FRAMES --policy none --format coco --out OUT/coco",
                "export labels --store STORES/labels --manifest FRAMES --policy none --format cvat --out OUT/cvat",
                "export sequence --checkpoint STUDENT --manifest FRAMES --format tum --out OUT/sequences",
                "predict --checkpoint STUDENT --image FRAMES/rgb/labelled/000000.png --out OUT/predicted");
        List<String> s3a = List.of(
                "store verify STORES/student",
                "store queue STORES/labels --manifest FRAMES --budget 20 --json --simulate --out OUT/queue",
                "dataset check --json FRAMES",
                "evaluate --json --checkpoint STUDENT --manifest FRAMES",
                "calibrate --json --store STORES/student --manifest FRAMES --method temperature",
                "export labels --store STORES/labels --manifest FRAMES --policy none --format webdataset --out OUT/tars",
                "export network --checkpoint STUDENT --size 48x36 --out OUT/student.onnx",
                "label --expert CARD --manifest FRAMES --frames all --store STORES/card --master local[2]",
                "store info --json STORES/card");
        return Stream.concat(
                        hdfs.stream().map(line -> new Object[] {"hdfs", line}),
                        s3a.stream().map(line -> new Object[] {"s3a", line}))
                .toArray(Object[][]::new);
    }

    @Test(dataProvider = "commands", dependsOnMethods = "storesAreDerivedThere")
    public void whatLiesThereIsReadThere(String scheme, String line) throws Exception {
        Place there = there(scheme);
        sameAsHere(there, line);
        if (line.contains("STORES/card")) {
            assertSameStore("card", there);
        }
    }

    @Test(dependsOnMethods = "storesAreDerivedThere")
    public void studentsLearnFromWhatLiesThere() throws Exception {
        byte[] expected = trained(here);
        Assert.assertEquals(trained(there("hdfs")), expected);
    }

    private static byte[] trained(Place place) throws IOException {
        Path recipe = Files.writeString(place.out.resolve("training.yaml"), place.in(TRAINING));
        run("train", "--config", recipe.toString());
        return Files.readAllBytes(place.out.resolve("run/last.pth"));
    }

    @Test(dependsOnMethods = "storesAreDerivedThere")
    public void policiesCompeteOnWhatLiesThere() throws Exception {
        Place there = there("s3a");
        for (Place place : List.of(here, there)) {
            Files.writeString(place.out.resolve("ablation.yaml"), place.in(ABLATION));
        }
        saidAsHere(there, "ablate --json --config OUT/ablation.yaml");
        Assert.assertEquals(
                Files.readString(there.out.resolve("ablation/results.jsonl")),
                Files.readString(here.out.resolve("ablation/results.jsonl")));
    }

    /** With the names of a {@link Place} in the line. */
    private void saidAsHere(Place there, String line) {
        String expected = said.computeIfAbsent(line, one -> here.withoutIt(run(here.words(one))));
        Assert.assertEquals(there.withoutIt(run(there.words(line))), expected, line);
    }

    private void sameAsHere(Place there, String line) throws IOException {
        saidAsHere(there, line);
        Matcher written = OUT.matcher(line);
        if (written.find()) {
            Assert.assertEquals(written(there, written.group(1)), written(here, written.group(1)), line);
        }
    }

    /** What tells of no place, by name. */
    private static SortedMap<String, String> written(Place place, String name) throws IOException {
        SortedMap<String, String> files = StoreBytes.of(place.out);
        files.keySet().removeIf(file -> !file.startsWith(name) || file.matches(".*(list.tsv|[.]html|[.]yaml)"));
        return files;
    }
}
