package dev.understudy.dataset.imports.rgbd;

import dev.understudy.dataset.frame.Pose;
import dev.understudy.dataset.imports.TextNumbers;
import dev.understudy.files.DataException;
import dev.understudy.files.TextLines;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Where a camera was at which time: lines of {@code <seconds> tx ty tz qx qy qz qw}, in any order. A line with numbers
 * that are not finite, or whose rotation has no length, says that the camera's place was not known then. Immutable.
 */
public final class Trajectory {
    /** Of a sequence without a file. */
    public static final Trajectory NONE = new Trajectory(List.of(), List.of(), 0);

    private static final int MOST_LINES = 2_000_000;
    private static final int LONGEST_LINE = 10_000;
    private static final int NUMBERS = 8;

    private final List<double[]> lines;
    private final List<String> bad;
    private final int timeless;

    private Trajectory(List<double[]> lines, List<String> bad, int timeless) {
        this.lines = lines;
        this.bad = bad;
        this.timeless = timeless;
    }

    /**
     * Lines that are empty or start with # are comments; {@link #bad} has those that are something else.
     *
     * @throws DataException if it cannot be read, or most of its lines are bad
     */
    public static Trajectory read(Path file) {
        List<double[]> lines = new ArrayList<>();
        List<String> bad = new ArrayList<>();
        int timeless = 0;
        try (TextLines in = new TextLines(file, LONGEST_LINE, MOST_LINES)) {
            for (String line = in.next(); line != null; line = in.next()) {
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                double[] numbers = TextNumbers.ofLine(line);
                if (numbers.length == NUMBERS && Double.isFinite(numbers[0])) {
                    lines.add(numbers);
                } else if (numbers.length == NUMBERS) {
                    timeless++;
                } else {
                    bad.add(file + ":" + in.number() + ": found '" + line.substring(0, Math.min(60, line.length()))
                            + "', expected <seconds> tx ty tz qx qy qz qw");
                }
            }
        }
        if (bad.size() > lines.size()) {
            throw new DataException(bad.get(0) + "; " + bad.size() + " lines are like this, is it the right file?");
        }
        lines.sort(Comparator.comparingDouble(line -> line[0]));
        return new Trajectory(lines, List.copyOf(bad), timeless);
    }

    /** The lines that are none, each as a sentence with file, line and what was expected. */
    public List<String> bad() {
        return bad;
    }

    /** How many lines have a time that is not finite, and so belong to no frame. */
    public int timeless() {
        return timeless;
    }

    /** By the line nearest to a time, if it is within {@code maxGap} seconds; the earlier of two that are as near. */
    public FoundPose at(double seconds, double maxGap) {
        if (lines.isEmpty()) {
            return FoundPose.none(FoundPose.Lack.NONE_NEAR);
        }
        double[] line = lines.get(nearest(lines.size(), index -> lines.get(index)[0], seconds));
        if (!(Math.abs(line[0] - seconds) <= maxGap)) {
            return FoundPose.none(FoundPose.Lack.NONE_NEAR);
        }
        return Arrays.stream(line).allMatch(Double::isFinite)
                ? Pose.of(line[1], line[2], line[3], line[4], line[5], line[6], line[7])
                        .map(FoundPose::of)
                        .orElse(FoundPose.none(FoundPose.Lack.LOST))
                : FoundPose.none(FoundPose.Lack.LOST);
    }

    /** @param times sorted, not empty. @return the index of the nearest, of the earlier one of two that are as near */
    public static int nearest(int size, IntToDoubleFunction times, double seconds) {
        int low = 0;
        int high = size - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (times.applyAsDouble(middle) < seconds) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        boolean before =
                low > 0 && seconds - times.applyAsDouble(low - 1) <= Math.abs(times.applyAsDouble(low) - seconds);
        return before ? low - 1 : low;
    }

    /**
     * What a file says of where a camera was: a pose, or why there is none.
     *
     * @param pose null if there is none
     * @param lack null if there is a pose
     */
    public record FoundPose(@Nullable Pose pose, @Nullable Lack lack) {
        /** Why a frame gets no pose; the words follow "n frames". */
        public enum Lack {
            NONE_NEAR("have no pose near enough in time"),
            LOST("were not placed: their numbers are not finite, or turn nothing"),
            NOT_RIGID("have a matrix that is no rigid motion, but scaled, mirrored or projective"),
            NO_TIME("tell no time in their ids"),
            NO_FILE("have no file of their name"),
            UNREADABLE("have a file that is no 4×4 matrix");

            private final String words;

            Lack(String words) {
                this.words = words;
            }

            public String words() {
                return words;
            }
        }

        static FoundPose of(Pose pose) {
            return new FoundPose(pose, null);
        }

        static FoundPose none(Lack lack) {
            return new FoundPose(null, lack);
        }

        /** The 4×4 numbers of a matrix, row by row. */
        static FoundPose of(double[] matrix) {
            double turns = 0;
            for (double number : matrix) {
                if (!Double.isFinite(number)) {
                    return none(Lack.LOST);
                }
            }
            for (int row = 0; row < 3; row++) {
                for (int column = 0; column < 3; column++) {
                    turns += Math.abs(matrix[4 * row + column]);
                }
            }
            if (turns == 0) {
                return none(Lack.LOST);
            }
            return Pose.of(Arrays.stream(matrix).boxed().toList())
                    .map(FoundPose::of)
                    .orElse(none(Lack.NOT_RIGID));
        }

        FoundPose inverted() {
            return pose == null ? this : of(pose.inverse());
        }
    }
}
