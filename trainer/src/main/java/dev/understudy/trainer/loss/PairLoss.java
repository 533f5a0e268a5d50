package dev.understudy.trainer.loss;

import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.ClassSpace.ClassSlice;
import dev.understudy.trainer.data.Batch;
import dev.understudy.trainer.data.PairMap;
import dev.understudy.trainer.loss.JointLoss.LossTerm;
import dev.understudy.trainer.loss.JointLoss.OutputMap;
import java.util.Arrays;

/**
 * What a network is to say of one surface from two views, whatever is annotated. Each place of the output's grid stands
 * for the pixels that it covers: what it says in the first frame of a pair is compared with what the second frame says
 * where the surface in the middle of it is seen, interpolated between four places. Both frames learn from it. Stateless
 * and safe for several threads at once.
 *
 * <p>A mean over the pixels that a pair sees together, so that parts of a batch add up to the whole.
 */
abstract sealed class PairLoss permits PairLoss.Agreement, LossConfiguration.GradientMatching {
    /** As recipes and reports call it. */
    abstract String key();

    /** Whose outputs it compares. */
    abstract Task task();

    /**
     * The loss of one place, and its derivatives.
     *
     * @param first what the first frame says, a number a channel
     * @param second what the second says
     * @param recession how many metres further from the second camera the surface is
     * @param byFirst takes the derivative
     * @param bySecond takes the other
     */
    abstract double of(
            float[] first, float[] second, double recession, ClassSlice slice, double[] byFirst, double[] bySecond);

    /** Pixels that pairs of the batch see together; 0 = there is nothing to compare. */
    static double divisor(Batch batch) {
        return batch.pairs() == null ? 0 : batch.pairs().seen();
    }

    /**
     * @param output of the network for the frames of {@code batch}
     * @param divisor of the whole batch, positive
     */
    LossTerm of(OutputMap output, Batch batch, double divisor, Workers workers) {
        OutputMap gradient = output.zerosLike();
        PairMap pairs = batch.pairs();
        if (pairs == null) {
            return new LossTerm(0, gradient);
        }
        double[] sums = new double[pairs.pairs()];
        double weight = (double) batch.area() / (output.height() * output.width()) / divisor;
        workers.forEach(sums.length, pair -> sums[pair] = new Pair(output, batch, pairs, pair).learn(weight, gradient));
        return new LossTerm(Arrays.stream(sums).sum(), gradient);
    }

    /** One pair of frames at work; writes into its own frames' gradients alone. */
    private final class Pair {
        private final OutputMap output;
        private final Batch batch;
        private final PairMap pairs;
        private final int pair;
        private final int channels;
        /**
         * Of the four places around the one looked for in the second frame: where their numbers begin, and what they
         * count.
         */
        private final int[] around = new int[4];

        private final double[] share = new double[4];

        Pair(OutputMap output, Batch batch, PairMap pairs, int pair) {
            this.output = output;
            this.batch = batch;
            this.pairs = pairs;
            this.pair = pair;
            this.channels = output.channels();
        }

        double learn(double weight, OutputMap gradient) {
            float[] first = new float[channels];
            float[] second = new float[channels];
            double[] byFirst = new double[channels];
            double[] bySecond = new double[channels];
            ClassSlice slice = batch.slices().get(2 * pair);
            double sum = 0;
            for (int y = 0, at = 2 * pair * output.imageSize(); y < output.height(); y++) {
                for (int x = 0; x < output.width(); x++, at += channels) {
                    int pixel = middle(y, output.height(), batch.height()) * batch.width()
                            + middle(x, output.width(), batch.width());
                    if (pairs.isSeen(pair, pixel)) {
                        System.arraycopy(output.nhwc(), at, first, 0, channels);
                        find(pairs.row(pair, pixel), pairs.column(pair, pixel));
                        interpolate(second);
                        sum += PairLoss.this.of(first, second, pairs.recession(pair, pixel), slice, byFirst, bySecond);
                        add(byFirst, weight, gradient.nhwc(), at);
                        for (int i = 0; i < around.length; i++) {
                            add(bySecond, weight * share[i], gradient.nhwc(), around[i]);
                        }
                    }
                }
            }
            return weight * sum;
        }

        /** The pixel in the middle of a place of the grid, along one axis. */
        private static int middle(int place, int places, int pixels) {
            return (int) ((place + 0.5) * pixels / places);
        }

        private void find(double row, double column) {
            double y = onGrid(row, batch.height(), output.height());
            double x = onGrid(column, batch.width(), output.width());
            int top = (int) y;
            int left = (int) x;
            int start = (2 * pair + 1) * output.imageSize();
            for (int i = 0; i < around.length; i++) {
                boolean lower = i >= 2;
                boolean right = i % 2 == 1;
                around[i] = start
                        + channels
                                * (Math.min(top + (lower ? 1 : 0), output.height() - 1) * output.width()
                                        + Math.min(left + (right ? 1 : 0), output.width() - 1));
                share[i] = (lower ? y - top : 1 - (y - top)) * (right ? x - left : 1 - (x - left));
            }
        }

        private static double onGrid(double pixel, int pixels, int places) {
            return Math.min(Math.max((pixel + 0.5) * places / pixels - 0.5, 0), places - 1);
        }

        private void interpolate(float[] to) {
            for (int c = 0; c < channels; c++) {
                double sum = 0;
                for (int i = 0; i < around.length; i++) {
                    sum += share[i] * output.nhwc()[around[i] + c];
                }
                to[c] = (float) sum;
            }
        }

        private void add(double[] derivatives, double weight, float[] gradient, int at) {
            for (int c = 0; c < channels; c++) {
                gradient[at + c] += (float) (weight * derivatives[c]);
            }
        }
    }

    /**
     * One surface has one class: the squared distance of the posteriors p and q that two views give it, Σ (p − q)², 0
     * to 2 (the temporal loss of Liu et al., ECCV 2020, by depth and pose in place of optical flow). Softmax is taken
     * over the classes of the frames' own data set.
     */
    static final class Agreement extends PairLoss {
        @Override
        String key() {
            return "agreement";
        }

        @Override
        Task task() {
            return Task.SEGMENTATION;
        }

        @Override
        double of(
                float[] first,
                float[] second,
                double recession,
                ClassSlice slice,
                double[] byFirst,
                double[] bySecond) {
            // What is computed as the posteriors becomes the derivatives: with v = 2·(p − q), p·(v − Σ p·v) and −q·(v −
            // Σ
            // q·v)
            softmax(first, slice, byFirst);
            softmax(second, slice, bySecond);
            double loss = 0;
            double meanFirst = 0;
            double meanSecond = 0;
            for (int c = slice.from(); c < slice.to(); c++) {
                double difference = byFirst[c] - bySecond[c];
                loss += difference * difference;
                meanFirst += byFirst[c] * 2 * difference;
                meanSecond += bySecond[c] * 2 * difference;
            }
            for (int c = slice.from(); c < slice.to(); c++) {
                double v = 2 * (byFirst[c] - bySecond[c]);
                byFirst[c] *= v - meanFirst;
                bySecond[c] *= meanSecond - v;
            }
            return loss;
        }

        private static void softmax(float[] logits, ClassSlice slice, double[] posterior) {
            Arrays.fill(posterior, 0);
            double largest = Double.NEGATIVE_INFINITY;
            for (int c = slice.from(); c < slice.to(); c++) {
                largest = Math.max(largest, logits[c]);
            }
            double sum = 0;
            for (int c = slice.from(); c < slice.to(); c++) {
                posterior[c] = Math.exp(logits[c] - largest);
                sum += posterior[c];
            }
            for (int c = slice.from(); c < slice.to(); c++) {
                posterior[c] /= sum;
            }
        }
    }
}
