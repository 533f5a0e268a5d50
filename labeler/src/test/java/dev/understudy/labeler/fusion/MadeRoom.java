package dev.understudy.labeler.fusion;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.frame.PinholeView;
import dev.understudy.dataset.frame.Pose;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.DataException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * An empty room of 4 × 4 × 2.5 m with a box in it, looked at from its middle in many directions. Each side of the room
 * is of another class, the box too; the expert is right on 70 % of blocks of pixels, otherwise it names any class. All
 * is drawn from the seed.
 */
final class MadeRoom extends MadeScene {
    static final int WIDTH = 48;
    static final int HEIGHT = 36;
    static final int CLASSES = 8;
    static final int BOX = 6;
    static final int TOP_K = 3;
    static final Intrinsics CAMERA = new Intrinsics(40, 40, 23.5, 17.5);

    private static final double[] SIZE = {4, 4, 2.5};

    private final long seed;
    /** Where frames really were, whatever their records say. */
    private final List<PinholeView> views = new ArrayList<>();

    private final List<DepthMap> depths = new ArrayList<>();
    private final List<List<SegmentationEvidence>> evidence = new ArrayList<>();
    private final List<byte[]> truth = new ArrayList<>();

    /** A box from one corner to the other; of frame {@code index}. */
    interface Thing {
        double[] corners(int index);
    }

    static final Thing STILL = index -> new double[] {1.2, 2.6, 0, 1.8, 3.2, 0.8};
    static final Thing NONE = index -> new double[] {9, 9, 9, 9, 9, 9};

    MadeRoom(long seed, int frames, Thing box, double depthNoise) {
        super(WIDTH, HEIGHT);
        this.seed = seed;
        Random random = new Random(seed);
        for (int frame = 0; frame < frames; frame++) {
            double turn = 2 * Math.PI * frame / frames;
            views.add(new PinholeView(standing(turn, random), CAMERA, WIDTH, HEIGHT));
            shoot(frame, box.corners(frame), depthNoise, new Random(31 * seed + frame));
            records.add(FrameRecord.of(String.format(java.util.Locale.ROOT, "room/%04d", frame), "rgb.png")
                    .depth("depth.png")
                    .depthScale(1000.0)
                    .scene("room")
                    .pose(views.get(frame).pose().matrix())
                    .intrinsics(CAMERA)
                    .build());
        }
    }

    private MadeRoom(MadeRoom room) {
        super(WIDTH, HEIGHT);
        this.seed = room.seed;
        records.addAll(room.records);
        views.addAll(room.views);
        depths.addAll(room.depths);
        evidence.addAll(room.evidence);
        truth.addAll(room.truth);
    }

    /** The same room with one frame's record changed. */
    MadeRoom with(int frame, UnaryOperator<FrameRecord> change) {
        MadeRoom room = new MadeRoom(this);
        room.records.set(frame, change.apply(records.get(frame)));
        return room;
    }

    /** The same room as a second expert, who errs elsewhere, sees it too. */
    MadeRoom withAnotherExpert() {
        MadeRoom room = new MadeRoom(this);
        for (int frame = 0; frame < size(); frame++) {
            Random random = new Random(77 * seed + frame);
            room.evidence.set(frame, List.of(evidence.get(frame).get(0), answer(truth.get(frame), random)));
        }
        return room;
    }

    /** Moves where a frame says it was. */
    MadeRoom displaced(int frame, double x, double y, double z) {
        Pose pose = views.get(frame).pose();
        List<Double> moved = new ArrayList<>(pose.matrix());
        moved.set(3, pose.tx() + x);
        moved.set(7, pose.ty() + y);
        moved.set(11, pose.tz() + z);
        return with(frame, record -> record.with(r -> r.pose(moved)));
    }

    private static Pose standing(double turn, Random random) {
        double[] forward = {Math.cos(turn), Math.sin(turn), -0.15};
        double length = Math.sqrt(forward[0] * forward[0] + forward[1] * forward[1] + forward[2] * forward[2]);
        for (int i = 0; i < 3; i++) {
            forward[i] /= length;
        }
        double[] right = {forward[1], -forward[0], 0};
        double flat = Math.sqrt(right[0] * right[0] + right[1] * right[1]);
        right[0] /= flat;
        right[1] /= flat;
        double[] down = {
            forward[1] * right[2] - forward[2] * right[1],
            forward[2] * right[0] - forward[0] * right[2],
            forward[0] * right[1] - forward[1] * right[0]
        };
        return new Pose(
                right[0],
                down[0],
                forward[0],
                2 + 0.4 * (random.nextDouble() - 0.5),
                right[1],
                down[1],
                forward[1],
                1.6 + 0.4 * (random.nextDouble() - 0.5),
                right[2],
                down[2],
                forward[2],
                1.4 + 0.2 * (random.nextDouble() - 0.5));
    }

    private void shoot(int frame, double[] box, double noise, Random random) {
        PinholeView view = views.get(frame);
        float[] metres = new float[WIDTH * HEIGHT];
        byte[] classes = new byte[WIDTH * HEIGHT];
        double[] far = new double[3];
        for (int pixel = 0; pixel < metres.length; pixel++) {
            view.toWorld(pixel % WIDTH, pixel / WIDTH, 1, far);
            double[] from = {view.pose().tx(), view.pose().ty(), view.pose().tz()};
            double[] hit = hit(from, far, box);
            double depth = hit[0] + noise * hit[0] * hit[0] * random.nextGaussian();
            metres[pixel] = random.nextInt(50) == 0 ? 0 : (float) depth;
            classes[pixel] = (byte) hit[1];
        }
        depths.add(new DepthMap(WIDTH, HEIGHT, metres));
        truth.add(classes);
        evidence.add(List.of(answer(classes, random)));
    }

    /** Depth and class of what the ray meets first. */
    private static double[] hit(double[] from, double[] through, double[] box) {
        double nearest = Double.MAX_VALUE;
        int label = 0;
        for (int axis = 0; axis < 3; axis++) {
            double step = through[axis] - from[axis];
            double wall = step > 0 ? SIZE[axis] : 0;
            double t = (wall - from[axis]) / step;
            if (t > 0 && t < nearest) {
                nearest = t;
                label = 2 * axis + (step > 0 ? 1 : 0);
            }
        }
        double enter = 0;
        double leave = Double.MAX_VALUE;
        for (int axis = 0; axis < 3; axis++) {
            double step = through[axis] - from[axis];
            double a = (box[axis] - from[axis]) / step;
            double b = (box[axis + 3] - from[axis]) / step;
            enter = Math.max(enter, Math.min(a, b));
            leave = Math.min(leave, Math.max(a, b));
        }
        return enter > 0 && enter < leave && enter < nearest
                ? new double[] {enter, BOX}
                : new double[] {nearest, label};
    }

    private static SegmentationEvidence answer(byte[] truth, Random random) {
        int pixels = truth.length;
        byte[] classes = new byte[TOP_K * pixels];
        byte[] probability = new byte[TOP_K * pixels];
        byte[] entropy = new byte[pixels];
        byte[] agreement = new byte[pixels];
        int[] wrong = new int[pixels];
        for (int pixel = 0; pixel < pixels; pixel++) {
            int x = pixel % WIDTH;
            int y = pixel / WIDTH;
            int corner = y / 4 * 4 * WIDTH + x / 4 * 4;
            if (corner == pixel) {
                wrong[pixel] = random.nextDouble() < 0.3 ? 1 + random.nextInt(CLASSES - 1) : 0;
            }
            wrong[pixel] = wrong[corner];
            int first = (truth[pixel] + wrong[pixel]) % CLASSES;
            for (int k = 0; k < TOP_K; k++) {
                classes[k * pixels + pixel] = (byte) ((first + k) % CLASSES);
                probability[k * pixels + pixel] =
                        (byte) (wrong[pixel] > 0 ? new int[] {110, 80, 30}[k] : new int[] {160, 50, 20}[k]);
            }
            entropy[pixel] = (byte) (wrong[pixel] > 0 ? 120 : 80);
            agreement[pixel] = (byte) 255;
        }
        return new SegmentationEvidence(TOP_K, classes, probability, entropy, agreement);
    }

    byte[] truth(int index) {
        return truth.get(index);
    }

    @Override
    public DepthMap depth(int index) {
        if ("unreadable".equals(records.get(index).depth())) {
            throw new DataException("unreadable: for this test");
        }
        return depths.get(index);
    }

    /** Of one colour. */
    @Override
    public RgbImage picture(int index) {
        byte[] rgb = new byte[3 * WIDTH * HEIGHT];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (0x10 * (1 + i % 3));
        }
        return new RgbImage(WIDTH, HEIGHT, rgb);
    }

    @Override
    public List<SegmentationEvidence> evidence(int index) {
        return evidence.get(index);
    }

    @Override
    public SortedSet<Integer> winners() {
        SortedSet<Integer> winners = new TreeSet<>();
        for (int index = 0; index < CLASSES; index++) {
            winners.add(index);
        }
        return winners;
    }
}
