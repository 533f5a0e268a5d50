package dev.understudy.trainer;

import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.frame.PinholeView;
import dev.understudy.dataset.frame.Pose;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.trainer.data.TrainingFrame;
import dev.understudy.trainer.data.TrainingFrameBuilder;
import dev.understudy.trainer.data.TrainingSet;

/**
 * Frames of a slanted wall along which a camera walks, a quarter of a metre a frame and turning a little; the last
 * frame has no partner. A wall's colour tells where on it one looks: red grows to the right, green downwards.
 */
public record Walk(int size, int width, int height) implements TrainingSet {
    @Override
    public int partner(int index) {
        return index + 1 < size ? index + 1 : -1;
    }

    /** The wall is z = 3 + 0.2·x. */
    @Override
    public TrainingFrame get(int index) {
        double turn = 0.03 * index;
        double c = Math.cos(turn);
        double s = Math.sin(turn);
        Pose pose = new Pose(c, 0, s, 0.25 * index - 0.5, 0, 1, 0, 0.02 * index, -s, 0, c, -0.1 * index);
        Intrinsics lens = new Intrinsics(0.9 * width, 0.9 * width, width / 2.0, height / 2.0);
        byte[] rgb = new byte[3 * width * height];
        byte[] classes = new byte[width * height];
        float[] depth = new float[width * height];
        for (int i = 0; i < depth.length; i++) {
            double u = (i % width - lens.cx()) / lens.fx();
            double v = (i / width - lens.cy()) / lens.fy();
            double dx = pose.xx() * u + pose.xz();
            double dz = pose.zx() * u + pose.zz();
            double metres = (3 + 0.2 * pose.tx() - pose.tz()) / (dz - 0.2 * dx);
            double x = pose.tx() + metres * dx;
            double y = pose.ty() + metres * v;
            depth[i] = (float) metres;
            rgb[3 * i] = (byte) Math.round(100 + 30 * x);
            rgb[3 * i + 1] = (byte) Math.round(100 + 30 * y);
            rgb[3 * i + 2] = 100;
            classes[i] = (byte) (x > 0 ? 1 : 0);
        }
        DepthMap map = new DepthMap(width, height, depth);
        return TrainingFrameBuilder.builder()
                .id("walk/" + index)
                .rgb(new RgbImage(width, height, rgb))
                .segmentation(new LabelMap(width, height, classes))
                .depth(map)
                .build()
                .withView(new TrainingFrame.SceneView("walk", new PinholeView(pose, lens, width, height), map));
    }
}
