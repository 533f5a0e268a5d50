package dev.understudy.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * What tests write, below the temporary folder. A closed one is gone when its test is; what nobody deletes goes when
 * the tests' JVM ends. Tests have no other way to a temporary folder, which {@code SourceRulesTest} of {@code cli}
 * holds.
 */
public record Scratch(Path path) implements AutoCloseable {
    private static final Set<Path> LEFT = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(Scratch::deleteAll, "delete-scratch"));
    }

    public static Scratch create() {
        return new Scratch(folder("understudy test"));
    }

    /** A new, empty folder whose name begins with this. */
    public static Path folder(String name) {
        try {
            return left(Files.createTempDirectory(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A new, empty file. */
    public static Path file(String name, String suffix) {
        try {
            return left(Files.createTempFile(name, suffix));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path left(Path path) {
        LEFT.add(path);
        return path;
    }

    /** Deletes what something else has made, and would leave, when the tests' JVM ends. */
    public static void deleteAtEnd(Path tree) {
        left(tree);
    }

    /** With all that is in it; nothing if it is gone. */
    public static void delete(Path tree) throws IOException {
        if (Files.exists(tree)) {
            try (Stream<Path> files = Files.walk(tree)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
        LEFT.remove(tree);
    }

    private static void deleteAll() {
        for (Path path : LEFT) {
            try {
                delete(path);
            } catch (IOException | UncheckedIOException e) {
                System.err.println("left behind: " + path + " (" + e + ")");
            }
        }
    }

    public Path resolve(String name) {
        return path.resolve(name);
    }

    @Override
    public void close() throws IOException {
        delete(path);
    }
}
