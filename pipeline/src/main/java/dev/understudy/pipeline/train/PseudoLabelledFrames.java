package dev.understudy.pipeline.train;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.store.PseudoLabel;
import dev.understudy.labeler.filter.FilteredStore;
import dev.understudy.trainer.data.TrainingFrame;
import dev.understudy.trainer.data.TrainingSet;

/**
 * Frames whose segmentation is what a policy makes of a store's evidence, decided when a frame is read. Depth and normals
 * are the frame's own.
 *
 * @param frames all of them in the store
 */
public record PseudoLabelledFrames(FrameSource frames, FilteredStore labels) implements TrainingSet {
    @Override
    public int size() {
        return frames.size();
    }

    @Override
    public TrainingFrame get(int index) {
        Frame frame = frames.read(index);
        PseudoLabel label = labels.get(frame);
        return new TrainingFrame(
                frame.id(), frame.rgb(), label.labels(), label.weight(), frame.depth(), frame.normals());
    }
}
