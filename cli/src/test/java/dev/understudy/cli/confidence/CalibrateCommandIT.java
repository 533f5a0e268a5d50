package dev.understudy.cli.confidence;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNotEquals;
import static org.testng.Assert.assertNull;
import static org.testng.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.understudy.cli.CommandLineRun;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.ManifestWriter;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.Scratch;
import dev.understudy.store.LabelStore;
import dev.understudy.store.ShardPlan;
import dev.understudy.store.ShardPlan.Shard;
import dev.understudy.store.ShardWriter;
import dev.understudy.store.StoreDescription;
import dev.understudy.store.StoreDescription.ExpertIdentity;
import dev.understudy.store.StoreDescriptionBuilder;
import dev.understudy.store.StorePublisher;
import dev.understudy.store.StorePublisher.ResumeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** The command over a store whose expert says 90 % and is right on 70 % of the pixels. */
public class CalibrateCommandIT {
    private static final int SIDE = 32;
    private static final int FRAMES = 10;

    private Path folder;

    @BeforeMethod
    public void write() throws IOException {
        folder = Scratch.folder("calibrate");
        Random random = new Random(6);
        List<FrameRecord> records = new ArrayList<>();
        List<byte[]> truths = new ArrayList<>();
        for (int i = 0; i < FRAMES; i++) {
            byte[] truth = new byte[SIDE * SIDE];
            for (int pixel = 0; pixel < truth.length; pixel++) {
                truth[pixel] = (byte) (random.nextInt(10) < 7 ? 0 : 1 + random.nextInt(2));
            }
            truths.add(truth);
            String name = "f" + i + ".png";
            RgbFiles.writePng(folder.resolve("rgb" + name), new RgbImage(SIDE, SIDE, new byte[3 * SIDE * SIDE]));
            LabelFiles.write(folder.resolve(name), new LabelMap(SIDE, SIDE, truth));
            records.add(FrameRecord.of("f" + i, "rgb" + name)
                    .segmentation(name)
                    .classes("kitti6")
                    .build());
        }
        ManifestWriter.write(folder.resolve("manifest.jsonl"), records);
        label(records);
    }

    private void label(List<FrameRecord> records) throws IOException {
        ShardPlan plan = ShardPlan.of(records, FRAMES);
        StoreDescription description = StoreDescriptionBuilder.builder()
                .formatVersion(StoreDescription.FORMAT_VERSION)
                .tasks(List.of(Task.SEGMENTATION))
                .classes("kitti6")
                .numberOfClasses(6)
                .classMap("identity")
                .expert(new ExpertIdentity("bold", "0".repeat(64)))
                .preprocessing("none")
                .views(List.of("whole"))
                .topK(2)
                .shardSize(plan.shardSize())
                .plan(plan.digest())
                .build();
        Path store = folder.resolve("store");
        try (StorePublisher publisher = StorePublisher.open(store, description, plan, ResumeOptions.DEFAULT)) {
            for (Shard shard : publisher.missing()) {
                try (ShardWriter writer = ShardWriter.create(store, description, shard, "once", 1)) {
                    for (FrameRecord record : shard.frames()) {
                        writer.put(record, bold());
                    }
                    publisher.commit(writer.finish());
                }
            }
            publisher.complete();
        }
    }

    private static Evidence bold() {
        int pixels = SIDE * SIDE;
        byte[] classes = new byte[2 * pixels];
        byte[] levels = new byte[2 * pixels];
        for (int pixel = 0; pixel < pixels; pixel++) {
            classes[pixels + pixel] = 1;
            levels[pixel] = (byte) 230;
            levels[pixels + pixel] = 15;
        }
        return new Evidence(
                SIDE, SIDE, new SegmentationEvidence(2, classes, levels, new byte[pixels], new byte[pixels]), null);
    }

    @AfterMethod
    public void remove() throws IOException {
        Scratch.delete(folder);
    }

    private CommandLineRun calibrate(Object... more) {
        List<Object> words = new ArrayList<>(List.of(
                "calibrate", "--store", folder.resolve("store"), "--manifest", folder.resolve("manifest.jsonl")));
        words.addAll(List.of(more));
        return CommandLineRun.of(words.toArray());
    }

    @Test
    public void theBestMapIsTheMostLikelyOfThemAll() throws IOException {
        CommandLineRun run = calibrate("--json");
        assertEquals(run.exitCode(), 0, run.err());
        JsonNode summary = new ObjectMapper().readTree(run.out());
        String chosen = summary.path("chosen").asText();
        double least = Double.POSITIVE_INFINITY;
        double ofChosen = Double.NaN;
        for (JsonNode method : summary.path("methods")) {
            double loss = method.path("negativeLogLikelihood").asDouble();
            least = Math.min(least, loss);
            ofChosen = method.path("name").asText().equals(chosen) ? loss : ofChosen;
        }
        assertEquals(ofChosen, least);
        assertNotEquals(chosen, "none");
        try (LabelStore store = LabelStore.open(folder.resolve("store"))) {
            assertEquals(store.description().calibration().method(), chosen);
        }
    }

    @Test
    public void noMapIsBestWhereAllOfThemHarm() throws IOException {
        // Frames 2, 5 and 8 are held out; there the expert is as right as it says, elsewhere it is not.
        for (int i = 0; i < FRAMES; i++) {
            byte[] truth = new byte[SIDE * SIDE];
            int right = i % 3 == 2 ? 90 : 20;
            for (int pixel = 0; pixel < truth.length; pixel++) {
                truth[pixel] = (byte) (pixel % 100 < right ? 0 : 1);
            }
            LabelFiles.write(folder.resolve("f" + i + ".png"), new LabelMap(SIDE, SIDE, truth));
        }
        CommandLineRun run = calibrate();
        assertEquals(run.exitCode(), 0, run.err());
        assertTrue(run.out().lines().anyMatch(l -> l.startsWith("none") && l.endsWith("(stored)")), run.out());
        try (LabelStore store = LabelStore.open(folder.resolve("store"))) {
            assertNull(store.description().calibration());
        }
    }

    @Test
    public void theChosenMapIsStoredAndScoredOnHeldOutFrames() throws IOException {
        CommandLineRun run = calibrate("--method", "isotonic", "--json", "--report", folder.resolve("report"));
        assertEquals(run.exitCode(), 0, run.err());
        JsonNode summary = new ObjectMapper().readTree(run.out());
        assertEquals(summary.path("fittedFrames").asInt(), 7);
        assertEquals(summary.path("scoredFrames").asInt(), 3);
        assertEquals(summary.path("chosen").asText(), "isotonic");
        JsonNode none = summary.path("methods").path(0);
        assertEquals(none.path("name").asText(), "none");
        assertEquals(none.path("calibrationError").asDouble(), 0.2, 0.03);
        for (int i = 1; i < 4; i++) {
            assertTrue(summary.path("methods").path(i).path("calibrationError").asDouble() < 0.03, run.out());
        }
        try (LabelStore store = LabelStore.open(folder.resolve("store"))) {
            assertEquals(store.description().calibration().method(), "isotonic");
        }
        assertEquals(
                ImageIO.read(folder.resolve("report/reliability.png").toFile()).getWidth(), 1000);
    }

    @Test
    public void whatIsLearnedLiesBesideTheStoreForTheFilter() throws IOException {
        Path learned = folder.resolve("store/reliability.json");
        CommandLineRun run = calibrate("--method", "learned", "--unlabelled", "0");
        assertEquals(run.exitCode(), 0, run.err());
        assertTrue(Files.exists(learned));
        assertTrue(run.out().contains("learned from 10 frames"), run.out());
        assertTrue(run.out().contains("10 of them have no scene"), run.out());
        CommandLineRun filter = CommandLineRun.done(
                "filter",
                "--store",
                folder.resolve("store"),
                "--manifest",
                folder.resolve("manifest.jsonl"),
                "--policy",
                "reliability: {least: 0}",
                "--out",
                folder.resolve("labels"));
        assertTrue(filter.out().contains("100.0 % of the pixels kept"), filter.out());
        assertEquals(
                CommandLineRun.of("store", "verify", folder.resolve("store")).exitCode(), 0);
        assertEquals(calibrate("--method", "learned", "--unlabelled", "2").exitCode(), 2);
        byte[] before = Files.readAllBytes(learned);
        CommandLineRun taken = CommandLineRun.done(
                "calibrate", "--store", folder.resolve("store"), "--learned", folder.resolve("store"));
        assertTrue(taken.out().contains("learned from 10 frames"), taken.out());
        assertEquals(Files.readAllBytes(learned), before);
        assertEquals(
                CommandLineRun.of(
                                "calibrate",
                                "--store",
                                folder.resolve("store"),
                                "--learned",
                                folder.resolve("store"),
                                "--split",
                                "train")
                        .exitCode(),
                2);
        beside();
        Files.writeString(learned, "{}");
        assertEquals(
                CommandLineRun.of(
                                "filter",
                                "--store",
                                folder.resolve("store"),
                                "--manifest",
                                folder.resolve("manifest.jsonl"),
                                "--policy",
                                "reliability: {}",
                                "--out",
                                folder.resolve("other"))
                        .exitCode(),
                3);
        assertEquals(calibrate("--method", "none").exitCode(), 0);
        assertTrue(Files.notExists(learned));
    }

    /** A store stands here for the second expert's too. */
    private void beside() {
        Path store = folder.resolve("store");
        assertEquals(calibrate("--method", "temperature", "--other", store).exitCode(), 2);
        CommandLineRun run = calibrate("--method", "learned", "--other", store);
        assertEquals(run.exitCode(), 0, run.err());
        String[] unnamed = {"reliability: {least: 0}", "reliability: {least: 0, other: second}"};
        for (String policy : unnamed) {
            CommandLineRun filter = filter("--policy", policy);
            assertEquals(filter.exitCode(), 2, filter.out());
        }
        CommandLineRun filter = filter("--policy", unnamed[1], "--other", "second=" + store);
        assertEquals(filter.exitCode(), 0, filter.err());
    }

    private CommandLineRun filter(Object... options) {
        List<Object> arguments = new ArrayList<>(List.of(
                "filter",
                "--store",
                folder.resolve("store"),
                "--manifest",
                folder.resolve("manifest.jsonl"),
                "--out",
                folder.resolve("beside")));
        arguments.addAll(List.of(options));
        return CommandLineRun.of(arguments.toArray());
    }

    @Test
    public void theTableNamesWhatIsStoredAndNoneTakesItAway() {
        CommandLineRun run = calibrate("--method", "temperature");
        assertEquals(run.exitCode(), 0, run.err());
        assertTrue(
                run.out().lines().anyMatch(line -> line.startsWith("temperature") && line.endsWith("(stored)")),
                run.out());
        assertEquals(calibrate("--method", "none").exitCode(), 0);
        try (LabelStore store = LabelStore.open(folder.resolve("store"))) {
            assertNull(store.description().calibration());
        }
    }

    @Test
    public void mistakesGetOneLine() throws IOException {
        CommandLineRun unknown = calibrate("--method", "magic");
        assertEquals(unknown.exitCode(), 2);
        assertTrue(unknown.err().contains("found 'magic'"), unknown.err());
        ManifestWriter.write(
                folder.resolve("manifest.jsonl"),
                List.of(FrameRecord.of("f0", "rgbf0.png").build()));
        CommandLineRun bare = calibrate();
        assertEquals(bare.exitCode(), 3);
        assertTrue(bare.err().contains("0 of the 1 frames"), bare.err());
    }
}
