package dev.understudy.cli.export;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.understudy.cli.CommandLineRun;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.files.Scratch;
import dev.understudy.pipeline.fuse.LabelledScenes;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/**
 * Rendered rooms that an expert has labelled, wrong in a quarter of all patches and less sure there: what people should
 * correct, their corrections, made of the truth, and what is reported of them.
 */
public class QueueIT {
    private static final int BUDGET = 60;
    private static final int PATCH = 12;

    private Scratch scratch;
    private Path manifest;
    private Path store;
    private JsonNode before;
    private JsonNode learned;

    @BeforeClass
    public void queueTwice() throws Exception {
        scratch = Scratch.create();
        manifest = LabelledScenes.render(scratch.resolve("rooms"), 4);
        store = scratch.resolve("store");
        LabelledScenes.label(manifest, store, "wrong in patches", false, QueueIT::answer);
        before = queue("before", "none");
        CommandLineRun.done("calibrate", "--store", store, "--manifest", manifest, "--method", "learned");
        learned = queue("learned", "reliability: {least: 0, weigh: false}");
    }

    @AfterClass(alwaysRun = true)
    public void clean() throws IOException {
        scratch.close();
    }

    /** Wrong in a quarter of all patches, and mostly, but not always, less sure there. */
    private static Evidence answer(Frame frame) {
        byte[] truth = Objects.requireNonNull(frame.segmentation()).classes();
        int pixels = truth.length;
        Random random = new Random(frame.id().hashCode());
        byte[] classes = new byte[2 * pixels];
        byte[] probability = new byte[2 * pixels];
        int[] shifts = new int[pixels];
        int[] levels = new int[pixels];
        for (int pixel = 0; pixel < pixels; pixel++) {
            int corner = pixel / frame.width() / PATCH * PATCH * frame.width() + pixel % frame.width() / PATCH * PATCH;
            if (corner == pixel) {
                boolean wrong = random.nextInt(4) == 0;
                shifts[pixel] = wrong ? 1 + random.nextInt(LabelledScenes.CLASSES - 1) : 0;
                levels[pixel] = wrong ? 90 + random.nextInt(90) : 150 + random.nextInt(100);
            }
            int right = (truth[pixel] & 0xFF) == LabelMap.IGNORE ? 0 : truth[pixel];
            classes[pixel] = (byte) ((right + shifts[corner]) % LabelledScenes.CLASSES);
            classes[pixels + pixel] = (byte) ((right + shifts[corner] + 1) % LabelledScenes.CLASSES);
            probability[pixel] = (byte) levels[corner];
            probability[pixels + pixel] = (byte) Math.min(levels[corner], 255 - levels[corner]);
        }
        byte[] agreement = new byte[pixels];
        Arrays.fill(agreement, (byte) 255);
        return new Evidence(
                frame.width(),
                frame.height(),
                new SegmentationEvidence(2, classes, probability, new byte[pixels], agreement),
                null);
    }

    private JsonNode queue(String out, String policy) throws IOException {
        return JsonMapper.builder()
                .build()
                .readTree(CommandLineRun.done(
                                "store",
                                "queue",
                                store,
                                "--manifest",
                                manifest,
                                "--budget",
                                BUDGET,
                                "--smallest",
                                8,
                                "--rarity",
                                0,
                                "--policy",
                                policy,
                                "--simulate",
                                "--json",
                                "--out",
                                scratch.resolve(out))
                        .out());
    }

    @Test
    public void aSimulatedCorrectorRemovesMoreThanTwiceTheErrorsOfARandomOrderAndMoreThanTheLargestSegmentsGive() {
        for (JsonNode queue : List.of(before, learned)) {
            JsonNode simulation = queue.path("simulation");
            assertEquals(queue.path("segments").asInt(), BUDGET);
            assertTrue(simulation.path("of").asInt() > 5 * BUDGET, simulation.toString());
            double perSegment = simulation.path("perSegment").asDouble();
            assertEquals(perSegment * BUDGET, simulation.path("removed").asDouble(), 1e-6);
            assertTrue(
                    simulation.path("removed").asLong()
                            <= simulation.path("wrong").asLong(),
                    simulation.toString());
        }
        JsonNode simulation = learned.path("simulation");
        double perSegment = simulation.path("perSegment").asDouble();
        assertTrue(perSegment > 2 * simulation.path("perRandomSegment").asDouble(), simulation.toString());
        assertTrue(perSegment > simulation.path("perLargestSegment").asDouble(), simulation.toString());
        assertTrue(
                simulation.path("wrongShare").asDouble()
                        > simulation.path("largestWrongShare").asDouble(),
                simulation.toString());
    }

    @Test
    public void aSimulationIsToldInWordsToo() {
        CommandLineRun told = CommandLineRun.done(
                "store",
                "queue",
                store,
                "--manifest",
                manifest,
                "--budget",
                5,
                "--simulate",
                "--out",
                scratch.resolve("words"));
        assertTrue(told.out().contains("in random order: "), told.out());
        assertTrue(told.out().contains("of the largest ones"), told.out());
    }

    /** People look at what is queued, and at nothing else; what they say is reported against what was learned. */
    @Test
    public void correctionsAreReportedByTheReliabilityThatWasLearned() throws IOException {
        Path corrected = scratch.resolve("corrected");
        JsonNode report = JsonMapper.builder()
                .build()
                .readTree(CommandLineRun.done(
                                "dataset",
                                "import",
                                "cvat",
                                "--archive",
                                corrected(scratch.resolve("learned/labels.zip")),
                                "--manifest",
                                manifest,
                                "--store",
                                store,
                                "--out",
                                corrected,
                                "--json")
                        .out())
                .path("corrections");
        assertEquals(report.path("measure").asText(), "reliability");
        JsonNode simulation = learned.path("simulation");
        assertEquals(
                report.path("changed").asLong(), simulation.path("removed").asLong(), "what was wrong was changed");
        assertTrue(
                report.path("whereChanged").asDouble()
                        < report.path("whereKept").asDouble(),
                report.toString());
        assertTrue(report.path("told").asDouble() > 0.7, report.toString());
        long tenths = 0;
        for (JsonNode tenth : report.path("byMeasure")) {
            tenths += tenth.path("pixels").asLong();
        }
        assertEquals(tenths, report.path("pixels").asLong());
        assertEquals(
                Manifest.read(corrected).frames().size(), learned.path("frames").asInt());
    }

    /** The archive with the truth in the place of each label that stands in it. */
    private Path corrected(Path archive) throws IOException {
        Path corrected = scratch.resolve("corrected.zip");
        List<Integer> colours = CvatLabels.colours(ClassSpace.load("nyud40"));
        Map<String, FrameRecord> frames = new HashMap<>();
        Manifest.read(manifest)
                .frames()
                .forEach(frame -> frames.put("SegmentationClass/" + frame.id() + ".png", frame));
        try (ZipFile zip = new ZipFile(archive.toFile());
                ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(corrected))) {
            for (ZipEntry entry : new ArrayList<>(Collections.list(zip.entries()))) {
                to.putNextEntry(new ZipEntry(entry.getName()));
                FrameRecord frame = frames.get(entry.getName());
                try (InputStream in = zip.getInputStream(entry)) {
                    if (frame == null) {
                        in.transferTo(to);
                    } else {
                        ImageIO.write(corrected(ImageIO.read(in), frame, colours), "png", to);
                    }
                }
            }
        }
        return corrected;
    }

    private BufferedImage corrected(BufferedImage said, FrameRecord frame, List<Integer> colours) {
        LabelMap truth = LabelFiles.read(manifest.resolveSibling(frame.segmentation()));
        BufferedImage mask = new BufferedImage(said.getWidth(), said.getHeight(), BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < truth.classes().length; i++) {
            int x = i % said.getWidth();
            int y = i / said.getWidth();
            boolean queued = (said.getRGB(x, y) & 0xFFFFFF) != 0;
            mask.setRGB(x, y, queued && truth.classAt(i) != LabelMap.IGNORE ? colours.get(truth.classAt(i)) : 0);
        }
        return mask;
    }
}
