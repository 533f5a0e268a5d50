package dev.understudy.labeler.repair;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.evaluation.RiskCoverage;
import dev.understudy.labeler.repair.RepairModel.RepairMethod;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How right a method's labels of the annotated frames are, each frame answered by what the frames of other scenes
 * taught. A pixel without a label counts as wrong.
 *
 * @param method its key
 * @param right share of the annotated pixels, 0–1
 * @param meanIou over the classes that the annotation has
 * @param area under the risk–coverage curve of the labels by their probability
 * @param wrongAt80 share wrong among the surest 80 %
 * @param iou by class; null for classes that the annotation does not have
 */
public record RepairScore(
        String method, double right, double meanIou, double area, double wrongAt80, List<@Nullable Double> iou) {

    /**
     * Mean IoUs that differ by less are told apart by the ranking of the labels, in which all pixels have a say: a
     * class that only a frame or two of few have moves the mean by as much.
     */
    static final double ALIKE = 0.005;

    /**
     * The method to adopt: of those that raise the expert's mean IoU and do not lower its share of right pixels the one
     * of the highest mean IoU, or one that is {@link #ALIKE} and has less area under the risk–coverage curve.
     *
     * @param scores the expert's first
     * @return the expert's if no method is better
     */
    static RepairScore best(List<RepairScore> scores) {
        RepairScore expert = scores.get(0);
        List<RepairScore> better = scores.stream()
                .filter(score -> score.right >= expert.right && score.meanIou > expert.meanIou)
                .toList();
        double highest = better.stream().mapToDouble(RepairScore::meanIou).max().orElse(expert.meanIou);
        return better.stream()
                .filter(score -> score.meanIou > highest - ALIKE)
                .min(Comparator.comparingDouble(RepairScore::area))
                .orElse(expert);
    }

    /** Whole counts; {@link #merge} in any order gives the same. Not safe for several threads. */
    static final class Tally {
        private final long[] found;
        private final long[] predicted;
        private final long[] truth;
        private final RiskCoverage ranking = new RiskCoverage();

        Tally(int classes) {
            found = new long[classes];
            predicted = new long[classes];
            truth = new long[classes];
        }

        /** Of one frame: all pixels whose true class is one of the first {@code classes}. */
        static Tally of(int classes, LabelMap truth, SegmentationEvidence evidence) {
            Tally tally = new Tally(classes);
            for (int pixel = 0; pixel < truth.classes().length; pixel++) {
                int actual = truth.classAt(pixel);
                if (actual < classes) {
                    tally.add(actual, evidence.classes()[pixel] & 0xFF, evidence.probability()[pixel] & 0xFF);
                }
            }
            return tally;
        }

        /** @param level of the label's probability, 0–255 */
        void add(int actual, int label, int level) {
            truth[actual]++;
            if (label < predicted.length) {
                predicted[label]++;
            }
            if (label == actual) {
                found[actual]++;
            }
            ranking.add(1, level / 255.0, label == actual);
        }

        void merge(Tally other) {
            for (int i = 0; i < found.length; i++) {
                found[i] += other.found[i];
                predicted[i] += other.predicted[i];
                truth[i] += other.truth[i];
            }
            ranking.merge(other.ranking);
        }

        RepairScore score(RepairMethod method) {
            List<@Nullable Double> iou = new ArrayList<>();
            long right = 0;
            long pixels = 0;
            double sum = 0;
            int present = 0;
            for (int i = 0; i < found.length; i++) {
                right += found[i];
                pixels += truth[i];
                double own = (double) found[i] / (truth[i] + predicted[i] - found[i]);
                iou.add(truth[i] == 0 ? null : own);
                sum += truth[i] == 0 ? 0 : own;
                present += truth[i] == 0 ? 0 : 1;
            }
            return new RepairScore(
                    method.key(), (double) right / pixels, sum / present, ranking.area(), ranking.risk(0.8), iou);
        }
    }
}
