package dev.understudy.cli.export;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.Students;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.ManifestWriter;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.Scratch;
import dev.understudy.store.LabelStore;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
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
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.testng.SkipException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** Labels in the formats of others, held to the PNGs that {@code filter} writes of the same policy. */
public class ExportLabelsIT {
    private static final int WIDTH = 67;
    private static final int HEIGHT = 50;
    private static final int FRAMES = 5;
    private static final String POLICY = "entropy-percentile: {drop: 0.3}";

    private Scratch scratch;
    private Path store;
    private final Map<String, LabelMap> expected = new LinkedHashMap<>();

    @BeforeClass
    public void labelSomeFrames() throws IOException {
        scratch = Scratch.create();
        store = scratch.resolve("store");
        Students.write(scratch.resolve("student.pth"), 40, 9, Task.SEGMENTATION);
        Random random = new Random(8);
        List<FrameRecord> records = new ArrayList<>();
        for (int i = 0; i < FRAMES; i++) {
            byte[] rgb = new byte[3 * WIDTH * HEIGHT];
            random.nextBytes(rgb);
            String id = "room.1/frame" + i;
            RgbFiles.writePng(scratch.resolve(id + ".png"), new RgbImage(WIDTH, HEIGHT, rgb));
            DepthFiles.write(
                    scratch.resolve(id + "-d.png"), new DepthMap(WIDTH, HEIGHT, new float[WIDTH * HEIGHT]), 1000);
            records.add(FrameRecord.of(id, id + ".png")
                    .depth(id + "-d.png")
                    .depthScale(1000.0)
                    .scene("room.1")
                    .build());
        }
        ManifestWriter.write(scratch.resolve("manifest.jsonl"), records);
        CommandLineRun.done(
                "label",
                "--expert",
                "mt-lw-refinenet",
                "--checkpoint",
                scratch.resolve("student.pth"),
                "--manifest",
                scratch.path(),
                "--store",
                store);
        CommandLineRun.done("filter", "--store", store, "--policy", POLICY, "--out", scratch.resolve("plain"));
        for (FrameRecord record : records) {
            expected.put(
                    record.id(), LabelFiles.read(scratch.resolve("plain/labels").resolve(record.id() + ".png")));
        }
        long dropped = expected.values().stream()
                .mapToLong(labels -> count(labels, LabelMap.IGNORE))
                .sum();
        assertTrue(dropped > 100, "a policy that drops something");
    }

    @AfterClass
    public void clean() throws IOException {
        scratch.close();
    }

    @Test
    public void cocoSegmentsAreTheLabels() throws IOException {
        Path out = scratch.resolve("coco");
        export("coco", out);
        JsonNode coco =
                JsonMapper.builder().build().readTree(out.resolve("labels.json").toFile());
        ClassSpace classes = ClassSpace.load("nyud40");
        assertEquals(coco.path("categories").size(), classes.size());
        assertEquals(coco.path("images").size(), FRAMES);
        requireProvenance(coco.path("info").path("understudy"));
        Map<String, byte[]> drawn = new LinkedHashMap<>();
        Map<Integer, String> frames = new LinkedHashMap<>();
        for (JsonNode image : coco.path("images")) {
            byte[] nothing = new byte[WIDTH * HEIGHT];
            Arrays.fill(nothing, (byte) LabelMap.IGNORE);
            drawn.put(image.path("frame").asText(), nothing);
            frames.put(image.path("id").asInt(), image.path("frame").asText());
            assertTrue(Files.exists(scratch.resolve(image.path("file_name").asText())));
            requireQuality(image.path("frame").asText(), image.path("reliability"), image.path("kept"));
        }
        for (JsonNode segment : coco.path("annotations")) {
            byte[] labels = drawn.get(frames.get(segment.path("image_id").asInt()));
            boolean[] mask = decode(segment.path("segmentation").path("counts").asText());
            int area = 0;
            int right = 0;
            for (int i = 0; i < mask.length; i++) {
                if (mask[i]) {
                    labels[i] = (byte) (segment.path("category_id").asInt() - 1);
                    area++;
                    right = Math.max(right, i % WIDTH);
                }
            }
            assertEquals(segment.path("area").asInt(), area);
            JsonNode box = segment.path("bbox");
            assertEquals(box.path(0).asInt() + box.path(2).asInt(), right + 1);
            double score = segment.path("score").asDouble();
            assertTrue(score > 0 && score <= 1, "score " + score);
        }
        expected.forEach((id, labels) -> assertEquals(drawn.get(id), labels.classes(), id));
    }

    @Test
    public void picturesAndListHaveTheirProvenanceBeside() throws IOException {
        requireProvenance(JsonMapper.builder()
                .build()
                .readTree(scratch.resolve("plain/made.json").toFile()));
        List<String> lines = Files.readAllLines(scratch.resolve("plain/frames.csv"));
        assertEquals(lines.size(), FRAMES + 1);
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split(",");
            requireQuality(
                    cells[0],
                    JsonNodeFactory.instance.numberNode(Double.parseDouble(cells[1])),
                    JsonNodeFactory.instance.numberNode(Double.parseDouble(cells[2])));
        }
    }

    /** Store, expert, policy and reliability. */
    private void requireProvenance(JsonNode made) {
        try (LabelStore labels = LabelStore.open(store)) {
            assertEquals(
                    made.path("store").asText(),
                    labels.description().fingerprint().digest());
            String weights = labels.description().expert().checkpointSha256();
            assertTrue(made.path("expert").asText().endsWith(weights), made.toString());
        }
        assertTrue(made.path("policy").asText().contains("entropy-percentile"), made.toString());
        assertEquals(made.path("reliability").asText(), "not learned");
    }

    private void requireQuality(String frame, JsonNode reliability, JsonNode kept) {
        LabelMap labels = expected.get(frame);
        double share = 1 - (double) count(labels, LabelMap.IGNORE) / (WIDTH * HEIGHT);
        assertEquals(kept.asDouble(), share, 1e-4, frame);
        assertTrue(reliability.asDouble() > 0 && reliability.asDouble() <= 1, frame + " " + reliability);
    }

    @Test
    public void shardsHoldEachFrameOnceAndAreTheSameEachTime() throws IOException {
        Path out = scratch.resolve("shards");
        export("webdataset", out, "--frames-per-shard", "2");
        export("webdataset", scratch.resolve("again"), "--frames-per-shard", "2");
        Map<String, byte[]> members = new LinkedHashMap<>();
        for (int shard = 0; shard < 3; shard++) {
            String name = "labels-00000" + shard + ".tar";
            byte[] bytes = Files.readAllBytes(out.resolve(name));
            assertEquals(Files.readAllBytes(scratch.resolve("again").resolve(name)), bytes);
            try (TarArchiveInputStream tar = new TarArchiveInputStream(new ByteArrayInputStream(bytes))) {
                for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                    members.put(entry.getName(), tar.readAllBytes());
                }
            }
        }
        assertTrue(Files.notExists(out.resolve("labels-000003.tar")));
        assertEquals(members.size(), 5 * FRAMES);
        int index = 0;
        for (Map.Entry<String, LabelMap> frame : expected.entrySet()) {
            String key = "0000000" + index++;
            JsonNode json = JsonMapper.builder().build().readTree(members.get(key + ".json"));
            assertEquals(json.path("id").asText(), frame.getKey());
            assertEquals(json.path("scene").asText(), "room.1");
            requireProvenance(json.path("made"));
            requireQuality(frame.getKey(), json.path("reliability"), json.path("kept"));
            assertEquals(members.get(key + ".png"), Files.readAllBytes(scratch.resolve(frame.getKey() + ".png")));
            Path labels = scratch.resolve("member.png");
            Files.write(labels, members.get(key + ".labels.png"));
            assertEquals(LabelFiles.read(labels).classes(), frame.getValue().classes());
            Files.write(labels, members.get(key + ".weights.png"));
            Path plain = scratch.resolve("plain/weights").resolve(frame.getKey() + ".png");
            assertEquals(
                    LabelFiles.read(labels).classes(), LabelFiles.read(plain).classes());
        }
    }

    @Test
    public void cvatReadsColoursThatTheLabelMapNames() throws IOException {
        Path out = scratch.resolve("cvat");
        export("cvat", out);
        try (ZipFile zip = new ZipFile(out.resolve("labels.zip").toFile())) {
            Map<Integer, Integer> classOf = new LinkedHashMap<>();
            String[] lines = text(zip, "labelmap.txt").split("\n");
            for (int i = 1; i < lines.length; i++) {
                String[] rgb = lines[i].split(":")[1].split(",");
                int colour = Integer.parseInt(rgb[0]) << 16 | Integer.parseInt(rgb[1]) << 8 | Integer.parseInt(rgb[2]);
                int meaning = i == 1 ? LabelMap.IGNORE : i - 2;
                assertEquals(classOf.put(colour, meaning), null, "two classes of one colour");
            }
            assertTrue(lines[1].startsWith("background:0,0,0"), lines[1]);
            assertEquals(
                    List.of(text(zip, "ImageSets/Segmentation/default.txt").split("\n")),
                    List.copyOf(expected.keySet()));
            for (Map.Entry<String, LabelMap> frame : expected.entrySet()) {
                try (InputStream in =
                        zip.getInputStream(new ZipEntry("SegmentationClass/" + frame.getKey() + ".png"))) {
                    var picture = ImageIO.read(in);
                    for (int i = 0; i < WIDTH * HEIGHT; i++) {
                        int colour = picture.getRGB(i % WIDTH, i / WIDTH) & 0xFFFFFF;
                        assertEquals((int) classOf.get(colour), frame.getValue().classAt(i));
                    }
                }
                assertTrue(zip.getEntry("SegmentationObject/" + frame.getKey() + ".png") != null);
                Path weights = scratch.resolve("weights.png");
                try (InputStream in =
                        zip.getInputStream(new ZipEntry("understudy/weights/" + frame.getKey() + ".png"))) {
                    Files.write(weights, in.readAllBytes());
                }
                Path plain = scratch.resolve("plain/weights").resolve(frame.getKey() + ".png");
                assertEquals(
                        LabelFiles.read(weights).classes(),
                        LabelFiles.read(plain).classes());
            }
            requireProvenance(JsonMapper.builder().build().readTree(text(zip, "understudy/made.json")));
            assertEquals(text(zip, "understudy/frames.csv"), Files.readString(scratch.resolve("plain/frames.csv")));
        }
    }

    @Test
    public void labelsThatComeBackFromCvatAreTheSameAndACorrectionChangesItsFrameAlone() throws IOException {
        Path out = scratch.resolve("review");
        export("cvat", out);
        CommandLineRun.done(
                "dataset",
                "import",
                "cvat",
                "--archive",
                out.resolve("labels.zip"),
                "--manifest",
                scratch.path(),
                "--store",
                store,
                "--out",
                scratch.resolve("untouched"));
        for (FrameRecord frame : Manifest.read(scratch.resolve("untouched")).frames()) {
            LabelMap back = LabelFiles.read(scratch.resolve("untouched").resolve(frame.segmentation()));
            assertEquals(back.classes(), expected.get(frame.id()).classes(), frame.id());
            assertEquals(frame.scene(), "room.1");
            assertEquals(frame.classes(), "nyud40");
        }
        String changed = "room.1/frame2";
        CommandLineRun corrected = CommandLineRun.done(
                "dataset",
                "import",
                "cvat",
                "--archive",
                painted(out.resolve("labels.zip"), changed),
                "--manifest",
                scratch.path(),
                "--store",
                store,
                "--out",
                scratch.resolve("corrected"),
                "--json");
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

    /** The other tests here read the same files from the formats' descriptions. */
    @Test
    public void thePackagesOfTheFormatsReadWhatIsWritten() throws Exception {
        String python = System.getenv("UNDERSTUDY_PYTHON");
        if (python == null || runs(python, "-c", "import numpy, PIL, pycocotools, webdataset, datumaro") != 0) {
            throw new SkipException("UNDERSTUDY_PYTHON names no Python with pycocotools, webdataset and datumaro");
        }
        Path folder = Files.createDirectories(scratch.resolve("interop"));
        export("coco", folder.resolve("coco"));
        export("webdataset", folder.resolve("shards"), "--frames-per-shard", "2");
        export("cvat", folder.resolve("cvat"));
        CommandLineRun.done("filter", "--store", store, "--policy", POLICY, "--out", folder.resolve("plain"));
        Path script =
                Path.of(ExportLabelsIT.class.getResource("/label_interop.py").toURI());
        int code = runs(python, script.toString(), folder.toString());
        assertEquals(code, 0, Files.readString(scratch.resolve("python.log")));
    }

    private int runs(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(scratch.resolve("python.log").toFile())
                .start();
        boolean ended = process.waitFor(180, TimeUnit.SECONDS);
        process.destroyForcibly();
        return ended ? process.exitValue() : -1;
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
        CommandLineRun.done(
                "dataset",
                "import",
                "cvat",
                "--archive",
                out.resolve("labels.zip"),
                "--manifest",
                scratch.path(),
                "--store",
                store,
                "--out",
                back);
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
        List<Object> arguments = new ArrayList<>(List.of(
                "dataset",
                "import",
                "coco",
                "--labels",
                labels,
                "--manifest",
                scratch.path(),
                "--store",
                store,
                "--out",
                scratch.resolve(out)));
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
        CommandLineRun run = CommandLineRun.of(
                "dataset",
                "import",
                "cvat",
                "--archive",
                archive,
                "--manifest",
                scratch.path(),
                "--store",
                store,
                "--out",
                scratch.resolve("refused"));
        assertEquals(run.exitCode(), 3, run.err());
        assertTrue(run.err().contains(told), run.err());
    }

    @Test
    public void whatCannotBeIsTold() {
        CommandLineRun run = CommandLineRun.of(
                "export", "labels", "--store", store, "--policy", "none", "--format", "voc", "--out", scratch.path());
        assertEquals(run.exitCode(), 2);
        assertTrue(run.err().contains("--format"), run.err());
    }

    private void export(String format, Path out, String... more) {
        List<Object> arguments = new ArrayList<>(
                List.of("export", "labels", "--store", store, "--policy", POLICY, "--format", format, "--out", out));
        arguments.addAll(List.of(more));
        CommandLineRun.done(arguments.toArray());
    }

    private static String text(ZipFile zip, String name) throws IOException {
        try (InputStream in = zip.getInputStream(new ZipEntry(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static long count(LabelMap labels, int wanted) {
        long count = 0;
        for (int i = 0; i < labels.classes().length; i++) {
            count += labels.classAt(i) == wanted ? 1 : 0;
        }
        return count;
    }

    /** Written from the format's description and not from the writer: lengths, then columns. */
    private static boolean[] decode(String text) {
        List<Long> runs = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            long value = 0;
            int shift = 0;
            int bits;
            do {
                bits = text.charAt(at++) - 48;
                value |= (long) (bits & 31) << shift;
                shift += 5;
            } while ((bits & 32) != 0);
            if ((bits & 16) != 0) {
                value |= -1L << shift;
            }
            runs.add(runs.size() > 2 ? value + runs.get(runs.size() - 2) : value);
        }
        boolean[] mask = new boolean[WIDTH * HEIGHT];
        int place = 0;
        for (int run = 0; run < runs.size(); run++) {
            for (long i = 0; i < runs.get(run); i++, place++) {
                mask[place % HEIGHT * WIDTH + place / HEIGHT] = run % 2 == 1;
            }
        }
        assertEquals(place, mask.length);
        return mask;
    }
}
