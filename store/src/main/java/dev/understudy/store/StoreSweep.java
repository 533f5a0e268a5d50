package dev.understudy.store;

import dev.understudy.files.AtomicFile;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Removes what killed runs left unfinished, and what earlier plans left. For the holder of the store's lock. */
final class StoreSweep {
    private StoreSweep() {}

    /** In a storage without renames only for a store that is complete: its {@code _SUCCESS} says what belongs to it. */
    static void sweep(StoreLayout layout) throws IOException {
        for (Path folder : List.of(layout.root(), layout.shards(), layout.quarantineFolder(), layout.timingFolder())) {
            remove(folder, ".*" + AtomicFile.TEMPORARY_SUFFIX);
        }
        if (layout.isRemote()) {
            removeUnnamed(layout);
            return;
        }
        remove(layout.temporaryFolder(), "*");
        try {
            Files.deleteIfExists(layout.temporaryFolder());
        } catch (DirectoryNotEmptyException e) {
            // A task that nobody waits for any more, on another machine, has begun another file; no reader looks there.
        }
    }

    /** A last, partly filled shard has another name once frames were added to it. */
    static void removeSuperseded(StoreLayout layout, Set<String> planned) throws IOException {
        Set<String> superseded = new TreeSet<>(StoreAgreement.publishedIds(layout));
        superseded.removeAll(planned);
        for (String id : superseded) {
            Files.deleteIfExists(layout.record(id));
            Files.deleteIfExists(layout.timing(id));
            if (!layout.isRemote()) {
                Files.deleteIfExists(layout.shards().resolve(id + StoreLayout.EVIDENCE));
                Files.deleteIfExists(layout.shards().resolve(id + StoreLayout.INDEX));
                Files.deleteIfExists(layout.quarantineFolder().resolve(id + StoreLayout.INDEX));
            }
        }
    }

    /** Files that no record names: of other attempts, with other bytes. */
    private static void removeUnnamed(StoreLayout layout) throws IOException {
        Set<Path> named = new HashSet<>();
        for (ShardRecord shard : SuccessFile.read(layout).shards()) {
            named.add(layout.record(shard.id()));
            named.add(layout.evidence(shard));
            named.add(layout.index(shard));
            if (shard.quarantine() != null) {
                named.add(layout.quarantine(shard));
            }
        }
        for (Path folder : List.of(layout.shards(), layout.quarantineFolder())) {
            if (Files.isDirectory(folder)) {
                try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
                    for (Path file : files) {
                        if (!named.contains(file)) {
                            Files.deleteIfExists(file);
                        }
                    }
                }
            }
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
