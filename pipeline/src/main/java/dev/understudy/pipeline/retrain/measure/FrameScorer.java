package dev.understudy.pipeline.retrain.measure;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Prediction;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.NormalMap;
import dev.understudy.evaluation.ConfusionMatrix;
import dev.understudy.evaluation.DepthErrors;
import dev.understudy.evaluation.DepthRange;
import dev.understudy.evaluation.NormalErrors;
import dev.understudy.pipeline.retrain.gate.FrameSums;
import org.jspecify.annotations.Nullable;

/**
 * One frame's sums, by the rules of {@code understudy evaluate}.
 *
 * @param classes of the segmentation
 */
record FrameScorer(int classes, DepthRange depthRange) {
    FrameSums score(Frame frame, Prediction prediction) {
        return new FrameSums(
                frame.id(),
                segmentation(frame.segmentation(), prediction.segmentation()),
                depth(frame.depth(), prediction.depth()),
                normals(frame.normals(), prediction.normals()));
    }

    /** Whether a frame has any truth. */
    static boolean isAnnotated(FrameRecord record) {
        return record.segmentation() != null || record.depth() != null || record.normals() != null;
    }

    private double @Nullable [] segmentation(@Nullable LabelMap truth, @Nullable LabelMap predicted) {
        if (truth == null || predicted == null) {
            return null;
        }
        ConfusionMatrix confusion = new ConfusionMatrix(classes);
        confusion.add(truth, predicted);
        long[][] counts = new long[classes][classes];
        for (int actual = 0; actual < classes; actual++) {
            for (int said = 0; said < classes; said++) {
                counts[actual][said] = confusion.count(actual, said);
            }
        }
        return FrameSums.segmentationOf(counts);
    }

    private double @Nullable [] depth(@Nullable DepthMap truth, @Nullable DepthMap predicted) {
        if (truth == null || predicted == null) {
            return null;
        }
        DepthErrors errors = new DepthErrors(depthRange);
        errors.add(truth, predicted);
        double pixels = errors.pixels();
        return pixels == 0
                ? new double[FrameSums.DEPTH_SUMS]
                : new double[] {
                    pixels,
                    pixels * errors.rmse() * errors.rmse(),
                    pixels * errors.rmseLog() * errors.rmseLog(),
                    pixels * errors.absoluteRelative(),
                    pixels * errors.delta(1)
                };
    }

    private static double @Nullable [] normals(@Nullable NormalMap truth, @Nullable NormalMap predicted) {
        if (truth == null || predicted == null) {
            return null;
        }
        NormalErrors errors = new NormalErrors();
        errors.add(truth, predicted);
        double pixels = errors.pixels();
        return pixels == 0
                ? new double[FrameSums.NORMAL_SUMS]
                : new double[] {pixels, pixels * errors.mean(), pixels * errors.within11()};
    }
}
