package dev.understudy.labeler.repair;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link SmallNetwork} is trained: AdamW (Loshchilov and Hutter, ICLR 2019) with a rate that falls to 0 along a
 * cosine, dropout, cross-entropy. Decay is strong, for neighbouring pixels say nearly the same and frames are few.
 * One thread, one seed: the same rows give the same bits.
 *
 * @param hidden units; 0 = a linear map
 * @param steps of {@code batch} rows
 * @param rate of the first step
 * @param decay of every weight at each step, times the rate
 * @param dropInputs share of the inputs that a step does without
 * @param dropHidden likewise of the hidden units
 */
@RecordBuilder
record NetworkTraining(
        int hidden, int steps, int batch, double rate, double decay, double dropInputs, double dropHidden)
        implements NetworkTrainingBuilder.With {
    private static final double FIRST_MOMENT = 0.9;
    private static final double SECOND_MOMENT = 0.999;
    private static final double EPSILON = 1e-8;
    /** Of the last layer's first weights, so that training begins near even odds. */
    private static final double QUIET = 0.1;

    /** Frames; with fewer, weights of networks that start from the expert decay faster. */
    private static final double ENOUGH = 100;
    /** More decay than this leaves nothing to learn with, however plain it is. */
    private static final double SCARCEST = 3;

    static final NetworkTraining CONTEXT = new NetworkTraining(192, 800, 512, 2e-3, 1.0, 0.3, 0.5);
    /** Of the linear map: nothing is dropped, and little decays. */
    static final NetworkTraining LINEAR = new NetworkTraining(0, 800, 512, 3e-3, 1e-2, 0, 0);

    /**
     * The same for a network that starts from what the experts say: there is less to learn, in half the steps, and
     * with decay so strong that fewer frames change less of it.
     */
    NetworkTraining fromExpert(int frames) {
        double scarce = Math.min(SCARCEST, Math.max(1, ENOUGH / frames));
        return withSteps(Math.max(1, steps / 2)).withDecay(scarce * (hidden == 0 ? 0.5 : 1.5));
    }

    /**
     * @param rows standardised
     * @param used numbers of the rows to learn from, at least one
     * @param prior whose logits the network's are added to; null = it starts from nothing
     */
    SmallNetwork train(TrainingRows rows, int[] used, int[] columns, @Nullable ExpertPrior prior, long seed) {
        float[] logits = prior == null ? null : prior.logits(rows.said());
        return new Run(rows, used, columns, logits, new SplittableRandom(seed)).train();
    }

    private final class Run {
        private final TrainingRows rows;
        private final int[] order;
        private final int[] columns;
        private final int classes;
        private final float @Nullable [] prior;
        private final SplittableRandom random;
        private final float[] inputs;
        private final float[] units;
        private final float[] kept;
        private final float[] outputs;
        private final float[] unitGradient;
        private final int[] picked = new int[batch];
        private final Weights first;
        private final Weights last;
        private int next;

        Run(TrainingRows rows, int[] used, int[] columns, float @Nullable [] prior, SplittableRandom random) {
            this.rows = rows;
            this.order = used.clone();
            this.columns = columns;
            this.classes = rows.classes();
            this.prior = prior;
            this.random = random;
            this.next = order.length;
            inputs = new float[batch * columns.length];
            units = new float[batch * hidden];
            kept = new float[batch * hidden];
            unitGradient = new float[batch * hidden];
            outputs = new float[batch * classes];
            int below = hidden == 0 ? columns.length : hidden;
            first = new Weights(SmallNetwork.firstLength(columns.length, hidden));
            last = new Weights(SmallNetwork.lastLength(columns.length, hidden, classes));
            first.draw(columns.length * hidden, Math.sqrt(2.0 / columns.length), random);
            last.draw(below * classes, QUIET * Math.sqrt(2.0 / below), random);
        }

        SmallNetwork train() {
            for (int step = 0; step < steps; step++) {
                pick();
                forward();
                backward();
                double now = rate * 0.5 * (1 + StrictMath.cos(Math.PI * step / steps));
                first.update(step + 1, now, decay);
                last.update(step + 1, now, decay);
            }
            return new SmallNetwork(columns, hidden, classes, first.values, last.values);
        }

        /** The next rows of a shuffled pass over all of them. */
        private void pick() {
            float scale = (float) (1 / (1 - dropInputs));
            for (int row = 0; row < batch; row++) {
                if (next == order.length) {
                    shuffle();
                    next = 0;
                }
                picked[row] = order[next++];
                int from = picked[row] * rows.width();
                for (int i = 0; i < columns.length; i++) {
                    boolean dropped = dropInputs > 0 && random.nextDouble() < dropInputs;
                    inputs[row * columns.length + i] =
                            dropped ? 0 : rows.values()[from + columns[i]] * (dropInputs > 0 ? scale : 1);
                }
            }
        }

        private void shuffle() {
            for (int i = order.length - 1; i > 0; i--) {
                int other = random.nextInt(i + 1);
                int swapped = order[i];
                order[i] = order[other];
                order[other] = swapped;
            }
        }

        private void forward() {
            if (hidden == 0) {
                Products.multiply(inputs, last.values, outputs, batch, columns.length, classes);
            } else {
                Products.multiply(inputs, first.values, units, batch, columns.length, hidden);
                SmallNetwork.rectify(units, first.values, columns.length * hidden, batch, hidden);
                float scale = (float) (1 / (1 - dropHidden));
                for (int i = 0; i < units.length; i++) {
                    kept[i] = units[i] > 0 && random.nextDouble() >= dropHidden ? scale : 0;
                    units[i] *= kept[i];
                }
                Products.multiply(units, last.values, outputs, batch, hidden, classes);
            }
            for (int row = 0; row < batch && prior != null; row++) {
                for (int i = 0; i < classes; i++) {
                    outputs[row * classes + i] += prior[picked[row] * classes + i];
                }
            }
            SmallNetwork.softmax(outputs, last.values, last.values.length - classes, batch, classes);
        }

        /** From probabilities to the derivative of the mean cross-entropy by every weight. */
        private void backward() {
            for (int row = 0; row < batch; row++) {
                outputs[row * classes + rows.labels()[picked[row]]] -= 1;
            }
            for (int i = 0; i < outputs.length; i++) {
                outputs[i] /= batch;
            }
            int below = hidden == 0 ? columns.length : hidden;
            Products.multiplyTransposed(hidden == 0 ? inputs : units, outputs, last.gradient, below, batch, classes);
            sumColumns(outputs, last.gradient, below * classes, classes);
            if (hidden > 0) {
                float[] transposed = Products.transposed(last.values, hidden, classes);
                Products.multiply(outputs, transposed, unitGradient, batch, classes, hidden);
                for (int i = 0; i < unitGradient.length; i++) {
                    unitGradient[i] *= kept[i];
                }
                Products.multiplyTransposed(inputs, unitGradient, first.gradient, columns.length, batch, hidden);
                sumColumns(unitGradient, first.gradient, columns.length * hidden, hidden);
            }
        }

        private void sumColumns(float[] matrix, float[] sums, int at, int width) {
            Arrays.fill(sums, at, at + width, 0);
            for (int i = 0; i < matrix.length; i += width) {
                for (int j = 0; j < width; j++) {
                    sums[at + j] += matrix[i + j];
                }
            }
        }
    }

    /** A layer's weights and biases with their gradient and its moments. */
    private static final class Weights {
        private final float[] values;
        private final float[] gradient;
        private final float[] mean;
        private final float[] square;

        Weights(int length) {
            values = new float[length];
            gradient = new float[length];
            mean = new float[length];
            square = new float[length];
        }

        void draw(int count, double deviation, SplittableRandom random) {
            for (int i = 0; i < count; i++) {
                values[i] = (float) (deviation * random.nextGaussian());
            }
        }

        void update(int step, double rate, double decay) {
            float unbiasedMean = (float) (1 / (1 - StrictMath.pow(FIRST_MOMENT, step)));
            float unbiasedSquare = (float) (1 / (1 - StrictMath.pow(SECOND_MOMENT, step)));
            float pace = (float) rate;
            float kept = (float) (1 - rate * decay);
            for (int i = 0; i < values.length; i++) {
                float g = gradient[i];
                mean[i] = (float) FIRST_MOMENT * mean[i] + (float) (1 - FIRST_MOMENT) * g;
                square[i] = (float) SECOND_MOMENT * square[i] + (float) (1 - SECOND_MOMENT) * g * g;
                float direction =
                        mean[i] * unbiasedMean / ((float) Math.sqrt(square[i] * unbiasedSquare) + (float) EPSILON);
                values[i] = values[i] * kept - pace * direction;
            }
        }
    }
}
