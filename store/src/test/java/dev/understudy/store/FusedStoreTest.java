package dev.understudy.store;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNotEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Pose;
import dev.understudy.dataset.frame.Task;
import dev.understudy.files.Scratch;
import dev.understudy.store.ShardPlan.Shard;
import dev.understudy.store.StoreDescription.Derivation;
import dev.understudy.store.StorePublisher.ResumeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Stores that were made of others: shards by scene, and numbers of views. */
public class FusedStoreTest {
    private static final ResumeOptions EXTEND = new ResumeOptions(true, false, false);

    private Path folder;

    @BeforeMethod
    public void makeFolder() throws IOException {
        folder = Scratch.folder("fused");
    }

    @AfterMethod
    public void removeFolder() throws IOException {
        Scratch.delete(folder);
    }

    private static List<FrameRecord> scene(String name, int count) {
        List<FrameRecord> frames = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            frames.add(StoreFixture.frame(name + "/" + i));
        }
        return frames;
    }

    private static ShardPlan plan(int shardSize, List<List<FrameRecord>> scenes) {
        return ShardPlan.ofGroups(scenes.stream().flatMap(List::stream).toList(), scenes, shardSize);
    }

    private static StoreDescription description(ShardPlan plan) {
        return StoreFixture.description(plan, List.of(Task.SEGMENTATION), 3)
                .withDerivation(new Derivation(List.of("12".repeat(32)), "fused, voxel 0.05 m"));
    }

    private static Evidence evidence(FrameRecord frame, StoreDescription description) {
        Evidence one = StoreFixture.evidence(frame.id(), description);
        SegmentationEvidence said = one.segmentation();
        byte[] views = new byte[said.pixels()];
        new Random(frame.id().hashCode()).nextBytes(views);
        return new Evidence(
                one.width(),
                one.height(),
                new SegmentationEvidence(
                        said.topK(), said.classes(), said.probability(), said.entropy(), said.agreement(), views),
                null);
    }

    private List<String> fuse(ShardPlan plan, ResumeOptions options) throws IOException {
        StoreDescription description = description(plan);
        List<String> written = new ArrayList<>();
        try (StorePublisher publisher = StorePublisher.open(folder, description, plan, options)) {
            for (Shard shard : publisher.missing()) {
                try (ShardWriter writer = ShardWriter.create(folder, description, shard, "a", 1)) {
                    shard.frames().forEach(frame -> writer.put(frame, evidence(frame, description)));
                    publisher.commit(writer.finish());
                }
                written.add(shard.id());
            }
            publisher.complete();
        }
        assertEquals(StoreVerifier.verify(folder, done -> {}), List.of());
        return written;
    }

    @Test
    public void numbersOfViewsComeBackWhenTheyAreAskedFor() throws IOException {
        ShardPlan plan = plan(2, List.of(scene("a", 3)));
        fuse(plan, ResumeOptions.DEFAULT);
        try (LabelStore store = LabelStore.open(folder)) {
            assertTrue(store.description().hasViews());
            for (FrameRecord frame : scene("a", 3)) {
                byte[] views = evidence(frame, description(plan)).segmentation().views();
                assertEquals(store.get(frame.id()).segmentation().views(), views);
                EvidencePlanes without = EvidencePlanes.LABELS.withAgreement();
                assertEquals(store.get(frame.id(), without).segmentation().views().length, 0);
                assertEquals(
                        store.get(frame.id(), without.withViews())
                                .segmentation()
                                .views(),
                        views);
                assertEquals(
                        without.of(store.get(frame.id())).segmentation().views().length,
                        0,
                        "what was read for somebody else");
            }
        }
    }

    @Test
    public void evidenceWithoutNumbersOfViewsIsOfAnotherKind() throws IOException {
        ShardPlan plan = plan(2, List.of(scene("a", 1)));
        StoreDescription description = description(plan);
        FrameRecord frame = scene("a", 1).get(0);
        try (ShardWriter writer =
                ShardWriter.create(folder, description, plan.shards().get(0), "a", 1)) {
            expectThrows(
                    IllegalArgumentException.class,
                    () -> writer.put(frame, StoreFixture.evidence(frame.id(), description)));
        }
    }

    @Test
    public void parentsAndMethodAreInTheFingerprint() {
        StoreDescription one = description(plan(2, List.of(scene("a", 1))));
        String digest = one.fingerprint().digest();
        assertNotEquals(one.withDerivation(null).fingerprint().digest(), digest);
        for (Derivation other : List.of(
                new Derivation(List.of("34".repeat(32)), "fused, voxel 0.05 m"),
                new Derivation(List.of("12".repeat(32)), "fused, voxel 0.02 m"))) {
            assertNotEquals(one.withDerivation(other).fingerprint().digest(), digest);
        }
    }

    @Test
    public void aStoreOfBeforeSaysNothingOfParents() throws IOException {
        ShardPlan plan = ShardPlan.of(scene("a", 1), 2);
        StoreDescription description = StoreFixture.description(plan, List.of(Task.SEGMENTATION), 3);
        try (StorePublisher publisher = StorePublisher.open(folder, description, plan, ResumeOptions.DEFAULT)) {
            publisher.commit(
                    StoreFixture.write(folder, description, plan.shards().get(0), "a"));
            publisher.complete();
        }
        Path file = folder.resolve("store.json");
        String text = Files.readString(file);
        assertTrue(text.contains("\"derivation\" : null"), text);
        Files.writeString(file, text.replaceFirst(" *\"derivation\" : null,\n", ""));
        try (LabelStore store = LabelStore.open(folder)) {
            assertEquals(store.description(), description);
        }
    }

    @Test
    public void shardsHoldFramesOfOneScene() {
        ShardPlan plan = plan(4, List.of(scene("a", 5), scene("b", 3), scene("c", 4)));
        assertEquals(plan.frames(), 12);
        List<Integer> sizes =
                plan.shards().stream().map(shard -> shard.frames().size()).toList();
        assertEquals(sizes, List.of(4, 1, 3, 4));
        assertEquals(plan.shards().stream().map(Shard::ordinal).toList(), List.of(0, 4, 5, 8));
    }

    @Test
    public void anAddedFrameChangesTheShardsOfItsSceneAlone() throws IOException {
        List<FrameRecord> b = scene("b", 3);
        fuse(plan(2, List.of(scene("a", 3), b, scene("c", 2))), ResumeOptions.DEFAULT);
        List<FrameRecord> longer = scene("b", 4);
        List<FrameRecord> all = new ArrayList<>(scene("a", 3));
        all.addAll(b);
        all.addAll(scene("c", 2));
        all.add(longer.get(3));
        ShardPlan grown = ShardPlan.ofGroups(all, List.of(scene("a", 3), longer, scene("c", 2)), 2);

        ConfigurationException refused =
                expectThrows(ConfigurationException.class, () -> fuse(grown, ResumeOptions.DEFAULT));
        assertTrue(refused.getMessage().contains("--extend"), refused.getMessage());
        assertEquals(fuse(grown, EXTEND).size(), 2);
        try (LabelStore store = LabelStore.open(folder)) {
            assertEquals(
                    new HashSet<>(store.ids()),
                    new HashSet<>(all.stream().map(FrameRecord::id).toList()));
        }
    }

    @Test
    public void anotherPoseChangesTheShardsOfItsScene() {
        List<FrameRecord> moved = new ArrayList<>(scene("a", 3));
        moved.set(2, moved.get(2).with(r -> r.pose(Pose.IDENTITY.matrix())));
        List<String> before =
                plan(2, List.of(scene("a", 3))).shards().stream().map(Shard::id).toList();
        List<String> after =
                plan(2, List.of(moved)).shards().stream().map(Shard::id).toList();
        assertNotEquals(after.get(0), before.get(0));
        assertNotEquals(after.get(1), before.get(1));
    }
}
