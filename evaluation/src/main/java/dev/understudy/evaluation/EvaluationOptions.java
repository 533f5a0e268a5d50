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
}
