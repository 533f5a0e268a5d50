package dev.understudy.evaluation;

import dev.understudy.dataset.frame.Reprojection;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.evaluation.Metric.Direction;
import dev.understudy.evaluation.Metric.Unit;
import dev.understudy.evaluation.Metric.Use;
import dev.understudy.evaluation.MetricFamily.SequenceMetricFamily;
import dev.understudy.evaluation.MetricFamily.SequenceMetricFamily.Answered;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a surface keeps its label from view to view. Pixels are followed by measured depth and pose to the pixel of
 * the other frame that sees the same surface; no optical flow. Where truth is known, only pixels whose truth stays are
 * counted, so that an edge that falls between two pixels is not held against anybody.
 *
 * <p>Label flicker: of the pixels that the frame before sees too, the share whose label is another there. VCₙ (Miao et
 * al., VSPW, CVPR 2021): of the pixels that are seen and whose truth stays over n frames in a row, the share that is
 * right in all of them.
 */
public final class LabelSteadiness implements SequenceMetricFamily {
    static final String KEY = "label-steadiness";

    private static final int[] CLIPS = {8, 16};
    private static final int SEEN = 0;
    private static final int CHANGED = 1;
    /**
     * The first of two for each of {@link #CLIPS}: pixels seen in all its frames, and those of them that are always
     * right.
     */
    private static final int CLIP = 2;

    private static final int SUMS = CLIP + 2 * CLIPS.length;

    /** Share of the pixels that two frames in a row see whose label changes. */
    public static final Metric FLICKER = new Metric(
            KEY,
            new Metric.Names("label-flicker", "label flicker", "labelFlicker"),
            Unit.SHARE,
            Direction.LOWER,
            Set.of(Use.COMPARISON, Use.VALIDATION),
            (sums, scope) -> sums[CHANGED] / sums[SEEN]);

    /** Of the pixels seen in eight frames in a row, the share right in all. */
    public static final Metric VC8 = consistency(0);
    /** The same for sixteen frames. */
    public static final Metric VC16 = consistency(1);

    private static Metric consistency(int clip) {
        return new Metric(
                KEY,
                new Metric.Names("vc" + CLIPS[clip], "VC" + CLIPS[clip], "vc" + CLIPS[clip]),
                Unit.SHARE,
                Direction.HIGHER,
                Set.of(Use.COMPARISON, Use.VALIDATION),
                (sums, scope) -> sums[CLIP + 2 * clip + 1] / sums[CLIP + 2 * clip]);
    }

    @Override
    public String key() {
        return KEY;
    }

    @Override
    public Task task() {
        return Task.SEGMENTATION;
    }

    @Override
    public List<Metric> metrics() {
        return List.of(FLICKER, VC8, VC16);
    }

    @Override
    public boolean isAskedFor(EvaluationOptions options) {
        return options.sequences() && !options.classNames().isEmpty();
    }

    @Override
    public int reach() {
        return CLIPS[CLIPS.length - 1] - 1;
    }

    @Override
    public double @Nullable [] count(Answered frame, List<Answered> earlier, EvaluationOptions options) {
        if (frame.prediction().segmentation() == null || earlier.isEmpty()) {
            return null;
        }
        double[] sums = new double[SUMS];
        countChanges(frame, earlier.get(0), sums);
        if (frame.frame().segmentation() != null && earlier.size() >= CLIPS[0] - 1) {
            countClips(frame, earlier, sums);
        }
        return sums;
    }

    private static void countChanges(Answered frame, Answered before, double[] sums) {
        Step step = new Step(frame, before);
        for (int pixel = 0; pixel < step.pixels(); pixel++) {
            int other = step.follow(pixel);
            if (other >= 0) {
                sums[SEEN]++;
                sums[CHANGED] += step.predicted.classAt(pixel) == step.predictedThere.classAt(other) ? 0 : 1;
            }
        }
    }

    private static void countClips(Answered frame, List<Answered> earlier, double[] sums) {
        LabelMap truth = frame.frame().segmentation();
        LabelMap predicted = frame.prediction().segmentation();
        int pixels = frame.frame().width() * frame.frame().height();
        int[] seen = new int[pixels];
        boolean[] right = new boolean[pixels];
        int left = 0;
        for (int pixel = 0; pixel < pixels; pixel++) {
            if (truth.classAt(pixel) != LabelMap.IGNORE) {
                seen[left] = pixel;
                right[left++] = predicted.classAt(pixel) == truth.classAt(pixel);
            }
        }
        int clip = 0;
        for (int back = 0; back < earlier.size() && left > 0; back++) {
            Step step = new Step(frame, earlier.get(back));
            int kept = 0;
            for (int i = 0; i < left; i++) {
                int other = step.truthThere == null ? -1 : step.follow(seen[i]);
                if (other >= 0) {
                    seen[kept] = seen[i];
                    right[kept++] = right[i] && step.predictedThere.classAt(other) == step.truthThere.classAt(other);
                }
            }
            left = kept;
            if (back + 2 == CLIPS[clip]) {
                sums[CLIP + 2 * clip] = left;
                for (int i = 0; i < left; i++) {
                    sums[CLIP + 2 * clip + 1] += right[i] ? 1 : 0;
                }
                clip++;
            }
        }
    }

    @Override
    public double pixels(double[] sums) {
        return sums[SEEN];
    }

    /** From a frame to an earlier one. */
    private static final class Step {
        private final @Nullable Reprojection views;
        private final Reprojection.Place place = new Reprojection.Place();
        private final LabelMap predicted;
        private final @Nullable LabelMap predictedThere;
        private final @Nullable LabelMap truth;
        private final @Nullable LabelMap truthThere;

        Step(Answered frame, Answered earlier) {
            this.views = Reprojection.between(frame.frame(), earlier.frame()).orElse(null);
            this.predicted = frame.prediction().segmentation();
            this.predictedThere = earlier.prediction().segmentation();
            this.truth = frame.frame().segmentation();
            this.truthThere = earlier.frame().segmentation();
        }

        int pixels() {
            return views == null || predictedThere == null ? 0 : predicted.classes().length;
        }

        /** The earlier frame's pixel that sees the same, has a label, and the same truth; −1 if there is none. */
        int follow(int pixel) {
            if (predicted.classAt(pixel) == LabelMap.IGNORE || pixels() == 0 || !views.look(pixel, place)) {
                return -1;
            }
            int other = place.nearest(predictedThere.width());
            boolean stays = truth == null
                    || truthThere == null
                    || truth.classAt(pixel) == truthThere.classAt(other) && truth.classAt(pixel) != LabelMap.IGNORE;
            return stays && predictedThere.classAt(other) != LabelMap.IGNORE ? other : -1;
        }
    }
}
