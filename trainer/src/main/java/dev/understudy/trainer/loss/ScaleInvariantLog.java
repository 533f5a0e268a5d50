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

    @Override
    public String tensors() {
        return """
                  valid = torch.gt(t, 0)
                  zeros = torch.zeros_like(p)
                  log = torch.log(torch.clamp(torch.abs(p), NEAREST))
                  d = torch.where(valid, torch.sub(log, torch.log(t)), zeros)
                  count = torch.sum(valid, dtype=7)
                  n = torch.clamp(count, 1.)
                  mean = torch.div(torch.sum(d, dtype=7), n)
                  squares = torch.div(torch.sum(torch.mul(d, d), dtype=7), n)
                  root = torch.sqrt(torch.clamp(torch.sub(squares, torch.mul(torch.mul(mean, mean), LAMBDA)), 0.))
                  value = torch.reshape(torch.mul(torch.div(count, divisor), root), [1])
                  less = torch.to(torch.mul(mean, LAMBDA), 6, False, False, None)
                  scale = torch.to(torch.div(torch.div(count, divisor), torch.mul(n, root)), 6, False, False, None)
                  by = torch.div(torch.mul(torch.sub(d, less), scale), p)
                  moves = torch.logical_and(valid, torch.gt(torch.abs(p), NEAREST))
                  dp = torch.where(torch.logical_and(moves, torch.gt(root, 0)), by, zeros)
                """.replace("NEAREST", Double.toString(NEAREST)).replace("LAMBDA", Double.toString(lambda));
    }

    @Override
    public float[] target(Batch batch) {
        return batch.depthNhw();
    }

    private static double difference(float prediction, float target) {
        return Math.log(Math.max(Math.abs(prediction), NEAREST)) - Math.log(target);
    }
}
