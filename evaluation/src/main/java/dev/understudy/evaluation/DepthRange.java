package dev.understudy.evaluation;

/**
 * The depths that a data set is scored on, in metres.
 *
 * @param minimum truth at or below it is not scored; 0 also stands for "not measured"
 * @param maximum truth above it is not scored
 */
public record DepthRange(double minimum, double maximum) {
    public static final DepthRange NYUD = new DepthRange(0, 10);
    public static final DepthRange KITTI = new DepthRange(0, 80);

    public DepthRange {
        if (!(minimum >= 0 && maximum > minimum && Double.isFinite(maximum))) {
            throw new IllegalArgumentException(
                    "depths from " + minimum + " to " + maximum + " m, expected 0 ≤ minimum < maximum");
        }
    }

    boolean holds(double metres) {
        return metres > minimum && metres <= maximum;
    }
}
