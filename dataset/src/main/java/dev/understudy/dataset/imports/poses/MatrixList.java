package dev.understudy.dataset.imports.poses;

import dev.understudy.dataset.frame.FrameRules;
import dev.understudy.dataset.imports.TextNumbers;
import dev.understudy.files.DataException;
import dev.understudy.files.TextLines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Matrices in text files: many in one, or a file for each frame. A matrix is four lines of four numbers, or one line of
 * sixteen or of the first twelve. Before a matrix there may be a line of three numbers, as Open3D writes them, which says
 * nothing here. Lines that are empty or start with # are comments.
 */
final class MatrixList {
    private static final int MOST_MATRICES = 500_000;
    private static final int LINES_A_MATRIX = 8;
    private static final int LONGEST_LINE = 10_000;
    private static final int SIDE = 4;
    private static final int NUMBERS = 16;
    private static final int UPPER = 12;
    private static final int HEADER = 3;
    private static final List<String> ENDINGS = List.of(".txt", ".pose.txt");

    private MatrixList() {}

    /**
     * All matrices of a file, in its order.
     *
     * @throws DataException if a line fits none: what follows would belong to other frames
     */
    static List<FoundPose> read(Path file) {
        return read(file, MOST_MATRICES);
    }

    private static List<FoundPose> read(Path file, int most) {
        List<FoundPose> found = new ArrayList<>();
        double[] matrix = lastRow();
        int filled = 0;
        try (TextLines in = new TextLines(file, LONGEST_LINE, most * LINES_A_MATRIX)) {
            for (String line = in.next(); line != null; line = in.next()) {
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                double[] numbers = TextNumbers.ofLine(line);
                boolean fits = numbers.length == SIDE
                        || filled == 0
                                && (numbers.length == NUMBERS
                                        || numbers.length == UPPER
                                        || numbers.length == HEADER && most > 1);
                if (!fits) {
                    throw new DataException(file + ":" + in.number() + ": found '"
                            + line.substring(0, Math.min(60, line.length())) + "', expected "
                            + (filled == 0 ? "" : "row " + (filled / SIDE + 1) + " of ")
                            + "a 4×4 matrix, camera to world; correct the file");
                }
                if (numbers.length == HEADER) {
                    continue;
                }
                System.arraycopy(numbers, 0, matrix, filled, numbers.length);
                filled += numbers.length;
                if (filled == NUMBERS || numbers.length == UPPER) {
                    found.add(FoundPose.of(matrix));
                    matrix = lastRow();
                    filled = 0;
                }
            }
        }
        if (filled > 0 || found.isEmpty() || found.size() > most) {
            throw new DataException(file + ": found " + found.size() + " matrices"
                    + (filled > 0 ? " and " + filled / SIDE + " rows of another" : "") + ", expected "
                    + (most == 1 ? "one" : "one a frame") + "; correct the file");
        }
        return found;
    }

    private static double[] lastRow() {
        double[] matrix = new double[NUMBERS];
        matrix[NUMBERS - 1] = 1;
        return matrix;
    }

    /**
     * The matrix of one frame in a folder.
     *
     * @param name of the frame, the last part of its id; the file adds .txt or .pose.txt
     */
    static FoundPose inFolder(Path folder, String name) {
        for (String ending : ENDINGS) {
            if (Files.exists(folder.resolve(name + ending))) {
                try {
                    return read(FrameRules.resolve(folder, name + ending), 1).get(0);
                } catch (DataException e) {
                    return FoundPose.none(FoundPose.Lack.UNREADABLE);
                }
            }
        }
        return FoundPose.none(FoundPose.Lack.NO_FILE);
    }
}
