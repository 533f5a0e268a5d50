package dev.understudy.dataset.imports;

import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.files.DataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Matrices and trajectories in text files. */
public final class TextNumbers {
    private static final List<String> CAMERA_FILES =
            List.of("camera-intrinsics.txt", "intrinsics.txt", "intrinsic/intrinsic_color.txt");

    private static final double FLAT = 1e-6;

    /** Of Windows too, old and new: {@code -1.#IND00}, {@code 1.#INF}, {@code -nan(ind)}. */
    private static final Pattern NOT_FINITE = Pattern.compile(
            "([+-]?)(?:(inf(?:inity)?|1\\.#inf\\d*)|nan(?:\\(\\w*\\))?|1\\.#[qs]?(?:nan|ind)\\d*)",
            Pattern.CASE_INSENSITIVE);

    private TextNumbers() {}

    /**
     * A camera-to-world matrix of 4×4 numbers; null if some are not finite, or they turn nothing, as where tracking was
     * lost.
     */
    public static @Nullable List<Double> pose(SourceTree tree, String path) {
        double[] matrix = numbers(tree, path);
        if (matrix.length != 16) {
            throw new DataException(tree.resolve(path) + ": found " + matrix.length
                    + " numbers, expected the 16 of a 4×4 matrix from camera to world; correct or remove the file");
        }
        boolean finite = Arrays.stream(matrix).allMatch(Double::isFinite);
        return finite && Math.abs(determinant(matrix)) > FLAT
                ? Arrays.stream(matrix).boxed().toList()
                : null;
    }

    /** Of the rotation, which is 1 in a sound one. */
    private static double determinant(double[] m) {
        return m[0] * (m[5] * m[10] - m[6] * m[9])
                - m[1] * (m[4] * m[10] - m[6] * m[8])
                + m[2] * (m[4] * m[9] - m[5] * m[8]);
    }

    /** From the file beside a sequence, or in the folders above it; null if there is none. */
    public static @Nullable Intrinsics intrinsics(SourceTree tree, String folder) {
        for (String at = folder; ; at = SourceTree.folder(at)) {
            for (String name : CAMERA_FILES) {
                String path = SourceTree.join(at, name);
                if (tree.has(path)) {
                    return camera(tree, path);
                }
            }
            if (at.isEmpty()) {
                return null;
            }
        }
    }

    private static Intrinsics camera(SourceTree tree, String path) {
        double[] k = numbers(tree, path);
        int stride = k.length == 16 ? 4 : 3;
        try {
            if (k.length != 9 && k.length != 16) {
                throw new IllegalArgumentException(k.length + " numbers");
            }
            return new Intrinsics(k[0], k[stride + 1], k[2], k[stride + 2]);
        } catch (IllegalArgumentException e) {
            throw new DataException(
                    tree.resolve(path) + ": found " + e.getMessage()
                            + ", expected a 3×3 camera matrix with positive focal lengths; correct the file",
                    e);
        }
    }

    /** All numbers of a small file, line by line. */
    public static double[] numbers(SourceTree tree, String path) {
        List<Double> numbers = new ArrayList<>();
        for (String line : tree.lines(path)) {
            for (double number : parse(tree, path, line.split("[\\s,]+"), 0)) {
                numbers.add(number);
            }
            if (numbers.size() > 1000) {
                throw new DataException(tree.resolve(path) + ": found over 1000 numbers, expected a small matrix");
            }
        }
        return numbers.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** @param from index of the first word that is a number */
    public static double[] parse(SourceTree tree, String path, String[] words, int from) {
        double[] numbers = new double[words.length - from];
        for (int i = from; i < words.length; i++) {
            OptionalDouble number = number(words[i]);
            if (number.isEmpty()) {
                throw new DataException(
                        tree.resolve(path) + ": found '" + words[i].substring(0, Math.min(40, words[i].length()))
                                + "', expected a number; correct the file");
            }
            numbers[i - from] = number.getAsDouble();
        }
        return numbers;
    }

    /** The numbers of a line, between blanks or commas; empty if one of its words is none. */
    public static double[] ofLine(String line) {
        String[] words = line.strip().split("[\\s,]+");
        double[] numbers = new double[words.length];
        for (int i = 0; i < words.length; i++) {
            OptionalDouble number = number(words[i]);
            if (number.isEmpty()) {
                return new double[0];
            }
            numbers[i] = number.getAsDouble();
        }
        return numbers;
    }

    /** As C and Python print them: Java spells infinity in another way. Empty if it is no number. */
    private static OptionalDouble number(String word) {
        try {
            Matcher none = NOT_FINITE.matcher(word);
            return OptionalDouble.of(
                    !none.matches()
                            ? Double.parseDouble(word)
                            : none.group(2) == null
                                    ? Double.NaN
                                    : "-".equals(none.group(1)) ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
        } catch (NumberFormatException e) {
            return OptionalDouble.empty();
        }
    }
}
