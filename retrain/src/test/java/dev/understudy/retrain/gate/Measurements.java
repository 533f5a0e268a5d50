package dev.understudy.retrain.gate;

import dev.understudy.evaluation.FrameSums;
import dev.understudy.retrain.gate.MeasuredModel.GoldenOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Made-up measurements of two classes, wall and door, and depth. */
public final class Measurements {
    static final GoldenOutcome GOOD_FILE = new GoldenOutcome(true, 0, "8 outputs");

    private Measurements() {}

    static FrameSums frame(String id, long[][] confusion) {
        return new FrameSums(id, null, new TreeMap<>(Map.of("segmentation", counts(confusion))));
    }

    /**
     * The segmentation sums of a frame.
     *
     * @param confusion [truth][prediction], pixels
     */
    static double[] counts(long[][] confusion) {
        int classes = confusion.length;
        double[] sums = new double[4 * classes];
        for (int truth = 0; truth < classes; truth++) {
            for (int predicted = 0; predicted < classes; predicted++) {
                sums[classes + predicted] += confusion[truth][predicted];
                sums[2 * classes + truth] += confusion[truth][predicted];
                sums[truth] += truth == predicted ? confusion[truth][predicted] : 0;
            }
        }
        return sums;
    }

    /** Sums of depth, of which only the first five matter here. */
    public static double[] depth(double pixels, double squares, double squaredLogs, double relative, double within) {
        return new double[] {pixels, squares, squaredLogs, relative, 0, 0, 0, within, within, within};
    }

    static MeasuredSet set(FrameSums... frames) {
        return new MeasuredSet("rooms", "d1", List.of("wall", "door"), List.of(frames));
    }

    static MeasuredModel model(String name, MeasuredSet set) {
        return new MeasuredModel(name, List.of(set), 20.0, 1000, GOOD_FILE);
    }

    /**
     * Frames of 1000 pixels on which about {@code accuracy} of the classes are right and depth is off by about {@code
     * error}.
     */
    static MeasuredSet random(long seed, int frames, double accuracy, double error) {
        // The frames themselves, and so most of the luck, are the same for all models.
        Random scene = new Random(77);
        Random luck = new Random(seed);
        List<FrameSums> sums = new ArrayList<>();
        for (int i = 0; i < frames; i++) {
            int walls = 400 + scene.nextInt(400);
            double hardness = 0.1 * scene.nextGaussian();
            long found = hits(walls, accuracy + hardness + 0.02 * luck.nextGaussian());
            long doors = hits(1000 - walls, accuracy + hardness + 0.02 * luck.nextGaussian());
            double off = Math.abs(error * (1 + 0.1 * scene.nextGaussian() + 0.02 * luck.nextGaussian()));
            double[] segmentation = counts(new long[][] {{found, walls - found}, {1000 - walls - doors, doors}});
            double[] depth = depth(900, 900 * off * off, 90 * off, 300 * off, 850);
            sums.add(new FrameSums(
                    String.format(Locale.ROOT, "f%03d", i),
                    null,
                    new TreeMap<>(Map.of("segmentation", segmentation, "depth", depth))));
        }
        return new MeasuredSet("rooms", "d1", List.of("wall", "door"), sums);
    }

    private static long hits(int pixels, double share) {
        return Math.round(pixels * Math.max(0, Math.min(1, share)));
    }
}
