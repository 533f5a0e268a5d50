package dev.understudy.trainer.loss;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.trainer.data.Batch;
import dev.understudy.trainer.loss.DepthLoss.DepthPixels;
import dev.understudy.trainer.loss.PixelLoss.Mean;

/** What recipes may name under {@code loss.depth}. */
public sealed interface DepthLoss extends PixelLoss {

    /** Counts of pixels that regression losses divide by. */
    final class DepthPixels {
        private DepthPixels() {}

        /** Pixels with a depth. */
        static int valid(Batch batch) {
            int count = 0;
            for (float metres : batch.depthNhw()) {
                count += metres > 0 ? 1 : 0;
            }
            return count;
        }

        /** The divisor of a mean over depth; 0 if no pixel has a depth, whatever the mean. */
        static double divisor(Batch batch, Mean mean) {
            int valid = valid(batch);
            return valid == 0 || mean == Mean.VALID ? valid : batch.pixels();
        }
    }

    /** Mean absolute error of depth, in metres. */
    @Named("l1")
    record AbsoluteError(@Default("valid") Mean mean) implements DepthLoss {
        @Override
        public double divisor(Batch batch) {
            return DepthPixels.divisor(batch, mean);
        }

        @Override
        public double of(float[] prediction, Batch batch, double divisor, float[] gradient) {
            float[] target = batch.depthNhw();
            double sum = 0;
            for (int i = 0; i < prediction.length; i++) {
                if (target[i] > 0) {
                    float difference = prediction[i] - target[i];
                    sum += Math.abs(difference);
                    gradient[i] = (float) (Math.signum(difference) / divisor);
                }
            }
            return sum / divisor;
        }

        @Override
        public String tensors() {
            return """
                      valid = torch.gt(t, 0)
                      zeros = torch.zeros_like(p)
                      d = torch.where(valid, torch.sub(p, t), zeros)
                      value = torch.reshape(torch.div(torch.sum(torch.abs(d), dtype=7), divisor), [1])
                      dp = torch.div(torch.sign(d), divisor)
                    """;
        }

        @Override
        public float[] target(Batch batch) {
            return batch.depthNhw();
        }
    }

    /**
     * Inverse Huber on depth (Laina et al. 2016): with the prediction clamped at 0 from below, e = |p − t| on valid
     * pixels
     * and c = 0.2·max e over the batch, e where e ≤ c, else (e² + c²)/(2c). As in the authors' code the derivative also
     * passes through c, to the pixel with the largest error.
     *
     * <p>When a batch is taught in parts, c is that of each part.
     */
    @Named("inverse-huber")
    record InverseHuber(@Default("valid") Mean mean) implements DepthLoss {
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
    record ScaleInvariantLog(@Default("0.85") double lambda) implements DepthLoss {
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
}
