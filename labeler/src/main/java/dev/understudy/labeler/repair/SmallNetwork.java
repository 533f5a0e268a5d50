package dev.understudy.labeler.repair;

/**
 * Probabilities of classes from a row of numbers: one layer of hidden units with ReLU, or none, and a softmax. Immutable but
 * for its arrays, which nobody changes once it is trained; safe for several threads.
 *
 * @param columns of the whole row that are its inputs, rising
 * @param hidden number of hidden units; 0 = a linear map, as in Dirichlet calibration
 * @param classes number of outputs
 * @param first [inputs,hidden] weights, then [hidden] biases; empty without hidden units
 * @param last [hidden or inputs,classes] weights, then [classes] biases
 */
record SmallNetwork(int[] columns, int hidden, int classes, float[] first, float[] last) {
    /** Rows that are computed at once: their hidden units stay in the processor's cache. */
    private static final int BLOCK = 128;

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
     * @param sums [count,classes]
     */
    void addTo(float[] sums, float[] rows, int width, int count) {
        float[] inputs = new float[BLOCK * columns.length];
        float[] units = new float[BLOCK * hidden];
        float[] outputs = new float[BLOCK * classes];
        for (int start = 0; start < count; start += BLOCK) {
            int n = Math.min(BLOCK, count - start);
            for (int row = 0; row < n; row++) {
                int from = (start + row) * width;
                for (int i = 0; i < columns.length; i++) {
                    inputs[row * columns.length + i] = rows[from + columns[i]];
                }
            }
            forward(inputs, units, outputs, n);
            for (int i = 0; i < n * classes; i++) {
                sums[start * classes + i] += outputs[i];
            }
        }
    }

    private void forward(float[] inputs, float[] units, float[] outputs, int n) {
        if (hidden > 0) {
            Products.multiply(inputs, first, units, n, columns.length, hidden);
            rectify(units, first, columns.length * hidden, n, hidden);
            Products.multiply(units, last, outputs, n, hidden, classes);
        } else {
            Products.multiply(inputs, last, outputs, n, columns.length, classes);
        }
        softmax(outputs, last, last.length - classes, n, classes);
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
