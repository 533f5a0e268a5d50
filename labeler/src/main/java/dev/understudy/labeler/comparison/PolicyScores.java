package dev.understudy.labeler.comparison;

import dev.understudy.evaluation.AbsentClasses;
import dev.understudy.evaluation.ConfusionMatrix;
import dev.understudy.evaluation.confidence.RiskCoverage;

/**
 * What one policy made of frames with truth: sums, to be merged and divided once. Not safe for several threads.
 *
 * <p>The ranking is of all pixels that have a truth and an answer, dropped ones included with the answer they would have had:
 * by weight, then by the judgement's confidence. For a policy that only keeps and drops by confidence that is the ranking by
 * confidence, whatever its threshold.
 *
 * @param kept of labels with weight above 0, unweighted
 * @param answered of all answers, as if nothing were dropped
 * @param ranking of all answers
 */
public record PolicyScores(ConfusionMatrix kept, ConfusionMatrix answered, RiskCoverage ranking) {
    PolicyScores(int classes) {
        this(new ConfusionMatrix(classes), new ConfusionMatrix(classes), new RiskCoverage());
    }

    void merge(PolicyScores other) {
        kept.merge(other.kept);
        answered.merge(other.answered);
        ranking.merge(other.ranking);
    }

    /** Share of the pixels with truth whose label is kept, 0–1. */
    public double keptShare() {
        return kept.coverage();
    }

    /** Share of the kept labels that is right, 0–1; NaN when nothing is kept. */
    public double keptAccuracy() {
        return kept.pixelAccuracy();
    }

    /** Of the kept labels; classes that neither they nor the truth under them have are left out. */
    public double keptMeanIou() {
        return kept.meanIou(AbsentClasses.LEFT_OUT);
    }

    /** Share of all answers that is right, were nothing dropped: more than the expert's own only if labels were repaired. */
    public double answerAccuracy() {
        return answered.pixelAccuracy();
    }

    /** Area under the risk–coverage curve; smaller is better. */
    public double area() {
        return ranking.area();
    }

    /** Share of wrong labels among the best {@code coverage} of the answers. */
    public double risk(double coverage) {
        return ranking.risk(coverage);
    }
}
