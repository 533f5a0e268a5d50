package dev.understudy.cli.dataset;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.TreeMap;

/** Writes a store by the page: Jackson, jHDF and SHA-256, and nothing of the product's. */
final class StoreByThePage {
    private static final String PLACE = "%06d-%s";

    static void write(Path store) throws IOException {
        Files.createDirectories(store.resolve("shards"));
        Files.createDirectories(store.resolve("quarantine"));
        StringBuilder plan = new StringBuilder("shards of " + StoreFormatTest.SHARD_SIZE + "\n");
        List<String> ids = new ArrayList<>();
        for (int from = 0; from < StoreFormatTest.FRAMES.size(); from += StoreFormatTest.SHARD_SIZE) {
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
        ObjectNode head = StoreFormatTest.JSON
                .createObjectNode()
                .put("format", "understudy label store, complete")
                .put("formatVersion", 2)
                .put("fingerprint", fingerprint)
                .put("plan", digest)
                .put("shards", ids.size());
        head.set("totals", sum);
        Files.writeString(store.resolve("_SUCCESS"), head + "\n" + records);
    }

    private static List<String> part(int from) {
        return StoreFormatTest.FRAMES.subList(
                from, Math.min(from + StoreFormatTest.SHARD_SIZE, StoreFormatTest.FRAMES.size()));
    }

    private static ObjectNode describe(String plan, String fingerprint) throws IOException {
        return (ObjectNode)
                StoreFormatTest.JSON.readTree(String.format(Locale.ROOT, """
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
            for (String id : part(ordinal * StoreFormatTest.SHARD_SIZE)) {
                if (id.equals(StoreFormatTest.UNREADABLE)) {
                    quarantine = store.resolve("quarantine").resolve(shard + ".jsonl");
                    Files.writeString(
                            quarantine,
                            "{\"id\":\"" + id + "\",\"reason\":\"not a picture\",\"errorClass\":\"DataException\"}\n");
                    add(totals, "quarantined", 1);
                    continue;
                }
                int frame = StoreFormatTest.FRAMES.indexOf(id);
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
        ObjectNode record =
                StoreFormatTest.JSON.createObjectNode().put("id", shard).put("ordinal", ordinal);
        record.set("totals", totals);
        record.set("evidence", stored(planes));
        record.set("index", stored(index));
        record.set("quarantine", quarantine == null ? StoreFormatTest.JSON.nullNode() : stored(quarantine));
        return record;
    }

    private static void put(WritableGroup group, int frame) {
        byte[][][] classes = new byte[StoreFormatTest.TOP_K][StoreFormatTest.HEIGHT][StoreFormatTest.WIDTH];
        byte[][][] probability = new byte[StoreFormatTest.TOP_K][StoreFormatTest.HEIGHT][StoreFormatTest.WIDTH];
        byte[][] entropy = new byte[StoreFormatTest.HEIGHT][StoreFormatTest.WIDTH];
        byte[][] agreement = new byte[StoreFormatTest.HEIGHT][StoreFormatTest.WIDTH];
        float[][] depth = new float[StoreFormatTest.HEIGHT][StoreFormatTest.WIDTH];
        float[][] spread = new float[StoreFormatTest.HEIGHT][StoreFormatTest.WIDTH];
        for (int i = 0; i < StoreFormatTest.WIDTH * StoreFormatTest.HEIGHT; i++) {
            int y = i / StoreFormatTest.WIDTH;
            int x = i % StoreFormatTest.WIDTH;
            for (int k = 0; k < StoreFormatTest.TOP_K; k++) {
                classes[k][y][x] = (byte) Made.classAt(frame, k, i);
                probability[k][y][x] = (byte) Made.probabilityAt(k, i);
            }
            entropy[y][x] = (byte) Made.entropyAt(frame, i);
            agreement[y][x] = (byte) Made.agreementAt(i);
            depth[y][x] = Made.depthAt(frame, i);
            spread[y][x] = Made.spreadAt(i);
        }
        group.putDataset("class", classes, bytes(1, StoreFormatTest.HEIGHT, StoreFormatTest.WIDTH));
        group.putDataset("probability", probability, bytes(1, StoreFormatTest.HEIGHT, StoreFormatTest.WIDTH));
        group.putDataset("entropy", entropy, bytes(StoreFormatTest.HEIGHT, StoreFormatTest.WIDTH));
        group.putDataset("agreement", agreement, bytes(StoreFormatTest.HEIGHT, StoreFormatTest.WIDTH));
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
                .chunkDimensions(StoreFormatTest.HEIGHT, StoreFormatTest.WIDTH)
                .shuffle()
                .deflate(6)
                .build();
    }

    private static ObjectNode line(String id, int frame) {
        int pixels = StoreFormatTest.WIDTH * StoreFormatTest.HEIGHT;
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
        ObjectNode segmentation = StoreFormatTest.JSON.createObjectNode();
        ObjectNode byClass = segmentation.putObject("confidence");
        confidence.forEach((c, counts) -> byClass.set(String.valueOf(c), histogram(counts)));
        segmentation.set("entropy", histogram(entropy));
        segmentation.set("agreement", histogram(agreement));
        ObjectNode line = StoreFormatTest.JSON
                .createObjectNode()
                .put("id", id)
                .put("width", StoreFormatTest.WIDTH)
                .put("height", StoreFormatTest.HEIGHT);
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
        ObjectNode histogram = StoreFormatTest.JSON.createObjectNode().put("from", from);
        ArrayNode counts = histogram.putArray("counts");
        for (int level = from; level < end; level++) {
            counts.add(levels[level]);
        }
        return histogram;
    }

    private static ObjectNode totals() {
        ObjectNode totals = StoreFormatTest.JSON
                .createObjectNode()
                .put("frames", 0L)
                .put("quarantined", 0L)
                .put("pixels", 0L)
                .put("confidenceSum", 0L);
        totals.putObject("classPixels");
        return totals;
    }

    private static void count(ObjectNode totals, int frame) {
        add(totals, "frames", 1);
        add(totals, "pixels", StoreFormatTest.WIDTH * StoreFormatTest.HEIGHT);
        for (int i = 0; i < StoreFormatTest.WIDTH * StoreFormatTest.HEIGHT; i++) {
            add((ObjectNode) totals.path("classPixels"), String.valueOf(Made.classAt(frame, 0, i)), 1);
            add(totals, "confidenceSum", Made.probabilityAt(0, i));
        }
    }

    private static void add(ObjectNode node, String key, long value) {
        node.put(key, node.path(key).asLong() + value);
    }

    private static ObjectNode stored(Path file) throws IOException {
        return StoreFormatTest.JSON
                .createObjectNode()
                .put("bytes", Files.size(file))
                .put("sha256", sha256(Files.readAllBytes(file)));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    /** The evidence, by formulas that write_store.py has too. */
    static final class Made {
        static int classAt(int frame, int k, int i) {
            return i == 0 && frame == 1 ? 255 : (i + k + frame) % StoreFormatTest.CLASSES;
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
}
