package dev.understudy.dataset.imports;

import dev.understudy.files.DataException;
import dev.understudy.files.TextLines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads what the sources of a list import name, in a fixed order: as listed, or by path. */
final class Sources {
    private static final int LONGEST_LINE = 1 << 14;
    private static final int MOST_FRAMES = 5_000_000;
    private static final Set<String> PICTURES = Set.of("png", "jpg", "jpeg");

    private final Path root;
    private final FolderPairs pairs;
    private final Remarks remarks;

    Sources(Path root, FolderPairs pairs, Remarks remarks) {
        this.root = root;
        this.pairs = pairs;
        this.remarks = remarks;
    }

    List<ListedFrame> read(List<ListImportOptions.Source> sources) {
        List<ListedFrame> frames = new ArrayList<>();
        for (ListImportOptions.Source source : sources) {
            Path list = source.list();
            try {
                frames.addAll(list == null ? folders(source) : list(list, source.split()));
            } catch (UncheckedIOException | IOException e) {
                String what = list == null
                        ? root.resolve(String.valueOf(source.rgb())).toString()
                        : list.toString();
                throw new DataException(what + ": cannot be read (" + e.getMessage() + "); check the path", e);
            }
        }
        return frames;
    }

    private static List<ListedFrame> list(Path list, @Nullable String split) {
        List<ListedFrame> frames = new ArrayList<>();
        try (TextLines in = new TextLines(list, LONGEST_LINE, MOST_FRAMES)) {
            for (String line = in.next(); line != null; line = in.next()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    String at = list + ":" + in.number();
                    frames.add(new ListedFrame(at, split, ListLine.parse(at, line)));
                }
            }
        }
        return frames;
    }

    private List<ListedFrame> folders(ListImportOptions.Source source) throws IOException {
        String folder = String.valueOf(source.rgb());
        List<String> paths = files(folder);
        if (paths.isEmpty()) {
            throw new DataException(
                    root.resolve(folder) + ": found no PNG or JPEG, expected pictures; check the folder");
        }
        List<String> names = paths.stream().map(path -> name(folder, path)).toList();
        Map<String, String> labels = partners("label", source.labels(), names);
        Map<String, String> depth = partners("depth", source.depth(), names);
        Map<String, String> normals = partners("normals", source.normals(), names);
        List<ListedFrame> frames = new ArrayList<>();
        for (int i = 0; i < paths.size(); i++) {
            String key = pairs.key(names.get(i));
            ListLine files = new ListLine(paths.get(i), labels.get(key), depth.get(key), normals.get(key));
            frames.add(new ListedFrame(root.resolve(folder).toString(), source.split(), files));
        }
        return frames;
    }

    /** What belongs to pictures, by the pictures' keys; tells what belongs to none. */
    private Map<String, String> partners(String kind, @Nullable String folder, List<String> pictures)
            throws IOException {
        if (folder == null) {
            return Map.of();
        }
        Map<String, String> files = byName(folder);
        if (files.isEmpty()) {
            remarks.warn(root.resolve(folder) + ": found no PNG, so no picture has " + kind + " files");
        }
        Set<String> wanted = keys(pictures);
        List<String> unmatched = files.keySet().stream()
                .filter(name -> !wanted.contains(pairs.key(name)))
                .toList();
        if (!unmatched.isEmpty()) {
            Set<String> found = keys(files.keySet());
            List<String> without = pictures.stream()
                    .filter(name -> !found.contains(pairs.key(name)))
                    .toList();
            String message = pairs.unpaired(kind, root.resolve(folder), files.size(), unmatched, without);
            if (unmatched.size() == files.size()) {
                throw new DataException(message);
            }
            remarks.warn(message);
        }
        files.keySet().removeAll(unmatched);
        return pairs.byKey(files);
    }

    private Set<String> keys(Collection<String> names) {
        Set<String> keys = new HashSet<>();
        names.forEach(name -> keys.add(pairs.key(name)));
        return keys;
    }

    /** Name → path, sorted by path. Of files of one name, the PNG counts: a JPEG holds no labels and no depth. */
    private Map<String, String> byName(String folder) throws IOException {
        Map<String, String> paths = new LinkedHashMap<>();
        for (String path : files(folder)) {
            paths.merge(name(folder, path), path, (first, second) -> isPng(second) && !isPng(first) ? second : first);
        }
        return paths;
    }

    private static boolean isPng(String path) {
        return path.toLowerCase(Locale.ROOT).endsWith(".png");
    }

    /**
     * Pictures below a folder, relative to the root, sorted. Links to folders are not followed, but for the folder
     * itself, which the user has named.
     */
    private List<String> files(String folder) throws IOException {
        Path start = root.resolve(folder);
        if (!Files.isDirectory(start)) {
            throw new DataException(start + ": found no such folder, expected one with pictures; check the path");
        }
        Path real = start.toRealPath();
        try (Stream<Path> files = Files.walk(real)) {
            return files.filter(Files::isRegularFile)
                    .map(f -> root.relativize(start.resolve(real.relativize(f)))
                            .toString()
                            .replace(java.io.File.separatorChar, '/'))
                    .filter(f -> PICTURES.contains(
                            f.substring(f.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT)))
                    .sorted()
                    .limit(MOST_FRAMES)
                    .toList();
        }
    }

    /** A path below its folder, without extension. */
    private String name(String folder, String path) {
        Path below = root.resolve(folder).relativize(root.resolve(path));
        return ListedFrame.withoutExtension(below.toString());
    }

    /**
     * A frame that a source names; nothing has been opened yet. Paths are relative to the root.
     *
     * @param source where it was named: {@code list.txt:12}, or the folder
     */
    record ListedFrame(String source, @Nullable String split, ListLine files) {

        /** The picture's path without its extension, with what ids may not have replaced by a hyphen. */
        String id(String prefix) {
            return prefix + SourceTree.idOf(withoutExtension(files.rgb()));
        }

        static String withoutExtension(String path) {
            int dot = path.lastIndexOf('.');
            return dot > path.lastIndexOf('/') + 1 ? path.substring(0, dot) : path;
        }
    }

    /**
     * A line of a list: {@code rgb}, {@code labels}, {@code depth} and {@code normals}, of which all but the first may
     * be missing or empty. Separated by single tabs; or, where a line has none, by commas, semicolons or blanks that
     * follow the extension of a file, so that names may hold them too.
     */
    record ListLine(
            String rgb,
            @Nullable String labels,
            @Nullable String depth,
            @Nullable String normals) {
        private static final int MOST_COLUMNS = 4;
        private static final char NOTHING = 0;
        private static final Pattern DOTS = Pattern.compile("/(?:\\.?/)+");
        private static final Set<String> EXTENSIONS = Set.of(
                "png", "jpg", "jpeg", "bmp", "tif", "tiff", "gif", "webp", "ppm", "pgm", "exr", "npy", "npz", "mat",
                "raw");

        /** @param at where the line is, for what is said of it. @throws DataException if it makes no frame */
        static ListLine parse(String at, String line) {
            char separator = separator(line);
            List<String> columns = cut(line, separator);
            if (columns.size() > MOST_COLUMNS || columns.get(0).isEmpty()) {
                throw new DataException(at + ": found " + columns.size() + " columns" + inWords(separator)
                        + (columns.get(0).isEmpty() ? ", the first of them empty" : "")
                        + ", expected rgb<TAB>labels[<TAB>depth[<TAB>normals]]; separate the paths by single tabs");
            }
            return new ListLine(columns.get(0), column(columns, 1), column(columns, 2), column(columns, 3));
        }

        /** Whether the line was read as one file although it may be several. */
        boolean mayBeSeveral() {
            return labels == null && depth == null && normals == null && rgb.matches(".*[ ,;|:].*");
        }

        private static char separator(String line) {
            if (line.indexOf('\t') >= 0) {
                return '\t';
            }
            for (char separator : new char[] {',', ';', ' '}) {
                if (cut(line.strip(), separator).size() > 1) {
                    return separator;
                }
            }
            return NOTHING;
        }

        private static String inWords(char separator) {
            return switch (separator) {
                case '\t' -> " by tabs";
                case ',' -> " by commas";
                case ';' -> " by semicolons";
                case ' ' -> " by blanks";
                default -> "";
            };
        }

        private static List<String> cut(String line, char separator) {
            List<String> columns = new ArrayList<>();
            int from = 0;
            for (int i = 0; i < line.length(); i++) {
                if (line.charAt(i) == separator
                        && separates(line.substring(from, i).strip(), separator)) {
                    columns.add(plain(line.substring(from, i)));
                    from = i + 1;
                }
            }
            columns.add(plain(line.substring(from)));
            return columns;
        }

        private static boolean separates(String before, char separator) {
            if (separator == '\t' || before.isEmpty()) {
                return separator != ' ';
            }
            String name = plain(before);
            String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
            return EXTENSIONS.contains(extension);
        }

        private static String plain(String column) {
            String text = column.strip();
            boolean quoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
            String path = quoted ? text.substring(1, text.length() - 1).strip() : text;
            // As find prints paths, and as folders with a slash at their end are joined.
            return path.startsWith("./") || path.contains("/.") || path.contains("//")
                    ? DOTS.matcher(path).replaceAll("/").replaceFirst("^\\./+", "")
                    : path;
        }

        private static @Nullable String column(List<String> columns, int index) {
            return index >= columns.size() || columns.get(index).isEmpty() ? null : columns.get(index);
        }
    }
}
