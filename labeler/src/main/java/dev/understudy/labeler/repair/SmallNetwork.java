package dev.understudy.labeler.repair;

import org.jspecify.annotations.Nullable;

/**
 * Probabilities of classes from a row of numbers: one layer of hidden units with ReLU, or none, and a softmax.
 * Immutable but for its arrays, which nobody changes once it is trained; safe for several threads.
 *
 * @param columns of the whole row that are its inputs, rising
 * @param hidden number of hidden units; 0 = a linear map, as in Dirichlet calibration
 * @param classes number of outputs
 * @param first [inputs,hidden] weights, then [hidden] biases; empty without hidden units
 * @param last [hidden or inputs,classes] weights, then [classes] biases
 */
record SmallNetwork(int[] columns, int hidden, int classes, float[] first, float[] last) {
    /** Rows that are computed at once: their hidden units stay in the processor's cache. */
    private static final int BLOCK = 256;

    SmallNetwork {
        if (first.length != firstLength(columns.length, hidden)
                || last.length != lastLength(columns.length, hidden, classes)) {
            throw new IllegalArgumentException(first.length + " and " + last.length + " weights for " + columns.length
                    + " inputs, " + hidden + " hidden units and " + classes + " classes");
        }
    }

    static int firstLength(int inputs, int hidden) {
        return (inputs + 1) * hidden;
    }

    static int lastLength(int inputs, int hidden, int classes) {
        return ((hidden == 0 ? inputs : hidden) + 1) * classes;
    }

    /** The same network with so much added to the logits of each class. */
    SmallNetwork shifted(float[] logits) {
        float[] moved = last.clone();
        for (int i = 0; i < classes; i++) {
            moved[moved.length - classes + i] += logits[i];
        }
        return new SmallNetwork(columns, hidden, classes, first, moved);
    }

    /**
     * Adds the probabilities of every row to {@code sums}.
     *
     * @param rows [count,width], standardised
     * @param prior [count,classes] logits that the network's own are added to; null = none
     * @param sums [count,classes]
     */
    void addTo(float[] sums, float[] rows, int width, int count, float @Nullable [] prior) {
        // Rows are laid side by side, so that every loop is as long as a block and not as short as the list of classes
        int inputs = columns.length;
        float[] firstTransposed = Products.transposed(first, inputs, hidden);
        float[] lastTransposed = Products.transposed(last, hidden == 0 ? inputs : hidden, classes);
        float[] below = new float[inputs * BLOCK];
        float[] units = new float[hidden * BLOCK];
        float[] logits = new float[classes * BLOCK];
        for (int start = 0; start < count; start += BLOCK) {
            int n = Math.min(BLOCK, count - start);
            for (int i = 0; i < inputs; i++) {
                for (int row = 0; row < n; row++) {
                    below[i * BLOCK + row] = rows[(start + row) * width + columns[i]];
                }
            }
            if (hidden > 0) {
                Products.multiply(firstTransposed, below, units, hidden, inputs, BLOCK);
                rectify(units);
                Products.multiply(lastTransposed, units, logits, classes, hidden, BLOCK);
            } else {
                Products.multiply(lastTransposed, below, logits, classes, inputs, BLOCK);
            }
            for (int row = 0; row < n; row++) {
                addSoftmax(logits, row, prior, sums, (start + row) * classes);
            }
        }
    }

    /** units = max(0, units + biases), [hidden,block]. */
    private void rectify(float[] units) {
        for (int unit = 0; unit < hidden; unit++) {
            float bias = first[columns.length * hidden + unit];
            int at = unit * BLOCK;
            for (int row = 0; row < BLOCK; row++) {
                units[at + row] = Math.max(0, units[at + row] + bias);
            }
        }
    }

    private void addSoftmax(float[] logits, int row, float @Nullable [] prior, float[] sums, int at) {
        int biases = last.length - classes;
        float highest = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < classes; i++) {
            logits[i * BLOCK + row] += last[biases + i] + (prior == null ? 0 : prior[at + i]);
            highest = Math.max(highest, logits[i * BLOCK + row]);
        }
        float sum = 0;
        for (int i = 0; i < classes; i++) {
            float odds = (float) Math.exp(logits[i * BLOCK + row] - highest);
            logits[i * BLOCK + row] = odds;
            sum += odds;
        }
        float scale = 1 / sum;
        for (int i = 0; i < classes; i++) {
            sums[at + i] += scale * logits[i * BLOCK + row];
        }
    }

    /** units = max(0, units + biases). */
    static void rectify(float[] units, float[] weights, int biases, int n, int width) {
        for (int row = 0; row < n; row++) {
            for (int i = 0; i < width; i++) {
                units[row * width + i] = Math.max(0, units[row * width + i] + weights[biases + i]);
            }
        }
    }

    /** Adds the biases, then turns each row of logits into probabilities. */
    static void softmax(float[] logits, float[] weights, int biases, int n, int classes) {
        for (int row = 0; row < n; row++) {
            int at = row * classes;
            float highest = Float.NEGATIVE_INFINITY;
            for (int i = 0; i < classes; i++) {
                logits[at + i] += weights[biases + i];
                highest = Math.max(highest, logits[at + i]);
            }
            float sum = 0;
            for (int i = 0; i < classes; i++) {
                logits[at + i] = (float) Math.exp(logits[at + i] - highest);
                sum += logits[at + i];
            }
            for (int i = 0; i < classes; i++) {
                logits[at + i] /= sum;
            }
        }
    }
}
