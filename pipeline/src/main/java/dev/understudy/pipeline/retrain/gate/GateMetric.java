package dev.understudy.pipeline.retrain.gate;

import dev.understudy.dataset.frame.Task;
import java.util.Locale;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** A metric that can be computed from {@link FrameSums} of any choice of frames; NaN where there is nothing to divide. */
public enum GateMetric {
    /** Mean over the classes of the whole set's truth of intersection over union, 0–1. */
    MIOU(Task.SEGMENTATION, true, GateMetric::meanIou),
    /** Share of pixels with a true class that got it, 0–1. */
    PIXEL_ACCURACY(Task.SEGMENTATION, true, sums -> third(sums, 0) / third(sums, 2)),
    /** Root mean squared error, metres. */
    RMSE(Task.DEPTH, false, sums -> Math.sqrt(sums[1] / sums[0])),
    /** Root mean squared error of natural logarithms. */
    RMSE_LOG(Task.DEPTH, false, sums -> Math.sqrt(sums[2] / sums[0])),
    /** Mean absolute error ÷ truth. */
    ABS_REL(Task.DEPTH, false, sums -> sums[3] / sums[0]),
    /** Share of pixels whose ratio to the truth is within 1.25, 0–1. */
    DELTA1(Task.DEPTH, true, sums -> sums[4] / sums[0]),
    /** Mean angle between normals, degrees. */
    MEAN_ANGLE(Task.NORMALS, false, sums -> sums[1] / sums[0]),
    /** Share of pixels whose normal is within 11.25°, 0–1. */
    WITHIN_11(Task.NORMALS, true, sums -> sums[2] / sums[0]);

    private final Task task;
    private final boolean higherIsBetter;
    private final ToDoubleBiFunction<double[], double[]> value;

    GateMetric(Task task, boolean higherIsBetter, ToDoubleBiFunction<double[], double[]> value) {
        this.task = task;
        this.higherIsBetter = higherIsBetter;
        this.value = value;
    }

    GateMetric(Task task, boolean higherIsBetter, ToDoubleFunction<double[]> value) {
        this(task, higherIsBetter, (sums, whole) -> value.applyAsDouble(sums));
    }

    /**
     * @param sums of some frames
     * @param whole of all frames of the set: it decides which classes count, whatever frames are drawn and whatever a model
     *     predicts
     */
    double of(double[] sums, double[] whole) {
        return value.applyAsDouble(sums, whole);
    }

    public Task task() {
        return task;
    }

    /** As it is written in recipes and reports. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** How much better {@code challenger} is than {@code champion}: positive = better, whichever way the metric points. */
    double gain(double champion, double challenger) {
        return higherIsBetter ? challenger - champion : champion - challenger;
    }

    double @Nullable [] sums(FrameSums frame) {
        return switch (task) {
            case SEGMENTATION -> frame.segmentation();
            case DEPTH -> frame.depth();
            case NORMALS -> frame.normals();
        };
    }

    /** Pixels that the sums are over. */
    double weight(double[] sums) {
        return task == Task.SEGMENTATION ? third(sums, 2) : sums[0];
    }

    /** Of class {@code c}, 0–1; NaN if it occurs in neither truth nor prediction. */
    static double iou(double[] segmentation, int c) {
        int classes = segmentation.length / 3;
        double found = segmentation[c];
        return found / (segmentation[classes + c] + segmentation[2 * classes + c] - found);
    }

    /** A class of the whole set that is not among these pixels is 0 for every model, and so decides nothing. */
    private static double meanIou(double[] segmentation, double[] whole) {
        int classes = segmentation.length / 3;
        double total = 0;
        int counted = 0;
        for (int c = 0; c < classes; c++) {
            if (whole[2 * classes + c] > 0) {
                double iou = iou(segmentation, c);
                total += Double.isNaN(iou) ? 0 : iou;
                counted++;
            }
        }
        return total / counted;
    }

    /** Sum over the classes of one of the three parts of segmentation sums. */
    private static double third(double[] segmentation, int part) {
        int classes = segmentation.length / 3;
        double sum = 0;
        for (int i = part * classes; i < (part + 1) * classes; i++) {
            sum += segmentation[i];
        }
        return sum;
    }
}
