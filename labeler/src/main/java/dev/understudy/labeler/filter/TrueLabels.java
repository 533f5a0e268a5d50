package dev.understudy.labeler.filter;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.image.LabelMap;
import java.util.Arrays;
import java.util.Objects;

/** The frame's true segmentation, wholly believed: what a perfect expert would say, as an upper bound for ablations. */
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
