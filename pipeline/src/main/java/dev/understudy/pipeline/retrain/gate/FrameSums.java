package dev.understudy.pipeline.retrain.gate;

import org.jspecify.annotations.Nullable;

/**
 * What one model did on one frame, as sums that add up over frames; null for a task that the frame has no truth for or
 * the model does not do.
 *
 * @param frame its id
 * @param segmentation [3·C] over pixels with a true class: pixels of class c that were found, at c; pixels taken for c, at
 *     C + c; pixels that are c, at 2C + c
 * @param depth {@value #DEPTH_SUMS} sums over pixels with true depth, errors in metres: number; squared error; squared
 *     error of the natural logarithm; absolute error ÷ truth; pixels whose ratio is within 1.25
 * @param normals {@value #NORMAL_SUMS} sums over pixels with a true normal: number; angle in degrees; pixels within 11.25°
 */
public record FrameSums(
        String frame, double @Nullable [] segmentation, double @Nullable [] depth, double @Nullable [] normals) {
    public static final int DEPTH_SUMS = 5;
    public static final int NORMAL_SUMS = 3;

    public FrameSums {
        if (segmentation != null && (segmentation.length == 0 || segmentation.length % 3 != 0)) {
            throw new IllegalArgumentException(frame + ": " + segmentation.length + " sums, expected 3 a class");
        }
        if (depth != null && depth.length != DEPTH_SUMS) {
            throw new IllegalArgumentException(frame + ": " + depth.length + " sums of depth");
        }
        if (normals != null && normals.length != NORMAL_SUMS) {
            throw new IllegalArgumentException(frame + ": " + normals.length + " sums of normals");
        }
    }

    /**
     * The segmentation sums of a frame.
     *
     * @param confusion [truth][prediction], pixels
     */
    public static double[] segmentationOf(long[][] confusion) {
        int classes = confusion.length;
        double[] sums = new double[3 * classes];
        for (int truth = 0; truth < classes; truth++) {
            for (int predicted = 0; predicted < classes; predicted++) {
                long pixels = confusion[truth][predicted];
                sums[classes + predicted] += pixels;
                sums[2 * classes + truth] += pixels;
                if (truth == predicted) {
                    sums[truth] += pixels;
                }
            }
        }
        return sums;
    }
}
