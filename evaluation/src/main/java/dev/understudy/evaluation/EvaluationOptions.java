package dev.understudy.evaluation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is scored, and by which rules.
 *
 * @param classSpace name of the class space that truth must be in; null to score no segmentation
 * @param classNames in index order; empty to score no segmentation
 * @param depthRange null to score no depth
 * @param normals whether to score normals
 * @param sequences whether to score how steady predictions stay along the frames of a scene; frames are then taken
 *     scene by scene in the order of time, and some are kept in memory
 */
public record EvaluationOptions(
        @Nullable String classSpace,
        List<String> classNames,
        AbsentClasses absentClasses,
        @Nullable DepthRange depthRange,
        boolean normals,
        boolean sequences) {
    public EvaluationOptions {
        classNames = List.copyOf(classNames);
        if ((classSpace == null) != classNames.isEmpty()) {
            throw new IllegalArgumentException("class space " + classSpace + " with " + classNames.size() + " classes");
        }
    }

    /** Everything that the predictor does and the truth has, but sequences. */
    public static EvaluationOptions of(String classSpace, List<String> classNames, DepthRange depthRange) {
        return new EvaluationOptions(classSpace, classNames, AbsentClasses.LEFT_OUT, depthRange, true, false);
    }

    public EvaluationOptions withSequences(boolean asked) {
        return new EvaluationOptions(classSpace, classNames, absentClasses, depthRange, normals, asked);
    }

    /** What a class that the truth does not have anywhere does to a mean over classes. */
    public enum AbsentClasses {
        /** It is no part of the mean: there was nothing to find. */
        LEFT_OUT,
        /**
         * It counts: as 1 if it is not predicted either, as 0 if it is, as in some authors' code; raises the mean of
         * small
         * sets.
         */
        COUNT_AS_ONE
    }

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
}
