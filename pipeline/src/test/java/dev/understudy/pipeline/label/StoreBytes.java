package dev.understudy.pipeline.label;

import dev.understudy.files.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What must be equal in two stores: every file but the lock, the times, where the run found its input, and what a task
 * that nobody waited for may have begun.
 */
public final class StoreBytes {
    private StoreBytes() {}

    /** @return relative path → checksum */
    public static SortedMap<String, String> of(Path store) throws IOException {
        SortedMap<String, String> sums = new TreeMap<>();
        try (Stream<Path> files = Files.walk(store)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                // Where nothing can be renamed, files have names of their own until a record says whose they are.
                String path = store.relativize(file).toString().replaceFirst("\\.[0-9a-f]{16}\\.", ".");
                if (!path.startsWith(".lease")
                        && !path.startsWith("timing")
                        && !path.startsWith(".tmp")
                        && !path.startsWith(".lock")
                        && !path.endsWith(".lock")
                        && !path.equals("label.yaml")
                        && !path.equals("fuse.yaml")
                        && !path.equals("repair.yaml")) {
                    sums.put(path, Sha256.of(file));
                }
            }
        }
        return sums;
    }
}
