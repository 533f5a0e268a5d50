package dev.understudy.trainer.loss;

import dev.understudy.trainer.data.Batch;

/**
 * A loss on predictions that already have the target's size; for heads of few channels. Stateless; its components are what
 * recipes set.
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
}
