package dev.understudy.dataset.imports;

import dev.understudy.dataset.DataException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads what the sources of a list import name, in a fixed order: as listed, or by path. */
final class Sources {
    private static final int MAX_LINE = 1 << 14;
    private static final int MAX_FRAMES = 5_000_000;
    private static final Set<String> PICTURES = Set.of("png", "jpg", "jpeg");

    private final Path root;

    Sources(Path root) {
        this.root = root;
    }

    List<ListedFrame> read(List<ListImportOptions.Source> sources) {
        List<ListedFrame> frames = new ArrayList<>();
        for (ListImportOptions.Source source : sources) {
            Path list = source.list();
            try {
                frames.addAll(list == null ? folders(source) : list(list, source.split()));
            } catch (IOException e) {
                String what = list == null
                        ? root.resolve(String.valueOf(source.rgb())).toString()
                        : list.toString();
                throw new DataException(what + ": cannot be read (" + e.getMessage() + "); check the path", e);
            }
        }
        return frames;
    }

    private static List<ListedFrame> list(Path list, @Nullable String split) throws IOException {
        if (!Files.isRegularFile(list)) {
            throw new DataException(list + ": found no such file, expected a list of frames; check the path");
        }
        List<ListedFrame> frames = new ArrayList<>();
        try (BufferedReader in = Files.newBufferedReader(list)) {
            int number = 0;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String at = list + ":" + ++number;
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                if (line.length() > MAX_LINE || frames.size() == MAX_FRAMES) {
                    throw new DataException(at + ": found a line of " + line.length() + " characters in a list of "
                            + frames.size() + " frames, expected at most " + MAX_LINE + " and " + MAX_FRAMES);
                }
                frames.add(frame(at, split, line));
            }
        }
        return frames;
    }

    private static ListedFrame frame(String at, @Nullable String split, String line) {
        String[] columns = line.split("\t", -1);
        if (columns.length > 3 || columns[0].isBlank()) {
            throw new DataException(at + ": found " + columns.length + " columns, expected "
                    + "rgb<TAB>labels[<TAB>depth]; separate the paths by single tabs");
        }
        return new ListedFrame(at, split, columns[0].strip(), column(columns, 1), column(columns, 2));
    }

    private static @Nullable String column(String[] columns, int index) {
        return index >= columns.length || columns[index].isBlank() ? null : columns[index].strip();
    }

    private List<ListedFrame> folders(ListImportOptions.Source source) throws IOException {
        String folder = String.valueOf(source.rgb());
        Map<String, String> labels = byStem(source.labels());
        Map<String, String> depth = byStem(source.depth());
        List<ListedFrame> frames = new ArrayList<>();
        for (String path : files(folder)) {
            String stem = stem(folder, path);
            frames.add(new ListedFrame(
                    root.resolve(folder).toString(), source.split(), path, labels.get(stem), depth.get(stem)));
        }
        if (frames.isEmpty()) {
            throw new DataException(
                    root.resolve(folder) + ": found no PNG or JPEG, expected pictures; check the folder");
        }
        return frames;
    }

    private Map<String, String> byStem(@Nullable String folder) throws IOException {
        Map<String, String> paths = new HashMap<>();
        if (folder != null) {
            for (String path : files(folder)) {
                paths.put(stem(folder, path), path);
            }
        }
        return paths;
    }

    /** Pictures below a folder, relative to the root, sorted. Links to folders are not followed. */
    private List<String> files(String folder) throws IOException {
        Path start = root.resolve(folder);
        if (!Files.isDirectory(start)) {
            throw new DataException(start + ": found no such folder, expected one with pictures; check the path");
        }
        try (Stream<Path> files = Files.walk(start)) {
            return files.filter(Files::isRegularFile)
                    .map(f -> root.relativize(f).toString().replace(java.io.File.separatorChar, '/'))
                    .filter(f -> PICTURES.contains(
                            f.substring(f.lastIndexOf('.') + 1).toLowerCase(java.util.Locale.ROOT)))
                    .sorted()
                    .limit(MAX_FRAMES)
                    .toList();
        }
    }

    private String stem(String folder, String path) {
        Path below = root.resolve(folder).relativize(root.resolve(path));
        return ListedFrame.withoutExtension(below.toString());
    }
}
