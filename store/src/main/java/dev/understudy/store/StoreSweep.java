package dev.understudy.store;

import dev.understudy.files.AtomicFile;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Removes what killed runs left unfinished. For the holder of the store's lock. */
final class StoreSweep {
    private StoreSweep() {}

    static void sweep(StoreLayout layout) throws IOException {
        for (Path folder : List.of(layout.root(), layout.shards(), layout.quarantineFolder(), layout.timingFolder())) {
            remove(folder, ".*" + AtomicFile.TEMPORARY_SUFFIX);
        }
        remove(layout.temporaryFolder(), "*");
        try {
            Files.deleteIfExists(layout.temporaryFolder());
        } catch (DirectoryNotEmptyException e) {
            // A task that nobody waits for any more, on another machine, has begun another file; no reader looks there.
        }
    }

    private static void remove(Path folder, String pattern) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, pattern)) {
            for (Path file : files) {
                if (!Files.isDirectory(file)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
