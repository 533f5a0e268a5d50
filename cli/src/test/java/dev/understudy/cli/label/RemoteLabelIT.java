package dev.understudy.cli.label;

import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.Scratch;
import dev.understudy.cli.Students;
import dev.understudy.cli.Understudy;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.conf.PathText;
import dev.understudy.dataset.frame.Task;
import dev.understudy.files.storage.Storage;
import dev.understudy.pipeline.hadoop.HdfsServer;
import dev.understudy.pipeline.hadoop.S3Server;
import dev.understudy.pipeline.label.StoreBytes;
import dev.understudy.pipeline.process.ChildJvm;
import dev.understudy.pipeline.process.KillPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.testng.Assert;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Factory;
import org.testng.annotations.Test;

/** The way of a user whose frames lie on HDFS or in a bucket: label there, be killed, go on, and read it from there. */
public class RemoteLabelIT {
    private final String scheme;
    private Scratch scratch;
    private Path rooms;
    private Path student;
    private AutoCloseable server;
    private Map<String, String> settings = Map.of();
    private String root;
    private Path untroubled;

    @Factory(dataProvider = "schemes")
    public RemoteLabelIT(String scheme) {
        this.scheme = scheme;
    }

    @DataProvider
    public static Object[][] schemes() {
        return new Object[][] {{"hdfs"}, {"s3a"}};
    }

    @BeforeClass
    public void bringFramesThere() throws Exception {
        scratch = Scratch.create();
        rooms = scratch.resolve("rooms");
        student = scratch.resolve("student.pth");
        Students.write(student, 40, 5, Task.SEGMENTATION, Task.DEPTH);
        run("dataset", "render", "--size", "64x48", "--labelled", 3, "--depth-only", 3, "--out", rooms);
        untroubled = scratch.resolve("untroubled");
        run(label(rooms.toString(), student.toString(), untroubled.toString()));
        Path folder = Files.createDirectory(scratch.resolve(scheme));
        if (scheme.equals("hdfs")) {
            HdfsServer hdfs = new HdfsServer();
            server = hdfs;
            root = hdfs.uri();
        } else {
            S3Server s3 = S3Server.start(folder);
            server = s3;
            settings = s3.settings();
            root = "s3a://" + S3Server.BUCKET;
        }
        settings.forEach(System::setProperty);
        upload(rooms, "frames");
        upload(student, "student.pth");
    }

    private void upload(Path from, String name) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String there = file.equals(from) ? name : name + "/" + from.relativize(file);
                Path target = PathText.parse(root + "/" + there);
                Storage.of(target).orElseThrow().put(Storage.name(target), Storage.Content.of(file));
            }
        }
    }

    @AfterClass(alwaysRun = true)
    public void stopServer() throws Exception {
        settings.keySet().forEach(System::clearProperty);
        if (server != null) {
            server.close();
        }
        scratch.close();
    }

    private static Object[] label(String manifest, String checkpoint, String store) {
        return new Object[] {
            "label",
            "--expert",
            "mt-lw-refinenet",
            "--checkpoint",
            checkpoint,
            "--manifest",
            manifest,
            "--frames",
            "all",
            "--store",
            store,
            "--master",
            "local[2]",
            "--set",
            "shardSize=2"
        };
    }

    private static String run(Object... arguments) {
        CommandLineRun run = CommandLineRun.of(arguments);
        Assert.assertEquals(run.exitCode(), ExitCode.DONE, Arrays.toString(arguments) + run.err());
        return run.out();
    }

    @Test
    public void killedAndGoneOnWithTheBytesAreThoseOfTheLocalDisk() throws Exception {
        String store = root + "/stores/rooms";
        Object[] arguments = label(root + "/frames", root + "/student.pth", store);
        List<KillPoint> points = List.of(
                new KillPoint("with a shard half there", "dev.understudy.store.ShardWriter", "send", 2),
                new KillPoint("between two records", "dev.understudy.store.ShardCommits$Recorded", "commit", 2));
        for (KillPoint point : points) {
            List<String> options = new ArrayList<>();
            settings.forEach((name, value) -> options.add("-D" + name + "=" + value));
            List<String> command = new ArrayList<>(ChildJvm.command(options, Understudy.class));
            Arrays.stream(arguments).map(Object::toString).forEach(command::add);
            point.runUpTo(command, scratch.resolve("killed.log"));
            CommandLineRun unfinished = CommandLineRun.of("store", "info", store);
            Assert.assertEquals(unfinished.exitCode(), ExitCode.BAD_DATA, unfinished.err());
        }
        run(arguments);
        Assert.assertEquals(StoreBytes.of(PathText.parse(store)), StoreBytes.of(untroubled));

        readsThereWhatItReadsHere("store", "info", "--json", "STORE");
        readsThereWhatItReadsHere("dataset", "check", "--json", "FRAMES/truth.jsonl");
        readsThereWhatItReadsHere("evaluate", "--json", "--store", "STORE", "--manifest", "FRAMES/truth.jsonl");
        readsThereWhatItReadsHere(
                "calibrate",
                "--json",
                "--store",
                "STORE",
                "--manifest",
                "FRAMES/truth.jsonl",
                "--method",
                "temperature");
        readsThereWhatItReadsHere(
                "filter", "--store", "STORE", "--policy", "threshold: {probability: 0.1}", "--out", "OUT");
        readsThereWhatItReadsHere("store", "verify", "STORE");
        Assert.assertEquals(StoreBytes.of(PathText.parse(store)), StoreBytes.of(untroubled), "calibrated alike");
    }

    /** With {@code STORE}, {@code FRAMES} and {@code OUT} for where these are, once here and once there. */
    private void readsThereWhatItReadsHere(String... words) throws IOException {
        Path outHere = scratch.resolve("out-here");
        Path outThere = scratch.resolve("out-there");
        String here = said(words, untroubled.toString(), rooms.toString(), outHere.toString());
        String there = said(words, root + "/stores/rooms", root + "/frames", outThere.toString());
        Assert.assertEquals(there, here);
        if (Files.exists(outHere)) {
            SortedMap<String, String> labels = StoreBytes.of(outHere);
            Assert.assertEquals(labels.remove("list.tsv") == null, false);
            SortedMap<String, String> same = StoreBytes.of(outThere);
            same.remove("list.tsv");
            Assert.assertEquals(same, labels);
        }
    }

    private static String said(String[] words, String store, String frames, String out) {
        Object[] arguments = Arrays.stream(words)
                .map(word ->
                        word.replace("STORE", store).replace("FRAMES", frames).replace("OUT", out))
                .toArray();
        return run(arguments)
                .replace(store, "STORE")
                .replace(frames, "FRAMES")
                .replace(out, "OUT")
                .replaceAll("relative to .*", "");
    }
}
