package dev.understudy.trainer.loss;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.trainer.data.Batch;

/**
 * Scale-invariant logarithmic error of depth (Eigen et al. 2014, under the root as in later work): with
 * d = ln|p| − ln t on valid pixels, √(mean d² − λ·(mean d)²). The absolute value is what inference takes too;
 * predictions within a millimetre of zero count as a millimetre.
 *
 * <p>When a batch is taught in parts, each part's root counts by its share of the valid pixels.
 *
 * @param lambda 0 = plain RMSE of logarithms, 1 = blind to scale
 */
@Named("silog")
public record ScaleInvariantLog(@Default("0.85") double lambda) implements DepthLoss {
    private static final double NEAREST = 1e-3;

    public ScaleInvariantLog {
        new Checks().unit("lambda", lambda).verify();
    }

    @Override
    public double divisor(Batch batch) {
        return DepthPixels.valid(batch);
    }

    @Override
    public double of(float[] prediction, Batch batch, double divisor, float[] gradient) {
        float[] target = batch.depthNhw();
        double sum = 0;
        double squares = 0;
        int valid = 0;
        for (int i = 0; i < prediction.length; i++) {
            if (target[i] > 0) {
                double d = difference(prediction[i], target[i]);
                sum += d;
                squares += d * d;
                valid++;
            }
        }
        if (valid == 0) {
            return 0;
        }
        double mean = sum / valid;
        double root = Math.sqrt(Math.max(0, squares / valid - lambda * mean * mean));
        double share = valid / divisor;
        for (int i = 0; i < prediction.length && root > 0; i++) {
            if (target[i] > 0 && Math.abs(prediction[i]) > NEAREST) {
                double byDifference = (difference(prediction[i], target[i]) - lambda * mean) / (valid * root);
                gradient[i] = (float) (share * byDifference / prediction[i]);
            }
        }
        return share * root;
    }

    private static double difference(float prediction, float target) {
        return Math.log(Math.max(Math.abs(prediction), NEAREST)) - Math.log(target);
    }
}
