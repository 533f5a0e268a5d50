package dev.understudy.pipeline.ablate;

import dev.understudy.evaluation.ClassCounts;
import dev.understudy.evaluation.ConfidenceTable.ReliabilityBin;
import dev.understudy.evaluation.PairedBootstrap;
import dev.understudy.evaluation.PairedBootstrap.Interval;
import dev.understudy.evaluation.RiskCoverage;
import dev.understudy.evaluation.ScenePairs;
import dev.understudy.evaluation.SegmentationMetrics;
import dev.understudy.labeler.filter.PolicyScores;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What one choice of labels is worth before anything is trained. Shares are 0–1; all but the kept share are NaN where
 * no truth is known.
 *
 * @param labels name of the choice
 * @param drops whether it drops any label, and {@code weighs} whether any counts in part
 * @param keptShare pixels whose label is kept
 * @param keptAccuracy of these that are right
 * @param keptMeanIou of these
 * @param answerAccuracy of all answers, were nothing dropped
 * @param area AURC: under the risk–coverage curve
 * @param wrongAt80 share of wrong labels among the best 80 % of the answers
 * @param calibrationError ECE over 15 bins of the choice's own confidence
 * @param keptIou by class, of the classes that the kept labels or the truth under them have
 * @param classes of the labels' class space
 * @param neverSaid names of the classes that the expert cannot say; empty if it can say all
 * @param knownAccuracy of the kept labels whose truth is a class that it can say; NaN if it can say all
 * @param knownMeanIou of the kept labels, over these classes; NaN if it can say all
 * @param curve risk by coverage
 * @param reliability bins that have pixels
 * @param gain of the mean IoU of the kept labels over those of the baseline, with its interval over scenes; null where
 *     there is nothing to compare
 */
@RecordBuilder
public record LabelScores(
        String labels,
        boolean drops,
        boolean weighs,
        double keptShare,
        double keptAccuracy,
        double keptMeanIou,
        double answerAccuracy,
        double area,
        double wrongAt80,
        double calibrationError,
        Map<String, Double> keptIou,
        int classes,
        List<String> neverSaid,
        double knownAccuracy,
        double knownMeanIou,
        List<RiskCoverage.Point> curve,
        List<ReliabilityBin> reliability,
        @Nullable Interval gain)
        implements LabelScoresBuilder.With {
    private static final int CURVE_POINTS = 50;
    private static final double COVERAGE = 0.8;

    /** @param neverSaid those of {@code classNames} that the expert cannot say */
    public static LabelScores of(String labels, PolicyScores scores, List<String> classNames, List<String> neverSaid) {
        boolean known = scores.kept().annotated() > 0;
        return new LabelScores(
                labels,
                scores.drops(),
                scores.weighs(),
                scores.keptShare(),
                scores.keptAccuracy(),
                scores.keptMeanIou(),
                scores.answerAccuracy(),
                scores.area(),
                scores.risk(COVERAGE),
                scores.reliability().calibrationError(),
                iou(scores.kept(), classNames),
                classNames.size(),
                neverSaid,
                neverSaid.isEmpty() ? Double.NaN : scores.kept().pixelAccuracyOf(known(classNames, neverSaid)),
                neverSaid.isEmpty() ? Double.NaN : scores.kept().meanIouOf(known(classNames, neverSaid)),
                known ? scores.ranking().curve(CURVE_POINTS) : List.of(),
                scores.reliability().reliability().stream()
                        .filter(bin -> bin.pixels() > 0)
                        .toList(),
                null);
    }

    /** As {@link #of} with what the choice gains over another one on the same frames, scene by scene. */
    public LabelScores over(PolicyScores baseline, PolicyScores scores) {
        ScenePairs pairs = ScenePairs.of(SegmentationMetrics.MIOU, baseline.sums(), scores.sums());
        return pairs.scenes() == 0 ? this : withGain(PairedBootstrap.DEFAULT.interval(pairs));
    }

    private static int[] known(List<String> classNames, List<String> neverSaid) {
        return IntStream.range(0, classNames.size())
                .filter(index -> !neverSaid.contains(classNames.get(index)))
                .toArray();
    }

    private static Map<String, Double> iou(ClassCounts counts, List<String> classNames) {
        Map<String, Double> iou = new TreeMap<>();
        for (int index = 0; index < classNames.size(); index++) {
            if (!Double.isNaN(counts.iou(index))) {
                iou.put(classNames.get(index), counts.iou(index));
            }
        }
        return iou;
    }
}
