package dev.understudy.labeler.filter;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.labeler.filter.Judgement.LabelJudge;
import java.util.Arrays;
import java.util.Objects;

/**
 * Drops exactly the answers that are wrong: what a perfect filter would do, as an upper bound for ablations. Where the
 * truth names no class no answer can be right.
 *
 * @param judged gives the answers; its weights count no more
 */
public record OracleFilter(LabelJudge judged) implements LabelJudge {
    /** @param frame with its true segmentation */
    @Override
    public Judgement judge(Frame frame) {
        Judgement judgement = judged.judge(frame);
        LabelMap truth = Objects.requireNonNull(frame.segmentation(), frame.id());
        float[] weight = new float[judgement.pixels()];
        for (int pixel = 0; pixel < weight.length; pixel++) {
            byte answer = judgement.classes()[pixel];
            weight[pixel] = answer != (byte) LabelMap.IGNORE && answer == truth.classes()[pixel] ? 1 : 0;
        }
        return new Judgement(
                judgement.width(), judgement.height(), judgement.classes(), judgement.confidence(), weight);
    }

    /**
     * The frame's true segmentation, wholly believed: what a perfect expert would say, as an upper bound for ablations.
     */
    public record TrueLabels() implements LabelJudge {
        /** @param frame with its true segmentation */
        @Override
        public Judgement judge(Frame frame) {
            LabelMap truth = Objects.requireNonNull(frame.segmentation(), frame.id());
            float[] confidence = new float[truth.classes().length];
            Arrays.fill(confidence, 1);
            float[] weight = new float[confidence.length];
            for (int pixel = 0; pixel < weight.length; pixel++) {
                weight[pixel] = truth.classAt(pixel) == LabelMap.IGNORE ? 0 : 1;
            }
            return new Judgement(truth.width(), truth.height(), truth.classes(), confidence, weight);
        }
    }
}
