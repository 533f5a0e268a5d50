package dev.understudy.dataset.imports;

import dev.understudy.files.DataException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A line of a list: {@code rgb}, {@code labels}, {@code depth} and {@code normals}, of which all but the first may be
 * missing or empty. Separated by single tabs; or, where a line has none, by commas, semicolons or blanks that follow the
 * extension of a file, so that names may hold them too.
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
            "png", "jpg", "jpeg", "bmp", "tif", "tiff", "gif", "webp", "ppm", "pgm", "exr", "npy", "npz", "mat", "raw");

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
            if (line.charAt(i) == separator && separates(line.substring(from, i).strip(), separator)) {
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
