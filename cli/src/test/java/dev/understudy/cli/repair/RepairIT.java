package dev.understudy.cli.repair;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.Understudy;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.files.ChildJvm;
import dev.understudy.files.Scratch;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.SafetensorsWriter;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.network.Architecture;
import dev.understudy.model.network.Network;
import dev.understudy.pipeline.fuse.LabelledScenes;
import dev.understudy.pipeline.label.StoreBytes;
import dev.understudy.pipeline.process.KillPoint;
import dev.understudy.store.LabelStore;
import dev.understudy.store.StoreVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.testng.Assert;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/**
 * Rendered rooms, of which an expert calls every class by the name of another, repaired by the command through real
 * Spark.
 */
public class RepairIT {
    private static final int SCENES = 4;
    private static final String STORE = "dev.understudy.store.";
    private static final String LEARN = "dev.understudy.labeler.repair.";

    private Scratch scratch;
    private Path manifest;
    private Path annotated;
    private Path labels;
    private Path repaired;

    @BeforeClass
    public void repairOnce() throws Exception {
        scratch = Scratch.create();
        manifest = LabelledScenes.render(scratch.resolve("rooms"), SCENES);
        List<FrameRecord> frames = Manifest.read(manifest).frames();
        annotated = LabelledScenes.manifest(
                manifest,
                "annotated.jsonl",
                IntStream.range(0, frames.size())
                        .filter(i -> i % 2 == 0)
                        .mapToObj(frames::get)
                        .toList());
        labels = scratch.resolve("labels");
        LabelledScenes.label(manifest, labels, "all by another name", true, frame -> LabelledScenes.renaming(frame, 1));
        repaired = scratch.resolve("repaired");
        repair(manifest, repaired, "local[1]");
    }

    @AfterClass(alwaysRun = true)
    public void removeScratch() throws IOException {
        scratch.close();
    }

    private List<Object> arguments(Path frames, Path out, String master, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of(
                "repair",
                "--store",
                labels,
                "--manifest",
                frames,
                "--annotated",
                annotated,
                "--out",
                out,
                "--master",
                master,
                "--set",
                "repair.steps=40",
                "--set",
                "repair.folds=2",
                "--set",
                "shardSize=6"));
        arguments.addAll(List.of(more));
        return arguments;
    }

    private CommandLineRun run(Path frames, Path out, String master, Object... more) {
        return CommandLineRun.of(arguments(frames, out, master, more).toArray());
    }

    private CommandLineRun repair(Path frames, Path out, String master, Object... more) {
        CommandLineRun run = run(frames, out, master, more);
        Assert.assertEquals(run.exitCode(), ExitCode.DONE, run.err());
        return run;
    }

    private double right(Path store) {
        return LabelledScenes.right(manifest, store);
    }

    @Test
    public void repairedLabelsAreRightAndTheStoreIsLikeAnyOther() throws IOException {
        Assert.assertTrue(right(labels) < 0.1, right(labels) + "");
        Assert.assertTrue(right(repaired) > 0.5, right(repaired) + "");
        Assert.assertEquals(StoreVerifier.verify(repaired, shard -> {}), List.of());
        try (LabelStore store = LabelStore.open(repaired);
                LabelStore parent = LabelStore.open(labels)) {
            Assert.assertEquals(
                    store.description().derivation().parents(),
                    List.of(parent.description().fingerprint().digest()));
            Assert.assertTrue(store.description().derivation().method().startsWith("repair "));
            String id = store.ids().get(0);
            Assert.assertEquals(
                    store.get(id).depth().metres(), parent.get(id).depth().metres());
        }
        CommandLineRun.done(
                "filter",
                "--store",
                repaired,
                "--manifest",
                manifest,
                "--policy",
                "class-balanced: {portion: 0.9}",
                "--out",
                scratch.resolve("kept"));
    }

    @Test
    public void sameBytesForOneAndTwoTasks() throws IOException {
        Path two = scratch.resolve("two");
        CommandLineRun run = repair(manifest, two, "local[2]", "--json");
        JsonNode told = new ObjectMapper().readTree(run.out());
        Assert.assertEquals(told.path("frames").asInt(), SCENES * LabelledScenes.VIEWS);
        Assert.assertEquals(told.path("learned").path("annotated").asInt(), SCENES * LabelledScenes.VIEWS / 2);
        Assert.assertEquals(told.path("learned").path("scenes").asInt(), SCENES);
        Assert.assertTrue(told.path("after").path("meanIou").asDouble()
                > told.path("before").path("meanIou").asDouble());
        Assert.assertEquals(StoreBytes.of(two), StoreBytes.of(repaired));
        // Nothing is left to do, so Spark must not even start.
        CommandLineRun again = repair(manifest, two, "no such master");
        Assert.assertTrue(again.out().contains("24 frames repaired by"), again.out());
        Assert.assertTrue(again.out().contains("cross-validated on 12 annotated frames of 4 scenes"), again.out());
    }

    @Test
    public void killedAtEveryPointAndResumedEveryTime() throws Exception {
        Path store = scratch.resolve("killed");
        List<String> command = new ArrayList<>(ChildJvm.command(ChildJvm.LEARNING, Understudy.class));
        arguments(manifest, store, "local[1]").forEach(argument -> command.add(argument.toString()));
        KillPoint.killAtEach(
                List.of(
                        new KillPoint("while it learns", LEARN + "SmallNetwork", "<init>", 3),
                        new KillPoint("before what was learned is written", LEARN + "RepairModelFile", "write", 1),
                        new KillPoint("between shards", STORE + "ShardCommits$Renamed", "publishTiming", 2),
                        new KillPoint("before _SUCCESS", STORE + "SuccessFile", "write", 1)),
                command,
                scratch.resolve("killed.log"),
                store.resolve("_SUCCESS"));
        repair(manifest, store, "local[1]");
        Assert.assertEquals(StoreBytes.of(store), StoreBytes.of(repaired));
    }

    @Test
    public void addedFramesAreAnsweredByWhatWasLearned() throws IOException {
        List<FrameRecord> all = Manifest.read(manifest).frames();
        Path part = LabelledScenes.manifest(manifest, "part.jsonl", all.subList(0, 20));
        Path store = scratch.resolve("extended");
        repair(part, store, "local[2]");
        byte[] learned = Files.readAllBytes(store.resolve("repair/networks.safetensors"));
        CommandLineRun refused = run(manifest, store, "local[2]");
        Assert.assertEquals(refused.exitCode(), ExitCode.USAGE);
        Assert.assertTrue(refused.err().contains("--extend"), refused.err());
        CommandLineRun extended = repair(manifest, store, "local[2]", "--extend");
        Assert.assertTrue(extended.out().contains("2 frames were annotated since"), extended.out());
        Assert.assertEquals(Files.readAllBytes(store.resolve("repair/networks.safetensors")), learned);
        try (LabelStore labelled = LabelStore.open(store)) {
            Assert.assertEquals(labelled.ids().size(), all.size());
        }
        Assert.assertTrue(right(store) > 0.5, right(store) + "");
    }

    @Test
    public void whatWasLearnedIsAppliedToOtherFrames() throws IOException {
        List<FrameRecord> all = Manifest.read(manifest).frames();
        List<FrameRecord> bare = all.subList(12, 24).stream()
                .map(frame -> frame.with(record -> record.segmentation(null).classes(null)))
                .toList();
        Path others = LabelledScenes.manifest(manifest, "others.jsonl", bare);
        Path out = scratch.resolve("others repaired");
        CommandLineRun run = apply(labels, others, out);
        Assert.assertEquals(run.exitCode(), ExitCode.DONE, run.err());
        Assert.assertTrue(run.out().contains("12 frames repaired by"), run.out());
        Assert.assertTrue(run.out().contains("nothing was scored on these"), run.out());
        try (LabelStore one = LabelStore.open(out);
                LabelStore other = LabelStore.open(repaired)) {
            Assert.assertEquals(
                    one.description().fingerprint(), other.description().fingerprint());
            for (String id : one.ids()) {
                Assert.assertEquals(
                        one.get(id).segmentation().classes(),
                        other.get(id).segmentation().classes());
            }
        }
        Path perfect = scratch.resolve("another expert's labels");
        LabelledScenes.label(manifest, perfect, "another", true, frame -> LabelledScenes.renaming(frame, 0));
        CommandLineRun refused = apply(perfect, others, scratch.resolve("refused"));
        Assert.assertEquals(refused.exitCode(), ExitCode.USAGE);
        Assert.assertTrue(refused.err().contains("by the same experts"), refused.err());
        CommandLineRun none = CommandLineRun.of(
                "repair", "--store", labels, "--manifest", others, "--learned", labels, "--out", scratch.resolve("no"));
        Assert.assertEquals(none.exitCode(), ExitCode.USAGE);
        Assert.assertTrue(none.err().contains("found no repair there"), none.err());
    }

    private CommandLineRun apply(Path store, Path frames, Path out, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("repair", "--store", store, "--manifest", frames));
        arguments.addAll(List.of("--learned", repaired, "--out", out, "--master", "local[1]"));
        arguments.addAll(List.of(more));
        return CommandLineRun.of(arguments.toArray());
    }

    @Test
    public void aDamagedFrameIsLeftOutAndTriedAgainWhenItIsMended() throws IOException {
        List<FrameRecord> all = new ArrayList<>(Manifest.read(manifest).frames());
        FrameRecord whole = all.get(13);
        Path depth = manifest.resolveSibling("damaged.png");
        Files.writeString(depth, "no picture");
        all.set(13, whole.with(record -> record.depth("damaged.png")));
        Path damaged = LabelledScenes.manifest(manifest, "damaged.jsonl", all);
        Path out = scratch.resolve("one left out");
        CommandLineRun run = apply(labels, damaged, out);
        Assert.assertEquals(run.exitCode(), ExitCode.DONE, run.err());
        Assert.assertTrue(run.out().contains("1 frames cannot be read"), run.out());
        try (LabelStore store = LabelStore.open(out)) {
            Assert.assertEquals(store.ids().size(), all.size() - 1);
            Assert.assertEquals(store.quarantined().get(0).id(), whole.id());
        }
        CommandLineRun strict = apply(labels, damaged, scratch.resolve("none may be"), "--set", "maxQuarantined='0'");
        Assert.assertEquals(strict.exitCode(), ExitCode.BAD_DATA);
        Assert.assertTrue(strict.err().contains("1 of 24 frames cannot be read"), strict.err());
        Files.copy(manifest.resolveSibling(whole.depth()), depth, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        CommandLineRun again = apply(labels, damaged, out, "--retry-quarantined");
        Assert.assertEquals(again.exitCode(), ExitCode.DONE, again.err());
        Assert.assertTrue(again.out().contains("24 frames repaired"), again.out());
    }

    @Test
    public void theShippedRecipeRunsOnRooms() throws IOException {
        Path frames = manifest.resolveSibling("ablation.jsonl");
        Path recipe = scratch.resolve("recipe");
        CommandLineRun.done(
                "dataset",
                "split",
                manifest,
                "--evenly",
                "--ratio",
                "annotated=0.5,rest=0.5",
                "--out",
                "ablation.jsonl");
        CommandLineRun.done(
                "repair",
                "--store",
                labels,
                "--manifest",
                frames,
                "--annotated-split",
                "annotated",
                "--out",
                recipe,
                "--set",
                "repair.steps=40",
                "--set",
                "repair.folds=2");
        CommandLineRun.done(
                "calibrate", "--store", recipe, "--method", "learned", "--manifest", frames, "--split", "annotated");
        CommandLineRun run = CommandLineRun.done(
                "ablate",
                "--config",
                Path.of("..", "conf", "nyudv2-ablation.yaml"),
                "--select",
                "--set",
                "out='" + scratch.resolve("ablation") + "'",
                "--set",
                "pseudo.manifest='" + frames + "'",
                "--set",
                "pseudo.split=rest",
                "--set",
                "pseudo.store='" + recipe + "'",
                "--set",
                "truth='" + frames + "'",
                "--set",
                "real.manifest='" + frames + "'",
                "--set",
                "test.manifest='" + frames + "'",
                "--set",
                "test.split=rest");
        Assert.assertTrue(run.out().contains("Chosen on 12 annotated frames; tested on 12 others"), run.out());
        Assert.assertTrue(run.out().lines().anyMatch(line -> line.startsWith("| reliability | ")), run.out());
    }

    @Test
    public void nothingIsWrittenWhereNothingHelps() throws IOException {
        Path perfect = scratch.resolve("perfect labels");
        LabelledScenes.label(manifest, perfect, "knows everything", true, frame -> LabelledScenes.renaming(frame, 0));
        Path out = scratch.resolve("not repaired");
        CommandLineRun run = CommandLineRun.of(
                "repair",
                "--store",
                perfect,
                "--manifest",
                manifest,
                "--out",
                out,
                "--set",
                "repair.steps=20",
                "--set",
                "repair.folds=2");
        Assert.assertEquals(run.exitCode(), ExitCode.BAD_DATA, run.err());
        Assert.assertTrue(run.out().startsWith("nothing is repaired and nothing was written"), run.out());
        Assert.assertFalse(Files.exists(out));
    }

    @Test
    public void featuresOfPicturesAreLookedAtToo() throws IOException {
        Path weights = scratch.resolve("encoder.safetensors");
        try (Network student =
                Architecture.MT_LW_REFINENET.create(Architecture.MT_LW_REFINENET.usualHeads(), NativeEngine.cpu(), 4)) {
            SafetensorsWriter.write(weights, student.snapshot());
        }
        Path store = scratch.resolve("with features");
        repair(manifest, store, "local[2]", "--features", weights);
        Assert.assertTrue(
                Files.readString(store.resolve("repair/repair.json")).contains("\"components\" : [ 48, 48 ]"));
        Assert.assertTrue(right(store) > 0.5, right(store) + "");
        CommandLineRun other = run(manifest, store, "local[2]");
        Assert.assertEquals(other.exitCode(), ExitCode.USAGE);
        Assert.assertTrue(other.err().contains("features none"), other.err());

        Path none = scratch.resolve("none.safetensors");
        SafetensorsWriter.write(none, new Checkpoint(Map.of()));
        CommandLineRun wrong = run(manifest, scratch.resolve("wrong"), "local[2]", "--features", none);
        Assert.assertEquals(wrong.exitCode(), ExitCode.BAD_DATA, wrong.err());
        Assert.assertTrue(wrong.err().contains("none.safetensors"), wrong.err());
    }

    @Test
    public void mistakesAreToldInALineOrTwo() throws IOException {
        CommandLineRun bare = CommandLineRun.of("repair", "--store", labels);
        Assert.assertEquals(bare.exitCode(), ExitCode.USAGE);
        Assert.assertTrue(bare.err().contains("missing --manifest, --out"), bare.err());

        CommandLineRun other = run(manifest, repaired, "local[2]", "--set", "repair.seed=2");
        Assert.assertEquals(other.exitCode(), ExitCode.USAGE);
        Assert.assertTrue(other.err().contains("seed 2"), other.err());

        List<FrameRecord> bareFrames = new ArrayList<>();
        List<FrameRecord> oneScene = new ArrayList<>();
        for (FrameRecord frame : Manifest.read(manifest).frames()) {
            bareFrames.add(frame.with(record -> record.segmentation(null)));
            oneScene.add(frame.with(record -> record.scene("everywhere")));
        }
        CommandLineRun none = CommandLineRun.of(
                "repair",
                "--store",
                labels,
                "--manifest",
                LabelledScenes.manifest(manifest, "bare.jsonl", bareFrames),
                "--out",
                scratch.resolve("none"));
        Assert.assertEquals(none.exitCode(), ExitCode.BAD_DATA);
        Assert.assertTrue(none.err().contains("has both a segmentation and a place"), none.err());

        CommandLineRun one =
                run(LabelledScenes.manifest(manifest, "one.jsonl", oneScene), scratch.resolve("one scene"), "local[2]");
        Assert.assertEquals(one.exitCode(), ExitCode.USAGE);
        Assert.assertTrue(one.err().contains("are of one scene"), one.err());

        Path fused = scratch.resolve("someone else's");
        LabelledScenes.label(manifest, fused, "another", true, frame -> LabelledScenes.renaming(frame, 2));
        CommandLineRun taken = run(manifest, fused, "local[2]");
        Assert.assertEquals(taken.exitCode(), ExitCode.USAGE);
        Assert.assertTrue(taken.err().contains("derivation"), taken.err());
        Assert.assertFalse(Files.exists(fused.resolve("repair")));
    }
}
