package dev.understudy.evaluation;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.frame.PinholeView;
import dev.understudy.dataset.frame.Pose;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.RgbImage;
import java.util.List;
import java.util.Random;

/**
 * An empty room of 4 × 3 × 5 m, seen from inside by a camera that walks and turns: exact depth, and labels of a
 * chequerboard on its walls. Every room has frames {@code 0} to {@code views − 1}, given in a shuffled order.
 */
final class BoxRoom implements FrameSource {
    static final int CLASSES = 5;
    private static final int WIDTH = 48;
    private static final int HEIGHT = 36;
    private static final double[] HALF = {2, 1.5, 2.5};
    private static final double SQUARE = 0.7;

    private final int rooms;
    private final int views;
    private final boolean annotated;

    BoxRoom(int rooms, int views, boolean annotated) {
        this.rooms = rooms;
        this.views = views;
        this.annotated = annotated;
    }

    @Override
    public int size() {
        return rooms * views;
    }

    @Override
    public FrameRecord record(int index) {
        int room = index % rooms;
        int view = (index / rooms * 7 + 3) % views;
        double angle = 0.04 * view + room;
        Pose pose = Pose.of(-0.5 + 0.03 * view, 0.1, -0.4, 0, Math.sin(angle / 2), 0, Math.cos(angle / 2))
                .orElseThrow();
        return FrameRecord.of("room" + room + "/" + view, "rgb.png")
                .depth("depth.png")
                .depthScale(1000.0)
                .segmentation(annotated ? "labels.png" : null)
                .classes(annotated ? "five" : null)
                .scene("room" + room)
                .pose(pose.matrix())
                .intrinsics(new Intrinsics(40, 40, WIDTH / 2.0, HEIGHT / 2.0))
                .build();
    }

    @Override
    public Frame read(int index) {
        FrameRecord record = record(index);
        PinholeView view = PinholeView.of(record, WIDTH, HEIGHT).orElseThrow();
        List<Double> pose = record.pose();
        double[] camera = {pose.get(3), pose.get(7), pose.get(11)};
        float[] metres = new float[WIDTH * HEIGHT];
        byte[] classes = new byte[WIDTH * HEIGHT];
        double[] ray = new double[3];
        for (int pixel = 0; pixel < metres.length; pixel++) {
            view.toWorld(pixel % WIDTH, pixel / WIDTH, 1, ray);
            double nearest = Double.MAX_VALUE;
            for (int axis = 0; axis < 3; axis++) {
                double step = ray[axis] - camera[axis];
                double wall = step > 0 ? HALF[axis] : -HALF[axis];
                nearest = Math.min(nearest, step == 0 ? Double.MAX_VALUE : (wall - camera[axis]) / step);
            }
            metres[pixel] = (float) nearest;
            int squares = 0;
            for (int axis = 0; axis < 3; axis++) {
                double at = camera[axis] + nearest * (ray[axis] - camera[axis]);
                squares += (axis + 1) * (int) Math.floor((at + 10) / SQUARE);
            }
            classes[pixel] = (byte) Math.floorMod(squares, CLASSES);
        }
        return new Frame(
                record,
                new RgbImage(WIDTH, HEIGHT, new byte[3 * WIDTH * HEIGHT]),
                new DepthMap(WIDTH, HEIGHT, metres),
                new LabelMap(WIDTH, HEIGHT, classes),
                null);
    }

    /** The same pixels in any order. */
    static LabelMap shuffled(LabelMap labels, long seed) {
        byte[] classes = labels.classes().clone();
        Random random = new Random(seed);
        for (int i = classes.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            byte kept = classes[i];
            classes[i] = classes[j];
            classes[j] = kept;
        }
        return new LabelMap(labels.width(), labels.height(), classes);
    }
}
