package dev.understudy.files.storage;

import dev.understudy.files.Scratch;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.testng.Assert;
import org.testng.annotations.Test;

public class StoragePathTest {
    private static final StorageFileSystem FILES = new StorageFileSystem(new FakeStorages(), "bucket");

    private static Path path(String text) {
        return FILES.getPath(text);
    }

    @Test
    public void anAbsolutePathReadsAsItsUri() {
        Assert.assertEquals(path("/a/b c.png").toString(), "fake://bucket/a/b c.png");
        Assert.assertEquals(path("fake://bucket/a/b c.png"), path("/a/b c.png"));
        Assert.assertEquals(path("/a/b c.png").toUri().toString(), "fake://bucket/a/b%20c.png");
        Assert.assertEquals(path("/").toString(), "fake://bucket/");
        Assert.assertEquals(
                new StorageFileSystem(new FakeStorages(), null).getPath("/a").toString(), "fake:///a");
        Assert.assertEquals(Storage.name(path("/a//b/../c/")), "/a/c");
    }

    @Test
    public void resolvesAndRelativizesAsTheLocalDiskDoes() {
        Path local = Path.of("/a/b");
        for (String other : new String[] {"c", "c/d", "../x", "", "/z"}) {
            String expected = local.resolve(other).toString();
            Assert.assertEquals(path("/a/b").resolve(other), path(expected), other);
            Assert.assertEquals(
                    path("/a/b").resolve(other).normalize(),
                    path(Path.of(expected).normalize().toString()),
                    other);
        }
        Assert.assertEquals(path("/a/b").relativize(path("/a/c/d")).toString(), "../c/d");
        Assert.assertEquals(path("/a/b").resolveSibling("c"), path("/a/c"));
        Assert.assertEquals(path("/a/b").getFileName().toString(), "b");
        Assert.assertEquals(path("/a").getParent(), path("/"));
        Assert.assertNull(path("/").getParent());
        Assert.assertTrue(path("/a/b").startsWith(path("/a")));
        Assert.assertFalse(path("/ab").startsWith(path("/a")));
        Assert.assertFalse(path("/a/../../etc").normalize().startsWith(path("/a")));
    }

    @Test
    public void writingAppearsWhenItIsClosed() throws IOException {
        Path folder =
                FakeStorages.add(new FolderStorage(Scratch.folder("storage").resolve("files")));
        Path file = folder.resolve("notes.txt");
        try (var out = Files.newBufferedWriter(file)) {
            out.write("some");
            out.flush();
            Assert.assertFalse(Files.exists(file));
        }
        Assert.assertEquals(Files.readString(file), "some");
        Assert.assertThrows(
                FileAlreadyExistsException.class, () -> Files.writeString(file, "x", StandardOpenOption.CREATE_NEW));
        Files.createDirectories(folder.resolve("a/b"));
        Assert.assertTrue(Files.isDirectory(folder.resolve("a/b")));
        Files.delete(file);
        Assert.assertFalse(Files.deleteIfExists(file) && Files.exists(file));
    }

    @Test
    public void aLocalCopyHasTheBytesAndLeavesNothing() throws IOException {
        Path folder =
                FakeStorages.add(new FolderStorage(Scratch.folder("storage").resolve("files")));
        Path file = Files.write(folder.resolve("f"), new byte[] {1, 2, 3});
        try (var channel = LocalCopy.open(file)) {
            Assert.assertEquals(channel.size(), 3);
            Assert.assertEquals(channel.position(), 0);
        }
        try (var left = Files.newDirectoryStream(Path.of(System.getProperty("java.io.tmpdir")), "understudy-copy-*")) {
            Assert.assertFalse(left.iterator().hasNext());
        }
    }
}
