package dev.understudy.trainer.loss;

import dev.understudy.trainer.data.Batch;
import dev.understudy.trainer.loss.JointLoss.LossTerm;
import dev.understudy.trainer.loss.JointLoss.OutputMap;

/**
 * A loss on predictions that already have the target's size; for heads of few channels. Stateless; its components are
 * what recipes set.
 */
public interface PixelLoss {
    /** As {@link TaskLoss#divisor}. */
    double divisor(Batch batch);

    /**
     * @param prediction images × height × width × channels, at the target's size
     * @param gradient zeros of the same length, which receive the derivative by {@code prediction}
     * @return the loss
     */
    double of(float[] prediction, Batch batch, double divisor, float[] gradient);

    /** A {@link PixelLoss} behind the upsampling that brings the network's output to the target's size. */
    record UpsampledLoss(PixelLoss loss) implements TaskLoss {
        @Override
        public double divisor(Batch batch) {
            return loss.divisor(batch);
        }

        @Override
        public LossTerm of(OutputMap output, Batch batch, double divisor, Workers workers) {
            BilinearUpsampling upsampling = new BilinearUpsampling(output, batch.height(), batch.width());
            float[] prediction = upsampling.upsample(output, workers);
            float[] gradient = new float[prediction.length];
            double value = loss.of(prediction, batch, divisor, gradient);
            return new LossTerm(value, upsampling.fold(gradient, output, workers));
        }
    }
}
