package dev.understudy.pipeline.train;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.frame.PinholeView;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.NormalMap;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.trainer.data.CropSize;
import dev.understudy.trainer.data.TrainingFrame;
import dev.understudy.trainer.data.TrainingFrameBuilder;
import dev.understudy.trainer.data.TrainingSet;
import java.util.Arrays;
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

    /**
     * From one size of pictures to another. Colours are means over what a new pixel covers, so that fine texture does
     * not turn into noise; all else is taken from the pixel in its middle, because a mean of two classes or depths is
     * neither. Where a picture grows each pixel is repeated. Immutable; safe for several threads.
     */
    static final class Shrinking {
        private final int fromWidth;
        private final int fromHeight;
        private final int width;
        private final int height;

        public Shrinking(int fromWidth, int fromHeight, int width, int height) {
            this.fromWidth = fromWidth;
            this.fromHeight = fromHeight;
            this.width = width;
            this.height = height;
        }

        /** Where pixel {@code i} of {@code to} begins among {@code from}. */
        private static int start(int i, int from, int to) {
            return (int) ((long) i * from / to);
        }

        /** The first after the pixel; at least one is covered. */
        private static int end(int i, int from, int to) {
            return Math.max(start(i, from, to) + 1, start(i + 1, from, to));
        }

        /** For each new pixel the index of the old one in its middle. */
        public int[] middles() {
            int[] middles = new int[width * height];
            for (int y = 0, i = 0; y < height; y++) {
                int row = (start(y, fromHeight, height) + end(y, fromHeight, height)) / 2;
                for (int x = 0; x < width; x++, i++) {
                    int column = (start(x, fromWidth, width) + end(x, fromWidth, width)) / 2;
                    middles[i] = Math.min(row, fromHeight - 1) * fromWidth + Math.min(column, fromWidth - 1);
                }
            }
            return middles;
        }

        public RgbImage picture(RgbImage image) {
            byte[] rgb = new byte[3 * width * height];
            int[] sums = new int[3];
            for (int y = 0, i = 0; y < height; y++) {
                int top = start(y, fromHeight, height);
                int bottom = end(y, fromHeight, height);
                for (int x = 0; x < width; x++, i++) {
                    int left = start(x, fromWidth, width);
                    int right = end(x, fromWidth, width);
                    Arrays.fill(sums, 0);
                    for (int row = top; row < bottom; row++) {
                        for (int at = 3 * (row * fromWidth + left); at < 3 * (row * fromWidth + right); at += 3) {
                            sums[0] += image.rgb()[at] & 0xFF;
                            sums[1] += image.rgb()[at + 1] & 0xFF;
                            sums[2] += image.rgb()[at + 2] & 0xFF;
                        }
                    }
                    int pixels = (bottom - top) * (right - left);
                    for (int c = 0; c < 3; c++) {
                        rgb[3 * i + c] = (byte) ((sums[c] + pixels / 2) / pixels);
                    }
                }
            }
            return new RgbImage(width, height, rgb);
        }

        public LabelMap labels(LabelMap map, int[] middles) {
            byte[] classes = new byte[middles.length];
            for (int i = 0; i < middles.length; i++) {
                classes[i] = map.classes()[middles[i]];
            }
            return new LabelMap(width, height, classes);
        }

        public DepthMap depth(DepthMap map, int[] middles) {
            return new DepthMap(width, height, take(map.metres(), middles, 1));
        }

        public NormalMap normals(NormalMap map, int[] middles) {
            return new NormalMap(width, height, take(map.xyz(), middles, 3));
        }

        /** Of a map of several numbers a pixel those of the middles. */
        public static float[] take(float[] map, int[] middles, int channels) {
            float[] taken = new float[channels * middles.length];
            for (int i = 0; i < middles.length; i++) {
                System.arraycopy(map, channels * middles[i], taken, channels * i, channels);
            }
            return taken;
        }
    }
}
