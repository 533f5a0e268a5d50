package dev.understudy.cli.fuse;

import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.Understudy;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.Task;
import dev.understudy.files.ChildJvm;
import dev.understudy.files.Scratch;
import dev.understudy.pipeline.fuse.LabelledScenes;
import dev.understudy.pipeline.label.StoreBytes;
import dev.understudy.pipeline.process.KillPoint;
import dev.understudy.store.LabelStore;
import dev.understudy.store.StoreVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.testng.Assert;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** Stores of scenes that were rendered, fused by the command through real Spark. */
public class FuseIT {
    private static final int SCENES = 3;
    private static final String STORE = "dev.understudy.store.";

    private Scratch scratch;
    private Path manifest;
    private Path labels;
    private Path fused;

    @BeforeClass
    public void fuseOnce() throws Exception {
        scratch = Scratch.create();
        manifest = LabelledScenes.render(scratch.resolve("rooms"), SCENES);
        labels = scratch.resolve("labels");
        LabelledScenes.label(manifest, labels, 1);
        fused = scratch.resolve("fused");
        fuse(manifest, fused, "local[1]");
    }

    @AfterClass(alwaysRun = true)
    public void removeScratch() throws IOException {
        scratch.close();
    }

    private CommandLineRun run(Path frames, Path out, String master, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of(
                "fuse",
                "--store",
                labels,
                "--manifest",
                frames,
                "--out",
                out,
                "--master",
                master,
                "--set",
                "fusion.memory=64",
                "--set",
                "shardSize=4"));
        arguments.addAll(List.of(more));
        return CommandLineRun.of(arguments.toArray());
    }

    private CommandLineRun fuse(Path frames, Path out, String master, Object... more) {
        CommandLineRun run = run(frames, out, master, more);
        Assert.assertEquals(run.exitCode(), ExitCode.DONE, run.err());
        return run;
    }

    private static Map<String, Evidence> evidence(Path store) {
        Map<String, Evidence> evidence = new TreeMap<>();
        try (LabelStore labels = LabelStore.open(store)) {
            labels.ids().forEach(id -> evidence.put(id, labels.get(id)));
        }
        return evidence;
    }

    private static void assertSame(Map<String, Evidence> found, Map<String, Evidence> expected) {
        Assert.assertEquals(found.keySet(), expected.keySet());
        found.forEach((id, evidence) -> {
            SegmentationEvidence a = evidence.segmentation();
            SegmentationEvidence b = expected.get(id).segmentation();
            Assert.assertEquals(a.classes(), b.classes(), id);
            Assert.assertEquals(a.probability(), b.probability(), id);
            Assert.assertEquals(a.entropy(), b.entropy(), id);
            Assert.assertEquals(a.agreement(), b.agreement(), id);
            Assert.assertEquals(a.views(), b.views(), id);
        });
    }

    private double right(Path store) {
        return LabelledScenes.right(manifest, store);
    }

    @Test
    public void fusedLabelsAreMoreOftenRightAndTheStoreIsLikeAnyOther() throws IOException {
        Assert.assertTrue(right(fused) > right(labels) + 0.03, right(labels) + " became " + right(fused));
        Assert.assertEquals(StoreVerifier.verify(fused, shard -> {}), List.of());
        try (LabelStore store = LabelStore.open(fused);
                LabelStore parent = LabelStore.open(labels)) {
            Assert.assertEquals(
                    store.description().derivation().parents(),
                    List.of(parent.description().fingerprint().digest()));
            Assert.assertEquals(store.description().tasks(), List.of(Task.SEGMENTATION, Task.DEPTH));
            for (String id : store.ids()) {
                Assert.assertEquals(
                        store.get(id).depth().metres(), parent.get(id).depth().metres());
            }
        }
        for (String policy : List.of("class-balanced: {portion: 0.9}", "seen-by: {views: 3}", "view-agreement")) {
            CommandLineRun.done(
                    "filter",
                    "--store",
                    fused,
                    "--manifest",
                    manifest,
                    "--policy",
                    policy,
                    "--out",
                    scratch.resolve("kept"));
        }
    }

    @Test
    public void sameBytesForOneAndTwoTasks() throws IOException {
        Path two = scratch.resolve("two");
        CommandLineRun run = fuse(manifest, two, "local[2]");
        Assert.assertTrue(run.out().contains("18 frames, 18 of 3 scenes fused"), run.out());
        Assert.assertEquals(StoreBytes.of(two), StoreBytes.of(fused));
        // Nothing is left to do, so Spark must not even start.
        fuse(manifest, two, "no such master");
    }

    @Test
    public void theOrderOfTheManifestChangesNoFrame() throws IOException {
        long seed = 12;
        List<FrameRecord> frames = new ArrayList<>(Manifest.read(manifest).frames());
        Collections.shuffle(frames, new Random(seed));
        Path shuffled = scratch.resolve("shuffled");
        fuse(LabelledScenes.manifest(manifest, "shuffled.jsonl", frames), shuffled, "local[2]");
        assertSame(evidence(shuffled), evidence(fused));
    }

    @Test
    public void killedAtEveryPointAndResumedEveryTime() throws Exception {
        Path store = scratch.resolve("killed");
        List<String> command = new ArrayList<>(ChildJvm.command(List.of(), Understudy.class));
        command.addAll(List.of(
                "fuse",
                "--store",
                labels.toString(),
                "--manifest",
                manifest.toString(),
                "--out",
                store.toString(),
                "--master",
                "local[1]",
                "--set",
                "fusion.memory=64",
                "--set",
                "shardSize=4"));
        KillPoint.killAtEach(
                List.of(
                        new KillPoint("in the middle of a scene", STORE + "ShardWriter", "finish", 2),
                        new KillPoint(
                                "before a report", "dev.understudy.pipeline.fuse.FuseJob$SceneReports", "write", 2),
                        new KillPoint("between a scene's shards", STORE + "ShardCommits$Renamed", "publishTiming", 2),
                        new KillPoint("before _SUCCESS", STORE + "SuccessFile", "write", 1)),
                command,
                scratch.resolve("killed.log"),
                store.resolve("_SUCCESS"));
        fuse(manifest, store, "local[1]");
        Assert.assertEquals(StoreBytes.of(store), StoreBytes.of(fused));
    }

    @Test
    public void addedFramesNeedToBeAskedForAndGiveTheBytesOfOneRun() throws IOException {
        List<FrameRecord> all = Manifest.read(manifest).frames();
        Path part = LabelledScenes.manifest(manifest, "part.jsonl", all.subList(0, 2 * LabelledScenes.VIEWS - 1));
        Path store = scratch.resolve("extended");
        fuse(part, store, "local[2]");
        Map<String, String> before = StoreBytes.of(store);
        CommandLineRun refused = run(manifest, store, "local[2]");
        Assert.assertEquals(refused.exitCode(), ExitCode.USAGE);
        Assert.assertTrue(refused.err().contains("--extend"), refused.err());
        fuse(manifest, store, "local[2]", "--extend");
        Map<String, String> after = StoreBytes.of(store);
        Assert.assertEquals(after, StoreBytes.of(fused));
        long kept = before.keySet().stream()
                .filter(name -> name.endsWith(".h5"))
                .filter(after::containsKey)
                .count();
        Assert.assertEquals(kept, 2, "the shards of the first scene stayed");
    }

    @Test
    public void mapsArePointCloudsWithAClassList() throws IOException {
        Path store = scratch.resolve("mapped");
        Path maps = scratch.resolve("maps");
        fuse(manifest, store, "local[2]", "--map", maps);
        Assert.assertEquals(StoreBytes.of(store), StoreBytes.of(fused), "the map changes no label");
        Assert.assertTrue(
                Files.readString(maps.resolve("classes.tsv")).startsWith("label\tname\tred\tgreen\tblue\n0\twall\t"));
        Path cloud = maps.resolve("rooms/labelled/place-000001.ply");
        byte[] bytes = Files.readAllBytes(cloud);
        String text = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
        int body = text.indexOf("end_header\n") + "end_header\n".length();
        Assert.assertTrue(text.startsWith("ply\nformat binary_little_endian 1.0\n"), text.substring(0, 40));
        int points = Integer.parseInt(
                text.substring(text.indexOf("element vertex ") + 15, text.indexOf("\nproperty float x")));
        Assert.assertTrue(points > 100, points + " points");
        Assert.assertTrue(text.contains("\nproperty int views\n"), text.substring(0, body));
        Assert.assertEquals(bytes.length - body, 39 * points);
        Files.delete(cloud);
        fuse(manifest, store, "local[2]", "--map", maps);
        Assert.assertEquals(Files.readAllBytes(cloud), bytes, "what is missing is made again, the same");
    }

    @Test
    public void severalExpertsSpeakTogether() throws IOException {
        Path others = scratch.resolve("other labels");
        LabelledScenes.label(manifest, others, 2);
        Path both = scratch.resolve("both");
        fuse(manifest, both, "local[2]", "--store", others);
        Assert.assertTrue(right(both) > right(fused), right(fused) + " by one, " + right(both) + " by two");
        try (LabelStore store = LabelStore.open(both)) {
            Assert.assertEquals(store.description().derivation().parents().size(), 2);
            Assert.assertEquals(store.description().expert().architecture(), "made-up + made-up");
        }
    }

    @Test
    public void framesOfUnknownScenesAndPosesKeepTheirBytesAndAreCounted() throws IOException {
        List<FrameRecord> frames = new ArrayList<>();
        for (FrameRecord frame : Manifest.read(manifest).frames()) {
            boolean first = frames.size() < LabelledScenes.VIEWS;
            frames.add(
                    first
                            ? frame.with(r -> r.scene(null))
                            : frames.size() == 2 * LabelledScenes.VIEWS ? frame.with(r -> r.pose(null)) : frame);
        }
        Path store = scratch.resolve("unknown");
        CommandLineRun run = fuse(LabelledScenes.manifest(manifest, "unknown.jsonl", frames), store, "local[2]");
        Assert.assertTrue(run.out().contains("6 frames whose scene the manifest does not tell"), run.out());
        Assert.assertTrue(run.out().contains("1 frames without pose or intrinsics"), run.out());
        Map<String, Evidence> was = evidence(labels);
        Map<String, Evidence> is = evidence(store);
        for (int frame : new int[] {0, 5, 2 * LabelledScenes.VIEWS}) {
            String id = frames.get(frame).id();
            Assert.assertEquals(
                    is.get(id).segmentation().classes(),
                    was.get(id).segmentation().classes());
            Assert.assertEquals(
                    is.get(id).segmentation().probability(),
                    was.get(id).segmentation().probability());
            Assert.assertEquals(
                    is.get(id).segmentation().entropy(),
                    was.get(id).segmentation().entropy());
        }
    }

    @Test
    public void mistakesAreToldInALineOrTwo() throws IOException {
        CommandLineRun bare = CommandLineRun.of("fuse", "--store", labels);
        Assert.assertEquals(bare.exitCode(), ExitCode.USAGE);
        Assert.assertTrue(bare.err().contains("missing --manifest, --out"), bare.err());

        CommandLineRun other = run(manifest, fused, "local[2]", "--voxel", "0.07");
        Assert.assertEquals(other.exitCode(), ExitCode.USAGE);
        Assert.assertTrue(other.err().contains("voxel 0.07 m"), other.err());

        CommandLineRun small = run(manifest, scratch.resolve("small"), "local[2]", "--set", "fusion.memory=1000000");
        Assert.assertEquals(small.exitCode(), ExitCode.USAGE);
        Assert.assertTrue(small.err().contains("UNDERSTUDY_JAVA_OPTS"), small.err());

        List<FrameRecord> strangers =
                List.of(FrameRecord.of("nobody", "rgb.png").build());
        CommandLineRun none = run(
                LabelledScenes.manifest(manifest, "strangers.jsonl", strangers), scratch.resolve("none"), "local[2]");
        Assert.assertEquals(none.exitCode(), ExitCode.BAD_DATA);
        Assert.assertTrue(none.err().contains("none of 1 frames is in"), none.err());
    }
}
