package dev.understudy.labeler.surface;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.image.LabelMap;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The mean of the pixels' log-probabilities, turned back into a distribution: one pixel that all but rules a class out
 * counts for much, as it should where all pixels are of one class. What the top K leave is spread evenly over the other
 * classes. With a prior each pixel also says how likely a class is on a surface that lies as it does.
 */
final class ProductPool {
    private static final float LEAST = 0.5f / 255;

    private final SegmentationEvidence evidence;
    private final int[] classes;
    private final int[] slots;
    /** ln p by stored level. */
    private final float[] logLevel = new float[256];
    /** By the sum of a pixel's stored levels: ln of what one other class gets. */
    private final float[] logRest = new float[256];

    private final int @Nullable [] cells;
    /** [cell·slots + slot], weighed. */
    private final float[] logPrior;

    /**
     * @param numberOfClasses of the space
     * @param prior what is known of how surfaces lie; null = nothing
     */
    ProductPool(
            SegmentationEvidence evidence,
            MentionedClasses mentioned,
            int numberOfClasses,
            @Nullable SurfacePrior prior) {
        this.evidence = evidence;
        this.classes = mentioned.classes();
        this.slots = mentioned.slots();
        int others = Math.max(1, numberOfClasses - evidence.topK());
        for (int level = 0; level < 256; level++) {
            logLevel[level] = (float) Math.log(Math.max(level / 255f, LEAST));
            logRest[level] = (float) Math.log(Math.max((255 - level) / 255f, LEAST) / others);
        }
        this.cells = prior == null ? null : prior.cells();
        this.logPrior = new float[TiltHeight.CELLS * classes.length];
        for (int cell = 0; prior != null && cell < TiltHeight.CELLS; cell++) {
            for (int slot = 0; slot < classes.length; slot++) {
                logPrior[cell * classes.length + slot] =
                        (float) (prior.weight() * prior.prior().logRatio(cell, classes[slot]));
            }
        }
    }

    /**
     * @param partition of the blocks
     * @param voters by block the pixel that speaks for it
     * @param weight by pixel
     * @return [segment·slots + slot], probabilities; 0 for a segment in which nobody votes
     */
    float[] opinions(Regions partition, int[] voters, float[] weight) {
        int width = classes.length;
        float[] sum = new float[partition.count() * width];
        float[] votes = new float[partition.count()];
        for (int block = 0; block < voters.length; block++) {
            int pixel = voters[block];
            int segment = partition.region()[block];
            float vote = weight[pixel];
            if (vote > 0) {
                votes[segment] += vote;
                add(pixel, vote, sum, segment * width);
            }
        }
        for (int segment = 0; segment < votes.length; segment++) {
            normalise(sum, segment * width, votes[segment]);
        }
        return sum;
    }

    /** Adds what the pixel says of the classes that it names over what it says of each other one; only that matters. */
    private void add(int pixel, float vote, float[] sum, int from) {
        int pixels = evidence.pixels();
        int levels = 0;
        for (int k = 0; k < evidence.topK(); k++) {
            levels += evidence.probability()[k * pixels + pixel] & 0xFF;
        }
        float others = logRest[Math.min(levels, 255)];
        for (int k = 0; k < evidence.topK(); k++) {
            int label = evidence.classes()[k * pixels + pixel] & 0xFF;
            if (label != LabelMap.IGNORE) {
                float logProbability = logLevel[evidence.probability()[k * pixels + pixel] & 0xFF];
                sum[from + slots[label]] += vote * (logProbability - others);
            }
        }
        if (cells != null && cells[pixel] >= 0) {
            int prior = cells[pixel] * classes.length;
            for (int slot = 0; slot < classes.length; slot++) {
                sum[from + slot] += vote * logPrior[prior + slot];
            }
        }
    }

    private void normalise(float[] sum, int from, float votes) {
        int to = from + classes.length;
        if (!(votes > 0)) {
            Arrays.fill(sum, from, to, 0);
            return;
        }
        double highest = Double.NEGATIVE_INFINITY;
        for (int i = from; i < to; i++) {
            highest = Math.max(highest, sum[i] / votes);
        }
        double all = 0;
        for (int i = from; i < to; i++) {
            sum[i] = (float) Math.exp(sum[i] / votes - highest);
            all += sum[i];
        }
        for (int i = from; i < to; i++) {
            sum[i] /= (float) all;
        }
    }
}
