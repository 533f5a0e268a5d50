package dev.understudy.trainer.loss;

import dev.understudy.trainer.data.Batch;

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
