package dev.understudy.trainer.loss;

import dev.understudy.dataset.image.ClassSpace.ClassSlice;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.trainer.data.SoftLabels;
import java.util.Arrays;

/**
 * The soft label of one pixel against its logits: with q the probabilities of the kept classes and r what they leave
 * for all other classes of the data set together, −Σ q·log p − r·log Σ p over the others. Other than a mixture of hard
 * labels, this leaves it to the network how the remainder is shared out.
 *
 * <p>With z the logits, p = softmax(z), and s = softmax over the other classes alone, the loss is
 * log Σ exp z − Σ q·z − r·log Σ exp z over the others, as q and r add up to 1; its derivative is p − q at kept classes,
 * p − r·s at the others, and p at outputs of other data sets. The last logarithm is taken less the largest of its own
 * logits: it stays finite where the others' probability is 0 to the last bit. Used by one thread.
 */
final class SoftTarget {
    private final ClassSlice outputs;
    /** By class of the data set its q; negative = one of the others. */
    private final double[] kept;
    /** By class exp(z − the others' largest z). */
    private final double[] exponentials;

    /** Σ q·z + r·log Σ exp z over the others. */
    private double expected;

    /** @param outputs of the pixel's data set */
    SoftTarget(ClassSlice outputs) {
        this.outputs = outputs;
        this.kept = new double[outputs.size()];
        this.exponentials = new double[outputs.size()];
    }

    /**
     * Reads a pixel.
     *
     * @param logits of many pixels, less anything that is the same within a pixel; this one's output 0 is at {@code at}
     * @param derivatives as the logits; those of this pixel become {@code scale}·(−q) and {@code scale}·(−r·s) more
     */
    void read(SoftLabels labels, int pixel, float[] logits, float[] derivatives, int at, double scale) {
        int first = at + outputs.from();
        int others = spread(labels, pixel);
        double sum = Arrays.stream(kept).filter(q -> q > 0).sum();
        // Rounded levels of all classes may leave or exceed a few 255ths; without others they are nobody's.
        double whole = others == 0 ? sum : Math.max(sum, 255);
        double rest = others == 0 ? 0 : (whole - sum) / whole;
        expected = 0;
        for (int c = 0; c < kept.length; c++) {
            if (kept[c] >= 0) {
                double q = kept[c] / whole;
                expected += q * logits[first + c];
                derivatives[first + c] -= (float) (scale * q);
            }
        }
        if (rest > 0) {
            addRest(rest, logits, derivatives, first, scale);
        }
    }

    /** The part of the loss that is not log Σ exp z, turned round; of the pixel last read. */
    double expected() {
        return expected;
    }

    /** Notes the levels by class; returns how many classes are among the others. */
    private int spread(SoftLabels labels, int pixel) {
        Arrays.fill(kept, -1);
        int others = kept.length;
        for (int i = pixel * labels.topK(); i < (pixel + 1) * labels.topK(); i++) {
            int level = labels.levels()[i] & 0xFF;
            int label = labels.classes()[i] & 0xFF;
            if (level > 0 && label != LabelMap.IGNORE) {
                others -= kept[label] < 0 ? 1 : 0;
                kept[label] = Math.max(kept[label], 0) + level;
            }
        }
        return others;
    }

    private void addRest(double rest, float[] logits, float[] derivatives, int first, double scale) {
        float largest = Float.NEGATIVE_INFINITY;
        for (int c = 0; c < kept.length; c++) {
            largest = kept[c] < 0 && logits[first + c] > largest ? logits[first + c] : largest;
        }
        double sum = 0;
        for (int c = 0; c < kept.length; c++) {
            if (kept[c] < 0) {
                exponentials[c] = Math.exp(logits[first + c] - largest);
                sum += exponentials[c];
            }
        }
        for (int c = 0; c < kept.length; c++) {
            if (kept[c] < 0) {
                derivatives[first + c] -= (float) (scale * rest * exponentials[c] / sum);
            }
        }
        expected += rest * (largest + Math.log(sum));
    }
}
