package dev.understudy.labeler.filter;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.image.LabelMap;
import java.util.Objects;

/**
 * Drops exactly the answers that are wrong: what a perfect filter would do, as an upper bound for ablations. Where the truth
 * names no class no answer can be right.
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
}
