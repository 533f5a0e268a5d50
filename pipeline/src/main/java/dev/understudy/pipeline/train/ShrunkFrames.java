package dev.understudy.pipeline.train;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.image.Shrinking;
import dev.understudy.trainer.data.CropSize;
import dev.understudy.trainer.data.TrainingFrame;
import dev.understudy.trainer.data.TrainingSet;

/**
 * Frames of one size, with their annotation. Depth stays what it is: the camera sees the same, with fewer pixels. A frame's
 * record says nothing of its camera, which is another one now.
 *
 * @param to their size, whatever their shape was
 */
record ShrunkFrames(FrameSource frames, CropSize to) implements FrameSource {
    @Override
    public int size() {
        return frames.size();
    }

    @Override
    public FrameRecord record(int index) {
        return frames.record(index).with(record -> record.intrinsics(null));
    }

    @Override
    public Frame read(int index) {
        Frame frame = frames.read(index);
        Shrinking shrinking = shrinking(frame.width(), frame.height(), to);
        int[] middles = shrinking.middles();
        return new Frame(
                record(index),
                shrinking.picture(frame.rgb()),
                frame.depth() == null ? null : shrinking.depth(frame.depth(), middles),
                frame.segmentation() == null ? null : shrinking.labels(frame.segmentation(), middles),
                frame.normals() == null ? null : shrinking.normals(frame.normals(), middles));
    }

    private static Shrinking shrinking(int width, int height, CropSize to) {
        return new Shrinking(width, height, to.width(), to.height());
    }

    /** The same of frames to learn from, after a policy has judged their labels as they were. */
    record Learnt(TrainingSet frames, CropSize to) implements TrainingSet {
        @Override
        public int size() {
            return frames.size();
        }

        @Override
        public TrainingFrame get(int index) {
            TrainingFrame frame = frames.get(index);
            Shrinking shrinking = shrinking(frame.rgb().width(), frame.rgb().height(), to);
            int[] middles = shrinking.middles();
            float[] weight = frame.segmentationWeight();
            return new TrainingFrame(
                    frame.id(),
                    shrinking.picture(frame.rgb()),
                    frame.segmentation() == null ? null : shrinking.labels(frame.segmentation(), middles),
                    weight == null ? null : Shrinking.take(weight, middles, 1),
                    frame.soft() == null ? null : frame.soft().take(middles),
                    frame.depth() == null ? null : shrinking.depth(frame.depth(), middles),
                    frame.normals() == null ? null : shrinking.normals(frame.normals(), middles));
        }
    }
}
