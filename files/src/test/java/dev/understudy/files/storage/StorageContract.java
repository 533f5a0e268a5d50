package dev.understudy.files.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.testng.Assert;
import org.testng.annotations.Test;

/** What every {@link Storage} has to keep to, whatever lies behind it. */
public abstract class StorageContract {
    private static final int RACERS = 8;

    /** An empty folder of the storage, as a path, another one at each call. */
    protected abstract Path freshFolder() throws IOException;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Storage storage(Path path) {
        return Storage.of(path).orElseThrow();
    }

    private static void put(Path path, byte[] bytes) throws IOException {
        storage(path).put(Storage.name(path), Storage.Content.of(bytes));
    }

    private static boolean create(Path path, byte[] bytes) throws IOException {
        return storage(path).create(Storage.name(path), bytes);
    }

    private static Optional<Storage.Entry> find(Path path) throws IOException {
        return storage(path).find(Storage.name(path));
    }

    @Test
    public void whatWasPutIsThereAtOnceAndWhole() throws IOException {
        byte[] content = new byte[3_000_000];
        new Random(1).nextBytes(content);
        Path file = freshFolder().resolve("a/deep/folder/with space.bin");
        put(file, content);
        Assert.assertEquals(Files.readAllBytes(file), content);
        Assert.assertEquals(find(file).orElseThrow().size(), content.length);
        Assert.assertFalse(find(file).orElseThrow().isFolder());
        Assert.assertTrue(Files.isRegularFile(file));
        Assert.assertTrue(Files.isDirectory(file.getParent()));
    }

    @Test
    public void anEmptyFileIsAFile() throws IOException {
        Path file = freshFolder().resolve("empty");
        put(file, new byte[0]);
        Assert.assertEquals(Files.readAllBytes(file).length, 0);
        Assert.assertEquals(Files.size(file), 0);
    }

    @Test
    public void aSecondPutReplacesTheFirst() throws IOException {
        Path file = freshFolder().resolve("f");
        put(file, bytes("first, and longer"));
        put(file, bytes("second"));
        Assert.assertEquals(Files.readString(file), "second");
    }

    @Test
    public void aPutThatFailsHalfWayLeavesWhatWasThere() throws IOException {
        Path file = freshFolder().resolve("f");
        put(file, bytes("what was there"));
        Storage torn = new FaultyStorage(storage(file)).fail(name -> true);
        Assert.assertThrows(
                IOException.class, () -> torn.put(Storage.name(file), Storage.Content.of(new byte[5_000_000])));
        Assert.assertEquals(Files.readString(file), "what was there");
    }

    @Test
    public void aPutThatFailsHalfWayMakesNoFile() throws IOException {
        Path file = freshFolder().resolve("f");
        Storage torn = new FaultyStorage(storage(file)).fail(name -> true);
        Assert.assertThrows(
                IOException.class, () -> torn.put(Storage.name(file), Storage.Content.of(new byte[5_000_000])));
        Assert.assertEquals(find(file), Optional.empty());
    }

    @Test
    public void onlyTheFirstCreates() throws IOException {
        Path file = freshFolder().resolve("folder/record.json");
        Assert.assertTrue(create(file, bytes("one")));
        Assert.assertFalse(create(file, bytes("two")));
        Assert.assertEquals(Files.readString(file), "one");
    }

    @Test
    public void whatWasDeletedCanBeCreatedAgain() throws IOException {
        Path file = freshFolder().resolve("record.json");
        Assert.assertTrue(create(file, bytes("one")));
        storage(file).delete(Storage.name(file));
        Assert.assertEquals(find(file), Optional.empty());
        Assert.assertTrue(create(file, bytes("two")));
        Assert.assertEquals(Files.readString(file), "two");
    }

    @Test
    public void ofManyWhoCreateAtOnceOneDoes() throws Exception {
        Path file = freshFolder().resolve("record.json");
        CyclicBarrier start = new CyclicBarrier(RACERS);
        ExecutorService threads = Executors.newFixedThreadPool(RACERS);
        try {
            List<Future<Boolean>> racers = new ArrayList<>();
            for (int i = 0; i < RACERS; i++) {
                byte[] mine = bytes("racer " + i);
                racers.add(threads.submit((Callable<Boolean>) () -> {
                    start.await();
                    return create(file, mine);
                }));
            }
            List<String> winners = new ArrayList<>();
            for (int i = 0; i < RACERS; i++) {
                if (racers.get(i).get()) {
                    winners.add("racer " + i);
                }
            }
            Assert.assertEquals(winners, List.of(Files.readString(file)));
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    public void readsFromAnywhere() throws IOException {
        byte[] content = new byte[300_000];
        new Random(2).nextBytes(content);
        Path file = freshFolder().resolve("f");
        put(file, content);
        try (SeekableByteChannel channel = storage(file).open(Storage.name(file))) {
            for (int from : new int[] {299_000, 0, 123_456}) {
                channel.position(from);
                byte[] read = Channels.newInputStream(channel).readNBytes(500);
                Assert.assertEquals(read, java.util.Arrays.copyOfRange(content, from, from + 500));
                Assert.assertEquals(channel.position(), from + 500);
            }
            Assert.assertEquals(channel.size(), content.length);
        }
    }

    @Test
    public void whatIsNotThereIsSaidToBeMissing() throws IOException {
        Path file = freshFolder().resolve("nothing");
        Assert.assertEquals(find(file), Optional.empty());
        Assert.assertFalse(Files.exists(file));
        Assert.assertThrows(NoSuchFileException.class, () -> {
            try (InputStream in = Files.newInputStream(file)) {
                in.read();
            }
        });
        Assert.assertThrows(NoSuchFileException.class, () -> Files.size(file));
        storage(file).delete(Storage.name(file));
        Assert.assertEquals(storage(file).list(Storage.name(file)), List.of());
    }

    @Test
    public void listsAFolder() throws IOException {
        Path folder = freshFolder();
        put(folder.resolve("a"), bytes("1"));
        put(folder.resolve("b/c"), bytes("2"));
        try (var files = Files.list(folder)) {
            Assert.assertEquals(
                    files.map(file -> file.getFileName().toString()).sorted().toList(), List.of("a", "b"));
        }
    }

    @Test
    public void nothingUnfinishedIsLeft() throws IOException {
        Path folder = freshFolder();
        put(folder.resolve("a"), bytes("1"));
        create(folder.resolve("b"), bytes("2"));
        create(folder.resolve("b"), bytes("3"));
        Storage torn = new FaultyStorage(storage(folder)).fail(name -> true);
        Assert.assertThrows(
                IOException.class,
                () -> torn.put(Storage.name(folder.resolve("c")), Storage.Content.of(new byte[100])));
        try (var files = Files.list(folder)) {
            Assert.assertEquals(
                    files.map(file -> file.getFileName().toString()).sorted().toList(), List.of("a", "b"));
        }
    }

    @Test
    public void aLeaseKeepsOthersOutUntilItEnds() throws IOException {
        Path folder = freshFolder();
        try (Lease lease = Lease.acquire(folder, "label")) {
            lease.check();
            Lease.HeldException refused =
                    Assert.expectThrows(Lease.HeldException.class, () -> Lease.acquire(folder, "label"));
            Assert.assertTrue(refused.getMessage()
                    .contains(Long.toString(ProcessHandle.current().pid())));
        }
        for (int i = 0; i < 5; i++) {
            Lease.acquire(folder, "label").close();
        }
    }
}
