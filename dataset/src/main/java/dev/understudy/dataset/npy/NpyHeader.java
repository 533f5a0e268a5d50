package dev.understudy.dataset.npy;

import dev.understudy.files.DataException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Python dictionary at the head of a {@code .npy} file. */
record NpyHeader(long[] shape) {
    private static final Pattern TYPE = Pattern.compile("'descr' *: *'([^']{1,20})'");
    private static final Pattern ORDER = Pattern.compile("'fortran_order' *: *(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape' *: *\\(([0-9, ]{0,400})\\)");
    private static final int MAX_DIMENSIONS = 32;
    private static final int MAX_ELEMENTS = Integer.MAX_VALUE - 8;

    static NpyHeader parse(Path file, String text) {
        String type = find(TYPE, "descr", text, file);
        if (!type.equals("<f4")) {
            throw new DataException(file + ": elements of type " + type
                    + ", expected <f4, which is little-endian float32; save it with .astype('<f4')");
        }
        if (find(ORDER, "fortran_order", text, file).equals("True")) {
            throw new DataException(
                    file + ": stored in Fortran's order, expected C's; save it with numpy.ascontiguousarray");
        }
        NpyHeader header = new NpyHeader(sizes(file, find(SHAPE, "shape", text, file)));
        try {
            if (header.elements() <= MAX_ELEMENTS) {
                return header;
            }
        } catch (ArithmeticException e) {
            // Said below.
        }
        throw new DataException(file + ": the shape " + Arrays.toString(header.shape) + ", expected at most "
                + MAX_ELEMENTS + " elements");
    }

    long elements() {
        return NpyArray.elements(shape);
    }

    private static long[] sizes(Path file, String tuple) {
        String[] parts = tuple.isBlank() ? new String[0] : tuple.split(",");
        if (parts.length > MAX_DIMENSIONS
                || Arrays.stream(parts).anyMatch(p -> !p.strip().matches("[0-9]{1,18}"))) {
            throw new DataException(file + ": the shape (" + tuple + ") is not a tuple of at most " + MAX_DIMENSIONS
                    + " sizes; the file is damaged");
        }
        return Arrays.stream(parts)
                .map(String::strip)
                .mapToLong(Long::parseLong)
                .toArray();
    }

    private static String find(Pattern pattern, String key, String text, Path file) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new DataException(
                    file + ": the header has no readable '" + key + "'; write the file with numpy.save");
        }
        return matcher.group(1);
    }
}
