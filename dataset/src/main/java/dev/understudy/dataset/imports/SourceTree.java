package dev.understudy.dataset.imports;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.FrameRules;
import dev.understudy.files.DataException;
import dev.understudy.files.TextLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What lies below a folder of somebody else's: names only, folders and files in alphabetical order. Links to folders
 * are not followed; files are opened through {@link #resolve}, which refuses links that lead out. Immutable.
 */
public final class SourceTree {
    private static final int MOST_FILES = 10_000_000;
    private static final int MAX_DEPTH = 32;
    private static final int MOST_LINES = 5_000_000;
    private static final int LONGEST_LINE = 10_000;

    private final Path root;
    private final NavigableMap<String, TreeSet<String>> folders = new TreeMap<>();

    /** @throws ConfigurationException if there is no such folder */
    public SourceTree(Path root) throws IOException {
        this.root = root;
        if (!Files.isDirectory(root)) {
            throw new ConfigurationException(root + ": found no such folder, expected the root of the data");
        }
        int count = 0;
        // The root may be a link itself: that is the user's word, not the data's
        Path start = root.toRealPath();
        try (Stream<Path> files = Files.walk(start, MAX_DEPTH)) {
            for (Iterator<Path> each = files.iterator(); each.hasNext(); ) {
                Path file = each.next();
                if (!Files.isDirectory(file) && count++ < MOST_FILES) {
                    String path = slashes(start.relativize(file));
                    folders.computeIfAbsent(folder(path), f -> new TreeSet<>()).add(name(path));
                }
            }
        }
    }

    public Path root() {
        return root;
    }

    /** Folders that hold files, relative to the root, which itself is the empty name. */
    public Iterable<String> folders() {
        return folders.keySet();
    }

    /** Names of the files in a folder; none if there is no such folder. */
    public Iterable<String> names(String folder) {
        return folders.getOrDefault(folder, new TreeSet<>());
    }

    public boolean has(String path) {
        return folders.getOrDefault(folder(path), new TreeSet<>()).contains(name(path));
    }

    /** @throws DataException if it is not there, or a link leads out of the root */
    public Path resolve(String path) {
        return FrameRules.resolve(root, path);
    }

    /** The lines of a text file, without those that are empty or start with #. */
    public List<String> lines(String path) {
        List<String> lines = new ArrayList<>();
        try (TextLines in = new TextLines(resolve(path), LONGEST_LINE, MOST_LINES)) {
            for (String line = in.next(); line != null; line = in.next()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    lines.add(line.strip());
                }
            }
        }
        return lines;
    }

    /** {@code a/b} of {@code a/b/c}; empty for what is in the root. */
    public static String folder(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    /** {@code c} of {@code a/b/c}. */
    public static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    public static String join(String folder, String name) {
        return folder.isEmpty() ? name : folder + "/" + name;
    }

    /** What can stand in an id: other characters become hyphens. */
    public static String idOf(String name) {
        return name.replaceAll("[^A-Za-z0-9._/-]", "-");
    }

    private static String slashes(Path path) {
        return path.toString().replace(java.io.File.separatorChar, '/');
    }
}
