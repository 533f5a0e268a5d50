package dev.understudy.cli.export;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.understudy.cli.CommandLineRun;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.files.PythonRun;
import dev.understudy.store.LabelStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.testng.annotations.Test;

/** Labels in the formats of others, held to the PNGs that {@code filter} writes of the same policy. */
public class ExportLabelsIT extends LabelledNoise {
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

    /** The other tests here read the same files from the formats' descriptions. */
    @Test
    public void thePackagesOfTheFormatsReadWhatIsWritten() throws Exception {
        PythonRun python = PythonRun.with("numpy, PIL, pycocotools, webdataset, datumaro");
        Path folder = Files.createDirectories(scratch.resolve("interop"));
        export("coco", folder.resolve("coco"));
        export("webdataset", folder.resolve("shards"), "--frames-per-shard", "2");
        export("cvat", folder.resolve("cvat"));
        CommandLineRun.done("filter", "--store", store, "--policy", POLICY, "--out", folder.resolve("plain"));
        python.script("/label_interop.py", scratch.resolve("python.log"), folder);
    }

    @Test
    public void whatCannotBeIsTold() {
        CommandLineRun run = CommandLineRun.of(
                "export", "labels", "--store", store, "--policy", "none", "--format", "voc", "--out", scratch.path());
        assertEquals(run.exitCode(), 2);
        assertTrue(run.err().contains("--format"), run.err());
    }

    private static String text(ZipFile zip, String name) throws IOException {
        try (InputStream in = zip.getInputStream(new ZipEntry(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
