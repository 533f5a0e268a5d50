package dev.understudy.trainer.loss;

import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.trainer.data.Batch;

/**
 * Inverse Huber on depth (Laina et al. 2016): with the prediction clamped at 0 from below, e = |p − t| on valid pixels
 * and c = 0.2·max e over the batch, e where e ≤ c, else (e² + c²)/(2c). As in the authors' code the derivative also
 * passes through c, to the pixel with the largest error.
 *
 * <p>When a batch is taught in parts, c is that of each part.
 */
@Named("inverse-huber")
public record InverseHuber(@Default("valid") Mean mean) implements DepthLoss {
    private static final double SHARE_OF_LARGEST = 0.2;

    @Override
    public double divisor(Batch batch) {
        return DepthPixels.divisor(batch, mean);
    }

    @Override
    public double of(float[] prediction, Batch batch, double divisor, float[] gradient) {
        float[] target = batch.depthNhw();
        float largest = largestError(prediction, target);
        double c = SHARE_OF_LARGEST * largest;
        double sum = 0;
        double byThreshold = 0;
        for (int i = 0; i < prediction.length; i++) {
            if (!(target[i] > 0)) {
                continue;
            }
            double difference = Math.max(prediction[i], 0) - target[i];
            double error = Math.abs(difference);
            if (error <= c) {
                sum += error;
                gradient[i] = clamped(prediction[i], Math.signum(difference) / divisor);
            } else {
                sum += (error * error + c * c) / (2 * c);
                byThreshold += (c * c - error * error) / (2 * c * c);
                gradient[i] = clamped(prediction[i], difference / c / divisor);
            }
        }
        passThroughThreshold(prediction, target, largest, SHARE_OF_LARGEST * byThreshold / divisor, gradient);
        return sum / divisor;
    }

    @Override
    public String tensors() {
        return """
                  valid = torch.gt(t, 0)
                  zeros = torch.zeros_like(p)
                  d = torch.where(valid, torch.sub(torch.clamp(p, 0.), t), zeros)
                  e = torch.abs(d)
                  largest = torch.max(e)
                  c = torch.mul(largest, SHARE)
                  near = torch.le(e, c)
                  squared = torch.div(torch.add(torch.mul(e, e), torch.mul(c, c)), torch.mul(c, 2))
                  each = torch.where(near, e, squared)
                  value = torch.reshape(torch.div(torch.sum(each, dtype=7), divisor), [1])
                  byC = torch.div(torch.sub(torch.mul(c, c), torch.mul(e, e)), torch.mul(torch.mul(c, c), 2))
                  byLargest = torch.mul(torch.sum(torch.where(near, zeros, byC), dtype=7), SHARE / divisor)
                  last = torch.logical_and(valid, torch.eq(e, largest))
                  through = torch.to(torch.div(byLargest, torch.sum(last, dtype=7)), 6, False, False, None)
                  dp1 = torch.div(torch.where(near, torch.sign(d), torch.div(d, c)), divisor)
                  dp2 = torch.where(last, torch.add(dp1, torch.mul(torch.sign(d), through)), dp1)
                  moves = torch.logical_and(valid, torch.gt(p, 0))
                  dp = torch.where(moves, dp2, zeros)
                """.replace("SHARE", Double.toString(SHARE_OF_LARGEST));
    }

    @Override
    public float[] target(Batch batch) {
        return batch.depthNhw();
    }

    /** NaN if any error is. */
    private static float largestError(float[] prediction, float[] target) {
        float largest = 0;
        for (int i = 0; i < prediction.length; i++) {
            if (target[i] > 0) {
                largest = Math.max(largest, Math.abs(Math.max(prediction[i], 0) - target[i]));
            }
        }
        return largest;
    }

    /** Shares the derivative by the largest error among the pixels that have it. */
    private static void passThroughThreshold(
            float[] prediction, float[] target, float largest, double derivative, float[] gradient) {
        int ties = 0;
        for (int i = 0; i < prediction.length; i++) {
            ties += isLargest(prediction[i], target[i], largest) ? 1 : 0;
        }
        for (int i = 0; i < prediction.length && ties > 0; i++) {
            if (isLargest(prediction[i], target[i], largest)) {
                gradient[i] += clamped(prediction[i], Math.signum(prediction[i] - target[i]) * derivative / ties);
            }
        }
    }

    private static boolean isLargest(float prediction, float target, float largest) {
        return target > 0 && Math.abs(Math.max(prediction, 0) - target) == largest;
    }

    /** Below zero the clamp holds the prediction still. */
    private static float clamped(float prediction, double derivative) {
        return prediction > 0 ? (float) derivative : 0;
    }
}
