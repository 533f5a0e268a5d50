package dev.understudy.pipeline.train;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.labeler.filter.Judgement;
import dev.understudy.labeler.filter.Judgement.LabelJudge;
import dev.understudy.trainer.data.TrainingFrame;
import dev.understudy.trainer.data.TrainingFrameBuilder;
import dev.understudy.trainer.data.TrainingSet;
import org.jspecify.annotations.Nullable;

/**
 * Frames whose segmentation is what a judge makes of an expert's answers, decided when a frame is read. Depth and
 * normals are the frame's own. What is dropped is handed over with weight 0, so that a loss may count it among the
 * labelled pixels or not.
 *
 * @param soft what else the labels may be; null = they are taught as they are
 */
record PseudoLabelledFrames(
        FrameSource frames, LabelJudge labels, @Nullable StoredProbabilities soft, Partners partners)
        implements TrainingSet {
    @Override
    public int size() {
        return frames.size();
    }

    @Override
    public TrainingFrame get(int index) {
        Frame frame = frames.read(index);
        Judgement judgement = labels.judge(frame);
        LabelMap answers = new LabelMap(frame.width(), frame.height(), judgement.classes());
        return TrainingFrameBuilder.builder()
                .id(frame.id())
                .rgb(frame.rgb())
                .segmentation(answers)
                .segmentationWeight(judgement.weight())
                .soft(soft == null ? null : soft.of(frame, judgement))
                .depth(frame.depth())
                .normals(frame.normals())
                .view(partners.view(frame))
                .build();
    }

    @Override
    public int partner(int index) {
        return partners.of(index);
    }
}
