package dev.understudy.files;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertThrows;

import dev.understudy.files.AtomicFile.WrittenFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class AtomicFileTest {
    private static final String SHA_OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private Path folder;

    @BeforeMethod
    public void makeFolder() throws IOException {
        folder = Scratch.folder("atomic");
    }

    @Test
    public void writesAndTellsChecksumAndSize() throws IOException {
        Path target = folder.resolve("deep/er/file.txt");
        assertEquals(AtomicFile.write(target, "abc"), new WrittenFile(target, SHA_OF_ABC, 3));
        assertEquals(Files.readString(target), "abc");
        assertEquals(Sha256.of(target), SHA_OF_ABC);
        assertEquals(names(target.getParent()), List.of("file.txt"));
    }

    @Test
    public void writesByPathToo() throws IOException {
        Path target = folder.resolve("file.txt");
        WrittenFile written = AtomicFile.writePath(target, path -> Files.writeString(path, "abc"));
        assertEquals(written, new WrittenFile(target, SHA_OF_ABC, 3));
        assertEquals(names(folder), List.of("file.txt"));
    }

    @Test
    public void aFailureLeavesTheOldFileAndNothingElse() throws IOException {
        Path target = folder.resolve("file.txt");
        AtomicFile.write(target, "old");
        assertThrows(
                IOException.class,
                () -> AtomicFile.write(target, out -> {
                    out.write("half of the n".getBytes(StandardCharsets.UTF_8));
                    throw new IOException("disk full");
                }));
        assertThrows(
                IllegalStateException.class,
                () -> AtomicFile.writePath(target, path -> {
                    Files.writeString(path, "half of the n");
                    throw new IllegalStateException("bug");
                }));
        assertEquals(Files.readString(target), "old");
        assertEquals(names(folder), List.of("file.txt"));
    }

    @Test
    public void contentMayCloseItsStream() throws IOException {
        Path target = folder.resolve("file.txt");
        assertEquals(
                AtomicFile.write(target, out -> {
                            out.write('a');
                            out.close();
                        })
                        .size(),
                1);
        assertEquals(Files.readString(target), "a");
    }

    @Test
    public void attemptsHaveNamesOfTheirOwn() throws IOException {
        Path target = folder.resolve("file.txt");
        Path first = AtomicFile.temporaryBeside(target);
        Path second = AtomicFile.temporaryBeside(target);
        assertEquals(first.equals(second), false);
        assertEquals(first.getParent(), target.toAbsolutePath().getParent());
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }
}
