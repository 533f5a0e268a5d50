package dev.understudy.cli.dataset;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
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

    static final int SHARD_SIZE = 3;
    static final String UNREADABLE = "hall/q";
    static final ObjectMapper JSON = new ObjectMapper();

    @Test
    public void aStoreWrittenByThePageIsRead() throws IOException {
        try (Scratch scratch = Scratch.create()) {
            StoreByThePage.write(scratch.resolve("store"));
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
                classes[k * pixels + i] = (byte) StoreByThePage.Made.classAt(frame, k, i);
                probability[k * pixels + i] = (byte) StoreByThePage.Made.probabilityAt(k, i);
            }
            entropy[i] = (byte) StoreByThePage.Made.entropyAt(frame, i);
            agreement[i] = (byte) StoreByThePage.Made.agreementAt(i);
            metres[i] = StoreByThePage.Made.depthAt(frame, i);
            spread[i] = StoreByThePage.Made.spreadAt(i);
        }
        return new Evidence(
                WIDTH,
                HEIGHT,
                new SegmentationEvidence(TOP_K, classes, probability, entropy, agreement),
                new DepthEvidence(metres, spread));
    }
}
