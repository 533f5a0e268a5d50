package dev.understudy.store;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import dev.understudy.files.storage.FakeStorages;
import dev.understudy.files.storage.FaultyStorage;
import dev.understudy.files.storage.FolderStorage;
import dev.understudy.store.ShardPlan.Shard;
import dev.understudy.store.ShardWriter.ShardResult;
import dev.understudy.store.StorePublisher.ResumeOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.testng.Assert;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/**
 * A store in a storage that has neither renames nor locks, lags in what it lists, and fails in the middle of a put: it
 * ends up as a store on the local disk does.
 */
public class RemoteStoreTest {
    private static final List<FrameRecord> FRAMES = StoreFixture.frames(10);
    private static final ShardPlan PLAN = ShardPlan.of(FRAMES, 3);
    private static final StoreDescription DESCRIPTION = StoreFixture.description(PLAN);

    private Path folder;
    private Path disk;
    private FaultyStorage storage;
    private Path store;

    @BeforeMethod
    public void emptyStorage() throws IOException {
        folder = Scratch.folder("remote-store");
        disk = folder.resolve("disk");
        storage = new FaultyStorage(new FolderStorage(disk));
        store = FakeStorages.add(storage).resolve("stores/rooms");
    }

    @AfterMethod(alwaysRun = true)
    public void removeFolder() throws IOException {
        Scratch.delete(folder);
    }

    private static List<String> label(Path where) throws IOException {
        return StoreFixture.label(where, DESCRIPTION, PLAN, ResumeOptions.DEFAULT, id -> id.endsWith("5"));
    }

    /** Bytes of all files but for timing and leases, by the names that they would have on a local disk. */
    private Map<String, String> contents() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        StoreFixture.contents(disk.resolve("stores/rooms")).forEach((name, bytes) -> {
            if (!name.startsWith(".lease")) {
                String plain = name.replaceFirst("\\.[0-9a-f]{16}\\.", ".");
                Assert.assertNull(contents.put(plain, bytes), name + ": left over from another attempt");
            }
        });
        return contents;
    }

    private Map<String, String> local() throws IOException {
        Path local = folder.resolve("local");
        label(local);
        Map<String, String> contents = StoreFixture.contents(local);
        contents.remove(".lock");
        return contents;
    }

    @Test
    public void theBytesAreThoseOfTheLocalDisk() throws IOException {
        Assert.assertEquals(label(store).size(), 4);
        Assert.assertEquals(contents(), local());
        Assert.assertEquals(label(store), List.of());
    }

    @Test
    public void isReadAsOnTheLocalDisk() throws IOException {
        label(store);
        try (LabelStore labels = LabelStore.open(store)) {
            Assert.assertEquals(labels.ids().size(), 9);
            Assert.assertEquals(labels.quarantined().size(), 1);
            for (String id : labels.ids()) {
                Assert.assertEquals(
                        labels.get(id).segmentation().classes(),
                        StoreFixture.evidence(id, DESCRIPTION).segmentation().classes());
            }
            Assert.assertEquals(labels.statistics().frames(), 9);
        }
        Assert.assertEquals(StoreVerifier.verify(store, done -> {}), List.of());
    }

    @Test
    public void isReadWhereItWasCopiedTo() throws IOException {
        label(store);
        Path copy = disk.resolve("stores/rooms");
        try (LabelStore labels = LabelStore.open(copy)) {
            Assert.assertEquals(
                    labels.get("room/001").segmentation().classes(),
                    StoreFixture.evidence("room/001", DESCRIPTION)
                            .segmentation()
                            .classes());
        }
        Assert.assertEquals(StoreVerifier.verify(copy, done -> {}), List.of());
        ConfigurationException refused = Assert.expectThrows(ConfigurationException.class, () -> label(copy));
        Assert.assertTrue(refused.getMessage().contains("was copied here"), refused.getMessage());
    }

    /** Each put in turn is the last that gets through: whatever had been done, the next run ends in the same bytes. */
    @Test
    public void aRunThatBreaksOffAnywhereIsGoneOnWith() throws IOException {
        Map<String, String> whole = local();
        int failures = 0;
        for (int survivors = 0; ; survivors++) {
            emptyStorage();
            int[] left = {survivors};
            storage.fail(name -> !name.contains(".lease") && left[0]-- <= 0);
            try {
                label(store);
                break;
            } catch (IOException e) {
                failures++;
                int there = survivors;
                Assert.assertThrows(
                        DataException.class, () -> LabelStore.open(store).close());
                storage.fail(name -> false);
                label(store);
                Assert.assertEquals(contents(), whole, "after " + there + " puts");
            }
        }
        Assert.assertTrue(failures > 10, failures + " points to break off at");
    }

    @Test
    public void listingsMayLag() throws IOException {
        storage.lag(true);
        label(store);
        Assert.assertEquals(StoreVerifier.verify(store, done -> {}), List.of());
        try (LabelStore labels = LabelStore.open(store)) {
            Assert.assertEquals(labels.ids().size(), 9);
        }
    }

    @Test
    public void aSecondDriverIsKeptOut() throws IOException {
        try (StorePublisher first = StorePublisher.open(store, DESCRIPTION, PLAN, ResumeOptions.DEFAULT)) {
            Assert.assertEquals(first.missing().size(), 4);
            ConfigurationException refused = Assert.expectThrows(ConfigurationException.class, () -> label(store));
            Assert.assertTrue(refused.getMessage().contains("another job writes this store"), refused.getMessage());
        }
        label(store);
    }

    @Test
    public void whoWasFirstIsTakenAtHisWord() throws IOException {
        Shard shard = PLAN.shards().get(0);
        try (StorePublisher slow = StorePublisher.open(store, DESCRIPTION, PLAN, ResumeOptions.DEFAULT)) {
            // A driver that was believed dead: it has recorded a shard that this one also thinks is missing.
            ShardResult theirs = StoreFixture.write(store, DESCRIPTION, shard, "a", id -> id.endsWith("0"));
            new ShardCommits.Recorded(new StoreLayout(store)).commit(theirs, false);
            ShardResult ours = StoreFixture.write(store, DESCRIPTION, shard, "b");
            Assert.assertFalse(slow.commit(ours));
            Assert.assertEquals(slow.totals(), theirs.record().totals());
            for (Shard other : slow.missing()) {
                slow.commit(StoreFixture.write(store, DESCRIPTION, other, "c"));
            }
            slow.complete();
        }
        Assert.assertEquals(StoreVerifier.verify(store, done -> {}), List.of());
        // The files of ours, which have other bytes, are gone.
        Assert.assertEquals(
                contents().keySet().stream()
                        .filter(name -> name.endsWith(".h5"))
                        .count(),
                4);
    }

    @Test
    public void twinsOfATaskDoNoHarm() throws IOException {
        List<ShardResult> results = new ArrayList<>();
        try (StorePublisher publisher = StorePublisher.open(store, DESCRIPTION, PLAN, ResumeOptions.DEFAULT)) {
            for (Shard shard : publisher.missing()) {
                results.add(StoreFixture.write(store, DESCRIPTION, shard, "first"));
                results.add(StoreFixture.write(store, DESCRIPTION, shard, "second"));
            }
            int published = 0;
            for (ShardResult result : results) {
                published += publisher.commit(result) ? 1 : 0;
            }
            Assert.assertEquals(published, 4);
            publisher.complete();
        }
        Assert.assertEquals(StoreVerifier.verify(store, done -> {}), List.of());
    }

    @Test
    public void whatWasQuarantinedIsTriedAgain() throws IOException {
        label(store);
        ResumeOptions retry = new ResumeOptions(false, true, false);
        Assert.assertEquals(
                StoreFixture.label(store, DESCRIPTION, PLAN, retry, id -> false).size(), 1);
        try (LabelStore labels = LabelStore.open(store)) {
            Assert.assertEquals(labels.ids().size(), 10);
        }
        Assert.assertFalse(
                contents().keySet().stream().anyMatch(name -> name.startsWith("quarantine/")),
                "the quarantine of old is swept");
    }

    @Test
    public void damageIsFoundAndMended() throws IOException {
        label(store);
        Map<String, String> whole = contents();
        Path shard;
        try (var files = Files.newDirectoryStream(disk.resolve("stores/rooms/shards"), "*.h5")) {
            shard = files.iterator().next();
        }
        byte[] bytes = Files.readAllBytes(shard);
        bytes[bytes.length / 2] ^= 1;
        Files.write(shard, bytes);
        Assert.assertEquals(StoreVerifier.verify(store, done -> {}).size(), 1);
        Assert.assertThrows(DataException.class, () -> {
            try (LabelStore labels = LabelStore.open(store)) {
                labels.ids().forEach(labels::get);
            }
        });
        ResumeOptions checked = new ResumeOptions(false, false, true);
        Assert.assertEquals(
                StoreFixture.label(store, DESCRIPTION, PLAN, checked, id -> id.endsWith("5"))
                        .size(),
                1);
        Assert.assertEquals(contents(), whole);
    }

    @Test
    public void framesAreAdded() throws IOException {
        label(store);
        ShardPlan longer = ShardPlan.of(StoreFixture.frames(13), 3);
        StoreDescription description = StoreFixture.description(longer);
        ResumeOptions extend = new ResumeOptions(true, false, false);
        Assert.assertEquals(
                StoreFixture.label(store, description, longer, extend, id -> id.endsWith("5"))
                        .size(),
                2);
        Assert.assertEquals(StoreVerifier.verify(store, done -> {}), List.of());
        Assert.assertEquals(
                contents().keySet().stream()
                        .filter(name -> name.endsWith(".h5"))
                        .count(),
                5);
    }

    @Test
    public void aRecordThatIsNoneIsReplaced() throws IOException {
        label(store);
        Path record =
                disk.resolve("stores/rooms/shards").resolve(PLAN.shards().get(1).id() + ".json");
        Files.write(record, "{".getBytes(StandardCharsets.UTF_8));
        Assert.assertEquals(label(store), List.of(PLAN.shards().get(1).id()));
        Assert.assertEquals(contents(), local());
    }

    @Test
    public void requestsDoNotGrowWithFrames() throws IOException {
        long few = requests(4);
        long many = requests(40);
        Assert.assertTrue(many <= few + 5, String.format(Locale.ROOT, "%d requests, then %d", few, many));
    }

    /** Of labelling one shard of so many frames, and reading it. */
    private long requests(int frames) throws IOException {
        emptyStorage();
        ShardPlan plan = ShardPlan.of(StoreFixture.frames(frames), 100);
        StoreFixture.label(store, StoreFixture.description(plan), plan, ResumeOptions.DEFAULT, id -> false);
        try (LabelStore labels = LabelStore.open(store)) {
            labels.ids().forEach(labels::get);
        }
        return storage.requests();
    }
}
