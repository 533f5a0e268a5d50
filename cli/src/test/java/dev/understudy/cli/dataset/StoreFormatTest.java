package dev.understudy.cli.dataset;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.understudy.cli.CommandLineRun;
import dev.understudy.dataset.evidence.DepthEvidence;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Task;
import dev.understudy.files.Scratch;
import dev.understudy.store.LabelStore;
import dev.understudy.store.ShardPlan;
import dev.understudy.store.ShardPlan.Shard;
import dev.understudy.store.ShardWriter;
import dev.understudy.store.ShardWriter.FrameTiming;
import dev.understudy.store.StoreDescription;
import dev.understudy.store.StoreDescription.ExpertIdentity;
import dev.understudy.store.StoreDescription.OwnClass;
import dev.understudy.store.StoreDescriptionBuilder;
import dev.understudy.store.StorePublisher;
import dev.understudy.store.StorePublisher.ResumeOptions;
import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.DatasetCreationOptions;
import io.jhdf.api.WritableGroup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.testng.annotations.Test;

/**
 * A store that is written by what docs/store-format.md says, with none of the product's code, is what the product
 * writes and reads. {@link StoreFormatInteropIT} does the same from Python.
 */
public class StoreFormatTest {
    static final int WIDTH = 5;
    static final int HEIGHT = 4;
    static final int CLASSES = 3;
    static final int TOP_K = 2;
    /** The third is quarantined. */
    static final List<String> FRAMES = List.of("rooms/0", "rooms/1", "hall/q", "hall/3");

    private static final int SHARD_SIZE = 3;
    private static final String UNREADABLE = "hall/q";
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    public void aStoreWrittenByThePageIsRead() throws IOException {
        try (Scratch scratch = Scratch.create()) {
            ByThePage.write(scratch.resolve("store"));
            check(scratch.resolve("store"), scratch.resolve("own"));
        }
    }

    @Test
    public void thePageNamesEveryKeyThatIsWritten() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "store-format.md"));
        try (Scratch scratch = Scratch.create()) {
            Path store = scratch.resolve("own");
            writeOwn(store);
            Set<String> keys = new TreeSet<>();
            collectKeys(JSON.readTree(store.resolve("store.json").toFile()), keys);
            for (String folder : List.of("shards", "quarantine", "timing")) {
                for (Path file : files(store.resolve(folder), ".jsonl")) {
                    for (String line : Files.readAllLines(file)) {
                        collectKeys(JSON.readTree(line), keys);
                    }
                }
            }
            for (String line : Files.readAllLines(store.resolve("_SUCCESS"))) {
                collectKeys(JSON.readTree(line), keys);
            }
            keys.removeIf(
                    key -> key.matches("\\d+") || page.contains("`" + key + "`") || page.contains("\"" + key + "\":"));
            assertEquals(keys, Set.of(), "keys that docs/store-format.md does not name");
        }
    }

    private static void collectKeys(JsonNode node, Set<String> keys) {
        node.fieldNames().forEachRemaining(keys::add);
        node.forEach(child -> collectKeys(child, keys));
    }

    /**
     * What the product makes of a store of {@link #FRAMES} by somebody else: the same as of its own.
     *
     * @param own where to write the product's own store of the same evidence
     */
    static void check(Path store, Path own) throws IOException {
        CommandLineRun verify = CommandLineRun.of("store", "verify", store);
        assertEquals(verify.exitCode(), 0, verify.out() + verify.err());
        CommandLineRun info = CommandLineRun.done("store", "info", store, "--json");
        assertEquals(JSON.readTree(info.out()).path("result").path("frames").asInt(), 3, info.out());
        writeOwn(own);
        try (LabelStore theirs = LabelStore.open(store);
                LabelStore ours = LabelStore.open(own)) {
            assertEquals(theirs.description(), ours.description());
            assertEquals(theirs.totals(), ours.totals());
            assertEquals(theirs.quarantined(), ours.quarantined());
            assertEquals(theirs.ids(), List.of("rooms/0", "rooms/1", "hall/3"));
            for (String id : theirs.ids()) {
                assertEquals(theirs.summary(id), ours.summary(id));
                assertSame(theirs.get(id), evidence(FRAMES.indexOf(id)));
            }
        }
        assertEquals(names(store), names(own));
        assertEquals(
                JSON.readTree(store.resolve("store.json").toFile()),
                JSON.readTree(own.resolve("store.json").toFile()));
        // What is begun by another program is gone on with here: nothing of it is missing.
        ShardPlan plan = plan();
        try (StorePublisher publisher = StorePublisher.open(store, description(plan), plan, ResumeOptions.DEFAULT)) {
            assertEquals(publisher.missing(), List.of());
        }
    }

    private static void assertSame(Evidence found, Evidence expected) {
        SegmentationEvidence segmentation = found.segmentation();
        SegmentationEvidence wanted = expected.segmentation();
        DepthEvidence depth = found.depth();
        DepthEvidence metres = expected.depth();
        assertTrue(segmentation != null && wanted != null && depth != null && metres != null);
        assertEquals(segmentation.classes(), wanted.classes());
        assertEquals(segmentation.probability(), wanted.probability());
        assertEquals(segmentation.entropy(), wanted.entropy());
        assertEquals(segmentation.agreement(), wanted.agreement());
        assertEquals(depth.metres(), metres.metres());
        assertEquals(depth.spread(), metres.spread());
    }

    private static Set<String> names(Path store) throws IOException {
        try (var files = Files.walk(store)) {
            Set<String> names = new TreeSet<>();
            files.filter(Files::isRegularFile)
                    .map(file -> store.relativize(file).toString().replace('\\', '/'))
                    .filter(name -> !name.startsWith(".") && !name.startsWith("timing"))
                    .forEach(names::add);
            return names;
        }
    }

    private static List<Path> files(Path folder, String ending) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }

    private static ShardPlan plan() {
        return ShardPlan.of(
                FRAMES.stream()
                        .map(id -> FrameRecord.of(id, "rgb/" + id + ".png").build())
                        .toList(),
                SHARD_SIZE);
    }

    private static StoreDescription description(ShardPlan plan) {
        return StoreDescriptionBuilder.builder()
                .formatVersion(2)
                .tasks(List.of(Task.SEGMENTATION, Task.DEPTH))
                .classes("three")
                .numberOfClasses(CLASSES)
                .ownClasses(List.of(
                        new OwnClass("one", List.of(1, 2, 3)),
                        new OwnClass("two", List.of(4, 5, 6)),
                        new OwnClass("three", List.of(7, 8, 255))))
                .classMap("identity")
                .knownClasses(List.of(0, 1, 2))
                .expert(new ExpertIdentity("somebody's", "0f".repeat(32)))
                .engine("an engine 1.0, float32")
                .preprocessing("none – as it comes")
                .views(List.of("whole", "mirrored"))
                .topK(TOP_K)
                .shardSize(SHARD_SIZE)
                .plan(plan.digest())
                .build();
    }

    /** The product's own store of the same. */
    static void writeOwn(Path store) throws IOException {
        ShardPlan plan = plan();
        StoreDescription description = description(plan);
        try (StorePublisher publisher = StorePublisher.open(store, description, plan, ResumeOptions.DEFAULT)) {
            for (Shard shard : publisher.missing()) {
                try (ShardWriter writer = ShardWriter.create(store, description, shard, "one", 1)) {
                    for (FrameRecord frame : shard.frames()) {
                        if (frame.id().equals(UNREADABLE)) {
                            writer.quarantine(frame.id(), "not a picture", "DataException");
                        } else {
                            writer.put(frame, evidence(FRAMES.indexOf(frame.id())));
                            writer.timing(new FrameTiming(frame.id(), 1, 2, "here"));
                        }
                    }
                    publisher.commit(writer.finish());
                }
            }
            publisher.complete();
        }
    }

    private static Evidence evidence(int frame) {
        int pixels = WIDTH * HEIGHT;
        byte[] classes = new byte[TOP_K * pixels];
        byte[] probability = new byte[TOP_K * pixels];
        byte[] entropy = new byte[pixels];
        byte[] agreement = new byte[pixels];
        float[] metres = new float[pixels];
        float[] spread = new float[pixels];
        for (int i = 0; i < pixels; i++) {
            for (int k = 0; k < TOP_K; k++) {
                classes[k * pixels + i] = (byte) Made.classAt(frame, k, i);
                probability[k * pixels + i] = (byte) Made.probabilityAt(k, i);
            }
            entropy[i] = (byte) Made.entropyAt(frame, i);
            agreement[i] = (byte) Made.agreementAt(i);
            metres[i] = Made.depthAt(frame, i);
            spread[i] = Made.spreadAt(i);
        }
        return new Evidence(
                WIDTH,
                HEIGHT,
                new SegmentationEvidence(TOP_K, classes, probability, entropy, agreement),
                new DepthEvidence(metres, spread));
    }

    /** The evidence, by formulas that write_store.py has too. */
    private static final class Made {
        static int classAt(int frame, int k, int i) {
            return i == 0 && frame == 1 ? 255 : (i + k + frame) % CLASSES;
        }

        static int probabilityAt(int k, int i) {
            return 200 - 150 * k - i % 7;
        }

        static int entropyAt(int frame, int i) {
            return (i * 11 + frame) % 256;
        }

        static int agreementAt(int i) {
            return i % 2 == 0 ? 128 : 255;
        }

        static float depthAt(int frame, int i) {
            return 1 + i * 0.25f + frame;
        }

        static float spreadAt(int i) {
            return i * 0.125f;
        }
    }

    /** Writes a store by the page: Jackson, jHDF and SHA-256, and nothing of the product's. */
    private static final class ByThePage {
        private static final String PLACE = "%06d-%s";

        static void write(Path store) throws IOException {
            Files.createDirectories(store.resolve("shards"));
            Files.createDirectories(store.resolve("quarantine"));
            StringBuilder plan = new StringBuilder("shards of " + SHARD_SIZE + "\n");
            List<String> ids = new ArrayList<>();
            for (int from = 0; from < FRAMES.size(); from += SHARD_SIZE) {
                StringBuilder text = new StringBuilder();
                for (String id : part(from)) {
                    text.append(id).append("\nrgb/").append(id).append(".png\n");
                }
                String hash = sha256(text.toString().getBytes(StandardCharsets.UTF_8));
                ids.add(String.format(Locale.ROOT, PLACE, ids.size(), hash.substring(0, 8)));
                plan.append(hash).append('\n');
            }
            String digest = sha256(plan.toString().getBytes(StandardCharsets.UTF_8));
            String fingerprint = fingerprint();
            Files.writeString(
                    store.resolve("store.json"), describe(digest, fingerprint).toString());
            ObjectNode sum = totals();
            StringBuilder records = new StringBuilder();
            for (int shard = 0; shard < ids.size(); shard++) {
                String record = shard(store, ids.get(shard), shard, fingerprint, sum) + "\n";
                Files.writeString(store.resolve("shards").resolve(ids.get(shard) + ".json"), record);
                records.append(record);
            }
            ObjectNode head = JSON.createObjectNode()
                    .put("format", "understudy label store, complete")
                    .put("formatVersion", 2)
                    .put("fingerprint", fingerprint)
                    .put("plan", digest)
                    .put("shards", ids.size());
            head.set("totals", sum);
            Files.writeString(store.resolve("_SUCCESS"), head + "\n" + records);
        }

        private static List<String> part(int from) {
            return FRAMES.subList(from, Math.min(from + SHARD_SIZE, FRAMES.size()));
        }

        private static ObjectNode describe(String plan, String fingerprint) throws IOException {
            return (ObjectNode) JSON.readTree(String.format(Locale.ROOT, """
                    {"format": "understudy label store", "formatVersion": 2, "tasks": ["segmentation", "depth"],
                     "classes": "three", "numberOfClasses": 3,
                     "ownClasses": [{"name": "one", "colour": [1, 2, 3]}, {"name": "two", "colour": [4, 5, 6]},
                                    {"name": "three", "colour": [7, 8, 255]}],
                     "classMap": "identity", "knownClasses": [0, 1, 2],
                     "expert": {"architecture": "somebody's", "checkpointSha256": "%s"},
                     "engine": "an engine 1.0, float32", "preprocessing": "none – as it comes",
                     "views": ["whole", "mirrored"], "topK": 2, "shardSize": 3, "plan": "%s", "calibration": null,
                     "derivation": null, "fingerprint": "%s"}""", "0f".repeat(32), plan, fingerprint));
        }

        private static String fingerprint() {
            Map<String, String> parts = new TreeMap<>(Map.of(
                    "class map", "identity",
                    "class space", "three (3)",
                    "engine", "an engine 1.0, float32",
                    "expert architecture", "somebody's",
                    "expert checkpoint", "0f".repeat(32),
                    "format version", "2",
                    "preprocessing", "none – as it comes",
                    "tasks", "[segmentation, depth]",
                    "test-time views", "[whole, mirrored]",
                    "top-k", "2"));
            StringBuilder text = new StringBuilder();
            parts.forEach((name, value) ->
                    text.append(name + ":" + value.getBytes(StandardCharsets.UTF_8).length + ":" + value + "\n"));
            return sha256(text.toString().getBytes(StandardCharsets.UTF_8));
        }

        private static ObjectNode shard(Path store, String shard, int ordinal, String fingerprint, ObjectNode sum)
                throws IOException {
            Path planes = store.resolve("shards").resolve(shard + ".h5");
            Path index = store.resolve("shards").resolve(shard + ".jsonl");
            StringBuilder lines = new StringBuilder();
            ObjectNode totals = totals();
            Path quarantine = null;
            try (WritableHdfFile hdf = HdfFile.write(planes)) {
                hdf.putAttribute("format", "understudy label shard");
                hdf.putAttribute("formatVersion", 2);
                hdf.putAttribute("shard", shard);
                hdf.putAttribute("fingerprint", fingerprint);
                for (String id : part(ordinal * SHARD_SIZE)) {
                    if (id.equals(UNREADABLE)) {
                        quarantine = store.resolve("quarantine").resolve(shard + ".jsonl");
                        Files.writeString(
                                quarantine,
                                "{\"id\":\"" + id
                                        + "\",\"reason\":\"not a picture\",\"errorClass\":\"DataException\"}\n");
                        add(totals, "quarantined", 1);
                        continue;
                    }
                    int frame = FRAMES.indexOf(id);
                    put(hdf.putGroup(id.replace('/', ':')), frame);
                    lines.append(line(id, frame)).append('\n');
                    count(totals, frame);
                }
            }
            Files.writeString(index, lines);
            totals.fieldNames().forEachRemaining(key -> {
                if (totals.path(key).isObject()) {
                    totals.path(key)
                            .properties()
                            .forEach(each -> add(
                                    (ObjectNode) sum.path(key),
                                    each.getKey(),
                                    each.getValue().asLong()));
                } else {
                    add(sum, key, totals.path(key).asLong());
                }
            });
            ObjectNode record = JSON.createObjectNode().put("id", shard).put("ordinal", ordinal);
            record.set("totals", totals);
            record.set("evidence", stored(planes));
            record.set("index", stored(index));
            record.set("quarantine", quarantine == null ? JSON.nullNode() : stored(quarantine));
            return record;
        }

        private static void put(WritableGroup group, int frame) {
            byte[][][] classes = new byte[TOP_K][HEIGHT][WIDTH];
            byte[][][] probability = new byte[TOP_K][HEIGHT][WIDTH];
            byte[][] entropy = new byte[HEIGHT][WIDTH];
            byte[][] agreement = new byte[HEIGHT][WIDTH];
            float[][] depth = new float[HEIGHT][WIDTH];
            float[][] spread = new float[HEIGHT][WIDTH];
            for (int i = 0; i < WIDTH * HEIGHT; i++) {
                int y = i / WIDTH;
                int x = i % WIDTH;
                for (int k = 0; k < TOP_K; k++) {
                    classes[k][y][x] = (byte) Made.classAt(frame, k, i);
                    probability[k][y][x] = (byte) Made.probabilityAt(k, i);
                }
                entropy[y][x] = (byte) Made.entropyAt(frame, i);
                agreement[y][x] = (byte) Made.agreementAt(i);
                depth[y][x] = Made.depthAt(frame, i);
                spread[y][x] = Made.spreadAt(i);
            }
            group.putDataset("class", classes, bytes(1, HEIGHT, WIDTH));
            group.putDataset("probability", probability, bytes(1, HEIGHT, WIDTH));
            group.putDataset("entropy", entropy, bytes(HEIGHT, WIDTH));
            group.putDataset("agreement", agreement, bytes(HEIGHT, WIDTH));
            group.putDataset("depth", depth, floats());
            group.putDataset("spread", spread, floats());
        }

        private static DatasetCreationOptions bytes(int... chunk) {
            return DatasetCreationOptions.builder()
                    .unsigned()
                    .chunkDimensions(chunk)
                    .deflate(6)
                    .build();
        }

        private static DatasetCreationOptions floats() {
            return DatasetCreationOptions.builder()
                    .chunkDimensions(HEIGHT, WIDTH)
                    .shuffle()
                    .deflate(6)
                    .build();
        }

        private static ObjectNode line(String id, int frame) {
            int pixels = WIDTH * HEIGHT;
            long[] entropy = new long[256];
            long[] agreement = new long[256];
            Map<Integer, long[]> confidence = new TreeMap<>();
            double depth = 0;
            double spread = 0;
            for (int i = 0; i < pixels; i++) {
                entropy[Made.entropyAt(frame, i)]++;
                agreement[Made.agreementAt(i)]++;
                confidence.computeIfAbsent(Made.classAt(frame, 0, i), c -> new long[256])[Made.probabilityAt(0, i)]++;
                depth += Made.depthAt(frame, i);
                spread += Made.spreadAt(i);
            }
            ObjectNode segmentation = JSON.createObjectNode();
            ObjectNode byClass = segmentation.putObject("confidence");
            confidence.forEach((c, counts) -> byClass.set(String.valueOf(c), histogram(counts)));
            segmentation.set("entropy", histogram(entropy));
            segmentation.set("agreement", histogram(agreement));
            ObjectNode line =
                    JSON.createObjectNode().put("id", id).put("width", WIDTH).put("height", HEIGHT);
            line.set("segmentation", segmentation);
            line.putObject("depth")
                    .put("min", Made.depthAt(frame, 0))
                    .put("max", Made.depthAt(frame, pixels - 1))
                    .put("mean", depth / pixels)
                    .put("meanSpread", spread / pixels);
            return line;
        }

        private static ObjectNode histogram(long[] levels) {
            int from = 0;
            while (levels[from] == 0) {
                from++;
            }
            int end = 256;
            while (levels[end - 1] == 0) {
                end--;
            }
            ObjectNode histogram = JSON.createObjectNode().put("from", from);
            ArrayNode counts = histogram.putArray("counts");
            for (int level = from; level < end; level++) {
                counts.add(levels[level]);
            }
            return histogram;
        }

        private static ObjectNode totals() {
            ObjectNode totals = JSON.createObjectNode()
                    .put("frames", 0L)
                    .put("quarantined", 0L)
                    .put("pixels", 0L)
                    .put("confidenceSum", 0L);
            totals.putObject("classPixels");
            return totals;
        }

        private static void count(ObjectNode totals, int frame) {
            add(totals, "frames", 1);
            add(totals, "pixels", WIDTH * HEIGHT);
            for (int i = 0; i < WIDTH * HEIGHT; i++) {
                add((ObjectNode) totals.path("classPixels"), String.valueOf(Made.classAt(frame, 0, i)), 1);
                add(totals, "confidenceSum", Made.probabilityAt(0, i));
            }
        }

        private static void add(ObjectNode node, String key, long value) {
            node.put(key, node.path(key).asLong() + value);
        }

        private static ObjectNode stored(Path file) throws IOException {
            return JSON.createObjectNode()
                    .put("bytes", Files.size(file))
                    .put("sha256", sha256(Files.readAllBytes(file)));
        }

        private static String sha256(byte[] bytes) {
            try {
                return HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError("every Java has SHA-256", e);
            }
        }
    }
}
