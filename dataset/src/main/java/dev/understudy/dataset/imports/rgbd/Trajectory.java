package dev.understudy.dataset.imports.rgbd;

import dev.understudy.dataset.imports.SourceTree;
import dev.understudy.dataset.imports.TextNumbers;
import dev.understudy.files.DataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a camera was at which time: lines of {@code <seconds> tx ty tz qx qy qz qw}, camera to world. A line with numbers that
 * are not finite, or whose rotation has no length, says that the camera's place was not known then.
 */
final class Trajectory {
    /** Of a sequence without a file. */
    static final Trajectory NONE = new Trajectory(List.of());

    private final List<double[]> lines;
    private final List<TimedFile> times = new ArrayList<>();

    /**
     * What a trajectory says of a moment.
     *
     * @param pose a 4×4 matrix row by row; null if it says none
     * @param isLost whether it says that there is none
     */
    record Found(@Nullable List<Double> pose, boolean isLost) {
        private static final Found NOTHING = new Found(null, false);
    }

    private Trajectory(List<double[]> lines) {
        this.lines = lines;
        lines.forEach(line -> times.add(new TimedFile(line[0], "")));
    }

    /** @throws DataException if a line has another number of numbers */
    static Trajectory read(SourceTree tree, String path) {
        List<double[]> lines = new ArrayList<>();
        for (String line : tree.lines(path)) {
            double[] numbers = TextNumbers.parse(tree, path, line.split("[\\s,]+"), 0);
            if (numbers.length != 8) {
                throw new DataException(tree.resolve(path) + ": found a line of " + numbers.length
                        + " numbers, expected <seconds> tx ty tz qx qy qz qw; correct the file");
            }
            // A line of no time belongs to no frame
            if (Double.isFinite(numbers[0])) {
                lines.add(numbers);
            }
        }
        lines.sort(Comparator.comparingDouble(line -> line[0]));
        return new Trajectory(lines);
    }

    /** By the line nearest to a time, if it is within {@code maxGap} seconds. */
    Found at(double seconds, double maxGap) {
        if (times.isEmpty()) {
            return Found.NOTHING;
        }
        double[] line = lines.get(NearestInTime.nearest(times, seconds));
        if (!(Math.abs(line[0] - seconds) <= maxGap)) {
            return Found.NOTHING;
        }
        double length = Math.sqrt(line[4] * line[4] + line[5] * line[5] + line[6] * line[6] + line[7] * line[7]);
        boolean known = Arrays.stream(line).allMatch(Double::isFinite) && length > 0 && Double.isFinite(length);
        return known ? new Found(matrix(line, length), false) : new Found(null, true);
    }

    private static List<Double> matrix(double[] line, double length) {
        double x = line[4] / length;
        double y = line[5] / length;
        double z = line[6] / length;
        double w = line[7] / length;
        return List.of(
                1 - 2 * (y * y + z * z),
                2 * (x * y - z * w),
                2 * (x * z + y * w),
                line[1],
                2 * (x * y + z * w),
                1 - 2 * (x * x + z * z),
                2 * (y * z - x * w),
                line[2],
                2 * (x * z - y * w),
                2 * (y * z + x * w),
                1 - 2 * (x * x + y * y),
                line[3],
                0.0,
                0.0,
                0.0,
                1.0);
    }
}
