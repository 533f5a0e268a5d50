package dev.understudy.store;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertThrows;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Task;
import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import dev.understudy.store.ShardPlan.Shard;
import dev.understudy.store.ShardWriter.ShardResult;
import dev.understudy.store.StoreDescription.Calibration;
import dev.understudy.store.StoreDescription.ExpertIdentity;
import dev.understudy.store.StorePublisher.ResumeOptions;
import dev.understudy.store.StoreVerifier.StoreProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.testng.Reporter;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class StorePublisherTest {
    private Path folder;
    private Path first;
    private Path second;

    @BeforeMethod
    public void makeFolder() throws IOException {
        folder = Scratch.folder("store");
        first = folder.resolve("first");
        second = folder.resolve("second");
    }

    @AfterMethod
    public void removeFolder() throws IOException {
        Scratch.delete(folder);
    }

    @Test
    public void aRunThatStopsAndResumesWritesTheSameBytesAsOneThatDoesNot() throws IOException {
        long seed = 20261122;
        Reporter.log("seed " + seed, true);
        Random random = new Random(seed);
        ShardPlan plan = ShardPlan.of(StoreFixture.frames(20), 3);
        StoreDescription description = StoreFixture.description(plan);
        StoreFixture.label(first, description, plan, ResumeOptions.DEFAULT, id -> id.endsWith("7"));
        int runs = 0;
        while (!Files.exists(second.resolve("_SUCCESS"))) {
            labelSomeInAnyOrder(description, plan, random, runs++);
        }
        assertTrue(runs > 2, "it was not stopped");
        assertEquals(StoreFixture.contents(second), StoreFixture.contents(first));
    }

    /** Commits up to two shards, some of them twice, leaves temporary files behind, and stops. */
    private void labelSomeInAnyOrder(StoreDescription description, ShardPlan plan, Random random, int run)
            throws IOException {
        try (StorePublisher publisher = StorePublisher.open(second, description, plan, ResumeOptions.DEFAULT)) {
            List<Shard> missing = new ArrayList<>(publisher.missing());
            Collections.shuffle(missing, random);
            for (Shard shard : missing.subList(0, Math.min(2, missing.size()))) {
                ShardResult result = StoreFixture.write(second, description, shard, "a" + run, id -> id.endsWith("7"));
                ShardResult twin = StoreFixture.write(second, description, shard, "b" + run, id -> id.endsWith("7"));
                assertEquals(twin.record(), result.record());
                assertTrue(publisher.commit(result));
                assertFalse(publisher.commit(twin));
            }
            if (publisher.missing().isEmpty()) {
                publisher.complete();
            } else {
                StoreFixture.write(second, description, publisher.missing().get(0), "left-behind-" + run);
            }
        }
    }

    @Test
    public void shardsAreNamedAfterPlaceAndFramesAlone() {
        List<Shard> shards = ShardPlan.of(StoreFixture.frames(5), 2).shards();
        assertEquals(shards.size(), 3);
        assertTrue(
                shards.get(2).id().matches("000002-[0-9a-f]{8}"), shards.get(2).id());
        List<Shard> longer = ShardPlan.of(StoreFixture.frames(7), 2).shards();
        assertEquals(longer.subList(0, 2), shards.subList(0, 2));
        assertFalse(longer.get(2).id().equals(shards.get(2).id()));
    }

    @Test
    public void oneIdTwiceIsRefused() {
        List<FrameRecord> frames = List.of(StoreFixture.frame("a"), StoreFixture.frame("b"), StoreFixture.frame("a"));
        DataException e = expectThrows(DataException.class, () -> ShardPlan.of(frames, 2));
        assertTrue(Objects.requireNonNull(e.getMessage()).contains("id a occurs twice"), e.getMessage());
    }

    @Test
    public void everyDifferenceIsNamed() throws IOException {
        ShardPlan plan = ShardPlan.of(StoreFixture.frames(4), 2);
        StoreFixture.label(first, StoreFixture.frames(4), 2);
        StoreDescription other = StoreDescriptionBuilder.builder()
                .formatVersion(StoreDescription.FORMAT_VERSION)
                .tasks(List.of(Task.SEGMENTATION, Task.DEPTH))
                .classes("rooms13")
                .numberOfClasses(13)
                .classMap("identity")
                .expert(new ExpertIdentity("lw-refinenet101", "cd".repeat(32)))
                .preprocessing("imagenet")
                .views(List.of("whole"))
                .topK(3)
                .shardSize(2)
                .plan(plan.digest())
                .build();
        ConfigurationException e = expectThrows(
                ConfigurationException.class, () -> StorePublisher.open(first, other, plan, ResumeOptions.DEFAULT));
        String where = first.resolve("store.json") + ": ";
        assertEquals(
                e.problems().subList(0, 3),
                List.of(
                        where + "expert architecture: the store has lw-refinenet50, this run lw-refinenet101",
                        where + "expert checkpoint: the store has " + "ab".repeat(32) + ", this run " + "cd".repeat(32),
                        where + "test-time views: the store has [whole, mirrored], this run [whole]"));
        assertEquals(StoreVerifier.verify(first, done -> {}), List.of());
    }

    @Test
    public void addedFramesNeedToBeAskedForAndGiveTheBytesOfOneRun() throws IOException {
        StoreFixture.label(first, StoreFixture.frames(9), 2);
        StoreFixture.label(second, StoreFixture.frames(5), 2);
        ShardPlan longer = ShardPlan.of(StoreFixture.frames(9), 2);
        StoreDescription description = StoreFixture.description(longer);
        ConfigurationException e = expectThrows(
                ConfigurationException.class,
                () -> StorePublisher.open(second, description, longer, ResumeOptions.DEFAULT));
        assertTrue(Objects.requireNonNull(e.getMessage()).contains("--extend"), e.getMessage());
        assertEquals(StoreVerifier.verify(second, done -> {}), List.of());

        List<String> labelled =
                StoreFixture.label(second, description, longer, new ResumeOptions(true, false, false), id -> false);
        assertEquals(labelled.size(), 3);
        assertEquals(StoreFixture.contents(second), StoreFixture.contents(first));
    }

    @Test
    public void anExtensionThatComesToNothingLeavesTheStoreAsItWas() throws IOException {
        StoreFixture.label(first, StoreFixture.frames(5), 2);
        var before = StoreFixture.contents(first);
        ShardPlan longer = ShardPlan.of(StoreFixture.frames(9), 2);
        StoreDescription description = StoreFixture.description(longer);
        ResumeOptions extend = new ResumeOptions(true, false, false);
        try (StorePublisher publisher = StorePublisher.open(first, description, longer, extend)) {
            StoreFixture.write(first, description, publisher.missing().get(0), "dies");
        }
        assertEquals(StoreVerifier.verify(first, done -> {}), List.of());
        ShardPlan shorter = ShardPlan.of(StoreFixture.frames(5), 2);
        StorePublisher.open(first, StoreFixture.description(shorter), shorter, ResumeOptions.DEFAULT)
                .close();
        assertEquals(StoreFixture.contents(first), before);
    }

    @Test
    public void whatAKilledWriterLeftIsSweptWhereverItIs() throws IOException {
        StoreFixture.label(first, StoreFixture.frames(5), 2);
        var before = StoreFixture.contents(first);
        for (String left : List.of(".store.json.1.tmp", "shards/.000000-00000000.json.2.tmp", ".tmp/a.3.h5")) {
            Files.createDirectories(first.resolve(left).getParent());
            Files.writeString(first.resolve(left), "half");
        }
        StoreFixture.label(first, StoreFixture.frames(5), 2);
        assertEquals(StoreFixture.contents(first), before);
        assertFalse(Files.exists(first.resolve(".tmp")));
    }

    @Test
    public void aRecordWhoseCountsWereChangedIsFoundAndItsShardLabelledAgain() throws IOException {
        StoreFixture.label(first, StoreFixture.frames(5), 2);
        var before = StoreFixture.contents(first);
        ShardPlan plan = ShardPlan.of(StoreFixture.frames(5), 2);
        Path record = first.resolve("shards/" + plan.shards().get(1).id() + ".json");
        Files.writeString(record, Files.readString(record).replace("\"frames\":2", "\"frames\":3"));
        List<StoreProblem> problems = StoreVerifier.verify(first, done -> {});
        assertEquals(problems.size(), 1);
        assertEquals(problems.get(0).shard(), plan.shards().get(1).id());
        List<String> labelled = StoreFixture.label(
                first, StoreFixture.description(plan), plan, new ResumeOptions(false, false, true), id -> false);
        assertEquals(labelled, List.of(plan.shards().get(1).id()));
        assertEquals(StoreFixture.contents(first), before);
    }

    @Test
    public void aFileInPlaceOfTheFolderIsTheUsersMistake() throws IOException {
        Files.writeString(first, "not a folder");
        ShardPlan plan = ShardPlan.of(StoreFixture.frames(5), 2);
        ConfigurationException e = expectThrows(
                ConfigurationException.class,
                () -> StorePublisher.open(first, StoreFixture.description(plan), plan, ResumeOptions.DEFAULT));
        assertTrue(Objects.requireNonNull(e.getMessage()).contains("it is a file"), e.getMessage());
    }

    @Test
    public void changedFramesAreRefusedEvenThen() throws IOException {
        StoreFixture.label(first, StoreFixture.frames(5), 2);
        List<FrameRecord> frames = new ArrayList<>(StoreFixture.frames(6));
        frames.add(0, StoreFixture.frame("new"));
        ShardPlan plan = ShardPlan.of(frames, 2);
        ConfigurationException e = expectThrows(
                ConfigurationException.class,
                () -> StorePublisher.open(
                        first, StoreFixture.description(plan), plan, new ResumeOptions(true, false, false)));
        assertTrue(Objects.requireNonNull(e.getMessage()).contains("only be added at the end"), e.getMessage());
    }

    @Test
    public void quarantinedFramesAreTriedAgainWhenAskedFor() throws IOException {
        ShardPlan plan = ShardPlan.of(StoreFixture.frames(6), 2);
        StoreDescription description = StoreFixture.description(plan);
        StoreFixture.label(first, description, plan, ResumeOptions.DEFAULT, id -> id.equals("room/003"));
        assertEquals(StoreFixture.label(first, description, plan, ResumeOptions.DEFAULT, id -> false), List.of());
        List<String> labelled =
                StoreFixture.label(first, description, plan, new ResumeOptions(false, true, false), id -> false);
        assertEquals(labelled, List.of(plan.shards().get(1).id()));
        StoreFixture.label(second, StoreFixture.frames(6), 2);
        assertEquals(StoreFixture.contents(first), StoreFixture.contents(second));
    }

    @Test
    public void damageIsFoundAndOnlyItsShardIsLabelledAgain() throws IOException {
        StoreFixture.label(first, StoreFixture.frames(6), 2);
        Map<String, String> before = StoreFixture.contents(first);
        ShardPlan plan = ShardPlan.of(StoreFixture.frames(6), 2);
        String damaged = plan.shards().get(1).id();
        Path file = first.resolve("shards/" + damaged + ".h5");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 4;
        Files.write(file, bytes);

        List<StoreProblem> problems = StoreVerifier.verify(first, done -> {});
        assertEquals(problems.size(), 1);
        assertEquals(problems.get(0).shard(), damaged);
        assertEquals(
                StoreFixture.label(
                        first,
                        StoreFixture.description(plan),
                        plan,
                        new ResumeOptions(false, false, true),
                        id -> false),
                List.of(damaged));
        assertEquals(StoreFixture.contents(first), before);
    }

    @Test
    public void aTruncatedShardIsFoundByItsSize() throws IOException {
        StoreFixture.label(first, StoreFixture.frames(6), 2);
        ShardPlan plan = ShardPlan.of(StoreFixture.frames(6), 2);
        String damaged = plan.shards().get(2).id();
        Path file = first.resolve("shards/" + damaged + ".h5");
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 1));
        assertThrows(DataException.class, () -> LabelStore.open(first));
        assertEquals(StoreVerifier.verify(first, done -> {}).size(), 1);
        assertEquals(
                StoreFixture.label(first, StoreFixture.description(plan), plan, ResumeOptions.DEFAULT, id -> false),
                List.of(damaged));
        assertEquals(StoreVerifier.verify(first, done -> {}), List.of());
    }

    @Test
    public void twoWritersAreOneTooMany() throws IOException {
        ShardPlan plan = ShardPlan.of(StoreFixture.frames(2), 2);
        StoreDescription description = StoreFixture.description(plan);
        try (StorePublisher publisher = StorePublisher.open(first, description, plan, ResumeOptions.DEFAULT)) {
            assertEquals(publisher.missing().size(), 1);
            ConfigurationException e = expectThrows(
                    ConfigurationException.class,
                    () -> StorePublisher.open(first, description, plan, ResumeOptions.DEFAULT));
            assertTrue(Objects.requireNonNull(e.getMessage()).contains("another job writes"), e.getMessage());
        }
        StoreFixture.label(first, description, plan, ResumeOptions.DEFAULT, id -> false);
    }

    @Test
    public void aFolderOfSomethingElseIsLeftAlone() throws IOException {
        Files.createDirectories(first);
        Files.writeString(first.resolve("thesis.tex"), "years of work");
        ShardPlan plan = ShardPlan.of(StoreFixture.frames(2), 2);
        assertThrows(
                DataException.class,
                () -> StorePublisher.open(first, StoreFixture.description(plan), plan, ResumeOptions.DEFAULT));
        assertEquals(Files.readString(first.resolve("thesis.tex")), "years of work");
    }

    @Test
    public void aWriterThatIsGivenUpLeavesNothing() throws IOException {
        ShardPlan plan = ShardPlan.of(StoreFixture.frames(2), 2);
        StoreDescription description = StoreFixture.description(plan);
        try (ShardWriter writer =
                ShardWriter.create(first, description, plan.shards().get(0), "a", 1)) {
            writer.put(plan.shards().get(0).frames().get(0), StoreFixture.evidence("room/000", description));
            assertThrows(IllegalStateException.class, writer::finish);
        }
        try (var files = Files.list(first.resolve(".tmp"))) {
            assertEquals(files.count(), 0);
        }
    }

    @Test
    public void calibrationIsKeptWhenLabellingGoesOn() throws IOException {
        StoreFixture.label(first, StoreFixture.frames(3), 2);
        Calibration calibration = new Calibration("temperature", Map.of("temperature", List.of(1.5)));
        StorePublisher.calibrate(first, calibration);
        ShardPlan plan = ShardPlan.of(StoreFixture.frames(3), 2);
        StoreFixture.label(first, StoreFixture.description(plan), plan, ResumeOptions.DEFAULT, id -> false);
        try (LabelStore store = LabelStore.open(first)) {
            assertEquals(store.description().calibration(), calibration);
        }
    }

    @Test
    public void anEditedDescriptionIsNoticed() throws IOException {
        StoreFixture.label(first, StoreFixture.frames(2), 2);
        Path file = first.resolve("store.json");
        Files.writeString(file, Files.readString(file).replace("imagenet", "none"));
        DataException e = expectThrows(DataException.class, () -> LabelStore.open(first));
        assertTrue(Objects.requireNonNull(e.getMessage()).contains("was edited"), e.getMessage());
    }
}
