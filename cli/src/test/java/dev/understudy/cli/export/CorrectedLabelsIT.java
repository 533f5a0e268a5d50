package dev.understudy.cli.export;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.understudy.cli.CommandLineRun;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.testng.annotations.Test;

/** Labels that go to a tool for people and come back, all of them or those that are queued. */
public class CorrectedLabelsIT extends LabelledNoise {
    @Test
    public void labelsThatComeBackFromCvatAreTheSameAndACorrectionChangesItsFrameAlone() throws IOException {
        Path out = scratch.resolve("review");
        export("cvat", out);
        CommandLineRun.done(importCvat(out.resolve("labels.zip"), scratch.resolve("untouched")));
        for (FrameRecord frame : Manifest.read(scratch.resolve("untouched")).frames()) {
            LabelMap back = LabelFiles.read(scratch.resolve("untouched").resolve(frame.segmentation()));
            assertEquals(back.classes(), expected.get(frame.id()).classes(), frame.id());
            assertEquals(frame.scene(), "room.1");
            assertEquals(frame.classes(), "nyud40");
        }
        String changed = "room.1/frame2";
        CommandLineRun corrected = CommandLineRun.done(
                importCvat(painted(out.resolve("labels.zip"), changed), scratch.resolve("corrected"), "--json"));
        for (FrameRecord frame : Manifest.read(scratch.resolve("corrected")).frames()) {
            LabelMap back = LabelFiles.read(scratch.resolve("corrected").resolve(frame.segmentation()));
            long sofas = count(back, ClassSpace.load("nyud40").indexOf("sofa").orElseThrow());
            assertEquals(
                    Arrays.equals(back.classes(), expected.get(frame.id()).classes()),
                    !frame.id().equals(changed));
            assertEquals(sofas == WIDTH * HEIGHT, frame.id().equals(changed));
        }
        assertTrue(corrected.out().contains("\"mostlyTo\" : \"sofa\""), corrected.out());
    }

    @Test
    public void whatIsQueuedIsJustTheseSegmentsEachAnObjectAndComesBackAsTheOnlyLabels() throws IOException {
        Path out = scratch.resolve("queue");
        CommandLineRun.done("store", "queue", store, "--budget", "7", "--smallest", "4", "--out", out);
        List<String> lines = Files.readAllLines(out.resolve("queue.csv"));
        assertEquals(lines.size(), 8, String.join("\n", lines));
        Map<String, Integer> pixels = new LinkedHashMap<>();
        Map<String, Integer> objects = new LinkedHashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] columns = line.split(",");
            pixels.merge(columns[0], Integer.parseInt(columns[3]), Integer::sum);
            objects.merge(columns[0], 1, Integer::sum);
            assertEquals(Integer.parseInt(columns[1]), objects.get(columns[0]));
        }
        try (ZipFile zip = new ZipFile(out.resolve("labels.zip").toFile())) {
            for (Map.Entry<String, Integer> frame : objects.entrySet()) {
                try (InputStream in =
                        zip.getInputStream(new ZipEntry("SegmentationObject/" + frame.getKey() + ".png"))) {
                    BufferedImage picture = ImageIO.read(in);
                    long colours = IntStream.range(0, WIDTH * HEIGHT)
                            .map(i -> picture.getRGB(i % WIDTH, i / WIDTH) & 0xFFFFFF)
                            .filter(colour -> colour != 0)
                            .distinct()
                            .count();
                    assertEquals(colours, (long) frame.getValue());
                }
            }
        }
        Path back = scratch.resolve("queue-back");
        CommandLineRun.done(importCvat(out.resolve("labels.zip"), back));
        List<FrameRecord> frames = Manifest.read(back).frames();
        assertEquals(frames.size(), pixels.size());
        for (FrameRecord frame : frames) {
            LabelMap labels = LabelFiles.read(back.resolve(frame.segmentation()));
            long labelled = WIDTH * HEIGHT - count(labels, LabelMap.IGNORE);
            assertEquals(labelled, (long) pixels.get(frame.id()), frame.id());
        }
        Path again = scratch.resolve("queue-again");
        CommandLineRun.done("store", "queue", store, "--budget", "7", "--smallest", "4", "--out", again);
        assertEquals(Files.mismatch(out.resolve("labels.zip"), again.resolve("labels.zip")), -1);

        CommandLineRun simulated =
                CommandLineRun.of("store", "queue", store, "--budget", "7", "--simulate", "--out", again);
        assertEquals(simulated.exitCode(), 3, simulated.err());
        assertTrue(simulated.err().contains("no annotation"), simulated.err());
        for (List<String> wrong : List.of(
                List.of("--budget", "0"), List.of("--budget", "5", "--rarity", "2"), List.of("--budget", "x"))) {
            List<Object> arguments = new ArrayList<>(List.of("store", "queue", store, "--out", again));
            arguments.addAll(wrong);
            CommandLineRun refused = CommandLineRun.of(arguments.toArray());
            assertEquals(refused.exitCode(), 2, refused.err());
        }
    }

    @Test
    public void labelsThatComeBackFromCocoAreTheSameAndACorrectionChangesItsFrameAlone() throws IOException {
        Path out = scratch.resolve("segments");
        export("coco", out);
        Path labels = out.resolve("labels.json");
        CommandLineRun.done(importCoco(labels, "segments-untouched"));
        List<FrameRecord> back =
                Manifest.read(scratch.resolve("segments-untouched")).frames();
        assertEquals(back.size(), FRAMES);
        for (FrameRecord frame : back) {
            LabelMap same =
                    LabelFiles.read(scratch.resolve("segments-untouched").resolve(frame.segmentation()));
            assertEquals(same.classes(), expected.get(frame.id()).classes(), frame.id());
            assertEquals(frame.scene(), "room.1");
        }
        ObjectNode coco = (ObjectNode) JsonMapper.builder().build().readTree(labels.toFile());
        int sofa = ClassSpace.load("nyud40").indexOf("sofa").orElseThrow();
        ObjectNode first = (ObjectNode) coco.path("annotations").path(0);
        first.put("category_id", sofa + 1);
        ObjectNode mask = (ObjectNode) first.path("segmentation");
        boolean[] pixels = decode(mask.path("counts").asText());
        mask.set("counts", uncompressed(pixels));
        Files.writeString(scratch.resolve("painted.json"), coco.toString());
        CommandLineRun corrected =
                CommandLineRun.of(importCoco(scratch.resolve("painted.json"), "segments-corrected", "--json"));
        assertEquals(corrected.exitCode(), 0, corrected.err());
        String changed = List.copyOf(expected.keySet()).get(0);
        for (FrameRecord frame :
                Manifest.read(scratch.resolve("segments-corrected")).frames()) {
            byte[] now = LabelFiles.read(scratch.resolve("segments-corrected").resolve(frame.segmentation()))
                    .classes();
            byte[] wanted = expected.get(frame.id()).classes().clone();
            for (int i = 0; i < wanted.length; i++) {
                wanted[i] = frame.id().equals(changed) && pixels[i] ? (byte) sofa : wanted[i];
            }
            assertEquals(now, wanted, frame.id());
        }
        assertTrue(corrected.out().contains("\"mostlyTo\" : \"sofa\""), corrected.out());
    }

    private Object[] importCoco(Path labels, String out, String... more) {
        return imported("coco", "--labels", labels, scratch.resolve(out), more);
    }

    private Object[] importCvat(Path archive, Path out, String... more) {
        return imported("cvat", "--archive", archive, out, more);
    }

    private Object[] imported(String format, String option, Path file, Path out, String... more) {
        List<Object> arguments = new ArrayList<>(List.of("dataset", "import", format, option, file));
        arguments.addAll(List.of("--manifest", scratch.path(), "--store", store, "--out", out));
        arguments.addAll(List.of(more));
        return arguments.toArray();
    }

    private static ArrayNode uncompressed(boolean[] pixels) {
        ArrayNode counts = JsonNodeFactory.instance.arrayNode();
        int run = 0;
        boolean inside = false;
        for (int i = 0; i < pixels.length; i++) {
            if (pixels[i % HEIGHT * WIDTH + i / HEIGHT] != inside) {
                counts.add(run);
                run = 0;
                inside = !inside;
            }
            run++;
        }
        return counts.add(run);
    }

    @Test
    public void cocoFilesThatAreDamagedAreToldInALineAndLeaveNothing() throws IOException {
        Path labels = scratch.resolve("damaged.json");
        Files.writeString(
                labels,
                "{\"annotations\": [{\"id\": 1, \"image_id\": 1, \"category_id\": 1,"
                        + " \"segmentation\": {\"size\": [3, 2], \"counts\": [1, 4]}}]}");
        CommandLineRun run = CommandLineRun.of(importCoco(labels, "damaged"));
        assertEquals(run.exitCode(), 3, run.err());
        assertTrue(run.err().contains("counts of 5 pixels"), run.err());
        assertTrue(Files.notExists(scratch.resolve("damaged")));
    }

    /** The archive with one mask all of one class. */
    private Path painted(Path archive, String id) throws IOException {
        Path painted = scratch.resolve("painted.zip");
        try (ZipFile zip = new ZipFile(archive.toFile());
                ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(painted))) {
            int sofa = ClassSpace.load("nyud40").indexOf("sofa").orElseThrow();
            int colour = CvatLabels.colours(ClassSpace.load("nyud40")).get(sofa);
            for (ZipEntry entry : Collections.list(zip.entries())) {
                to.putNextEntry(new ZipEntry(entry.getName()));
                if (entry.getName().equals("SegmentationClass/" + id + ".png")) {
                    BufferedImage mask = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
                    for (int i = 0; i < WIDTH * HEIGHT; i++) {
                        mask.setRGB(i % WIDTH, i / WIDTH, colour);
                    }
                    ImageIO.write(mask, "png", to);
                } else {
                    try (InputStream in = zip.getInputStream(entry)) {
                        in.transferTo(to);
                    }
                }
            }
        }
        return painted;
    }

    @Test
    public void archivesThatAreNoneAreTold() throws IOException {
        Path none = scratch.resolve("none.zip");
        Files.writeString(none, "no zip");
        refused(none, "zip archive");
        try (ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(none))) {
            to.putNextEntry(new ZipEntry("readme.txt"));
        }
        refused(none, "SegmentationClass");
        try (ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(none))) {
            to.putNextEntry(new ZipEntry("SegmentationClass/room.1/frame0.png"));
            to.putNextEntry(new ZipEntry("labelmap.txt"));
            to.write("wal:1,2,3::\n".getBytes(StandardCharsets.UTF_8));
        }
        refused(none, "'wal' is no class");
    }

    private void refused(Path archive, String told) {
        CommandLineRun run = CommandLineRun.of(importCvat(archive, scratch.resolve("refused")));
        assertEquals(run.exitCode(), 3, run.err());
        assertTrue(run.err().contains(told), run.err());
    }
}
