package dev.understudy.pipeline.train;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.frame.PinholeView;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.Shrinking;
import dev.understudy.trainer.data.CropSize;
import dev.understudy.trainer.data.TrainingFrame;
import dev.understudy.trainer.data.TrainingFrameBuilder;
import dev.understudy.trainer.data.TrainingSet;
import org.jspecify.annotations.Nullable;

/**
 * Frames of one size, with their annotation. Depth stays what it is: the camera sees the same, with fewer pixels. A
 * frame's record says nothing of its camera, which is another one now.
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
    record Learnt(TrainingSet frames, CropSize to) implements TrainingSet.Wrapper {
        @Override
        public TrainingFrame get(int index) {
            TrainingFrame frame = frames.get(index);
            Shrinking shrinking = shrinking(frame.rgb().width(), frame.rgb().height(), to);
            int[] middles = shrinking.middles();
            float[] weight = frame.segmentationWeight();
            DepthMap depth = frame.depth() == null ? null : shrinking.depth(frame.depth(), middles);
            return TrainingFrameBuilder.builder()
                    .id(frame.id())
                    .rgb(shrinking.picture(frame.rgb()))
                    .segmentation(frame.segmentation() == null ? null : shrinking.labels(frame.segmentation(), middles))
                    .segmentationWeight(weight == null ? null : Shrinking.take(weight, middles, 1))
                    .soft(frame.soft() == null ? null : frame.soft().take(middles))
                    .depth(depth)
                    .normals(frame.normals() == null ? null : shrinking.normals(frame.normals(), middles))
                    .view(frame.view() == null ? null : view(frame, depth, shrinking))
                    .build();
        }

        /** The camera sees the same, with fewer pixels. */
        private TrainingFrame.SceneView view(TrainingFrame frame, @Nullable DepthMap shrunk, Shrinking shrinking) {
            TrainingFrame.SceneView view = frame.view();
            PinholeView camera = view.camera();
            Intrinsics lens = camera.intrinsics();
            double x = (double) to.width() / camera.width();
            double y = (double) to.height() / camera.height();
            Intrinsics smaller = new Intrinsics(
                    x * lens.fx(), y * lens.fy(), x * (lens.cx() + 0.5) - 0.5, y * (lens.cy() + 0.5) - 0.5);
            DepthMap depth = shrunk != null && view.depth() == frame.depth()
                    ? shrunk
                    : shrinking.depth(view.depth(), shrinking.middles());
            return new TrainingFrame.SceneView(
                    view.scene(), new PinholeView(camera.pose(), smaller, to.width(), to.height()), depth);
        }
    }
}
