package dev.understudy.model.inference;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.image.LabelMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * From low-resolution logits to what is known of every pixel. Upsampling, softmax, mean over views, top-k and entropy
 * are fused and work on one output row at a time: the full-size tensor never exists. Results do not depend on the
 * number of threads. Safe for several threads at once.
 */
public final class TopKReducer {
    /** Each begins with rows of its own of the map, so there are not many more than threads. */
    private static final int BANDS_PER_THREAD = 2;

    private static final int FEWEST_ROWS = 32;

    private final int topK;
    private final Interpolation interpolation;
    private final ForkJoinPool pool;

    /**
     * @param topK classes kept per pixel, at least 1
     * @param threads that one reduction may use; idle ones end by themselves
     */
    public TopKReducer(int topK, Interpolation interpolation, int threads) {
        if (topK < 1 || threads < 1) {
            throw new IllegalArgumentException("top-" + topK + " on " + threads + " threads");
        }
        this.topK = topK;
        this.interpolation = interpolation;
        this.pool = new ForkJoinPool(threads);
    }

    /**
     * Evidence at full size. Views count equally, in probability. Of equal probabilities the lower class wins.
     *
     * @param views logits of the same classes, at least one
     */
    public SegmentationEvidence reduce(List<FeatureMap> views, int width, int height, ClassMerge merge) {
        int pixels = Math.multiplyExact(width, height);
        int kept = Math.min(topK, merge.competing().length);
        SegmentationEvidence evidence = new SegmentationEvidence(
                kept, new byte[kept * pixels], new byte[kept * pixels], new byte[pixels], new byte[pixels]);
        List<RowResampler> resamplers = views.stream()
                .map(v -> new RowResampler(v, width, height, interpolation))
                .toList();
        boolean simple = views.size() == 1 && merge.isIdentity();
        inBands(
                height,
                simple
                        ? () -> new SingleViewRow(resamplers.get(0), width, merge.target(), evidence)
                        : () -> new ManyViewsRow(resamplers, width, merge, evidence));
        return evidence;
    }

    /** Only the most probable class of every pixel; cheaper than {@link #reduce}. */
    public LabelMap winners(FeatureMap logits, int width, int height) {
        LabelMap labels = new LabelMap(width, height, new byte[Math.multiplyExact(width, height)]);
        RowResampler resampler = new RowResampler(logits, width, height, interpolation);
        inBands(height, () -> new WinnerRow(resampler, logits.channels(), labels));
        return labels;
    }

    /** What one thread does to one row; holds that thread's scratch. */
    interface RowTask {
        void row(int y);
    }

    private void inBands(int height, Supplier<RowTask> newTask) {
        List<Callable<Void>> tasks = new ArrayList<>();
        int bands = pool.getParallelism() == 1 ? 1 : BANDS_PER_THREAD * pool.getParallelism();
        int rows = Math.max(FEWEST_ROWS, (height + bands - 1) / bands);
        for (int from = 0; from < height; from += rows) {
            int first = from;
            int end = Math.min(height, from + rows);
            tasks.add(() -> {
                RowTask task = newTask.get();
                for (int y = first; y < end; y++) {
                    task.row(y);
                }
                return null;
            });
        }
        for (Future<Void> band : pool.invokeAll(tasks)) {
            try {
                band.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while reducing", e);
            } catch (ExecutionException e) {
                throw new IllegalStateException("a reduction failed", e.getCause());
            }
        }
    }

    /** Upsamples a row of logits and keeps the largest of each pixel. */
    private static final class WinnerRow implements TopKReducer.RowTask {
        private final RowResampler resampler;
        private final RowResampler.Scratch scratch;
        private final LabelMap labels;
        private final RowRanking ranking;
        /** By class, then by pixel. */
        private final float[][] row;

        WinnerRow(RowResampler resampler, int classes, LabelMap labels) {
            this.resampler = resampler;
            this.scratch = resampler.newScratch();
            this.labels = labels;
            this.ranking = new RowRanking(labels.width(), classes, 1);
            this.row = new float[classes][labels.width()];
        }

        @Override
        public void row(int y) {
            resampler.row(y, scratch, row);
            ranking.rank(row);
            for (int x = 0; x < labels.width(); x++) {
                labels.classes()[y * labels.width() + x] = (byte) ranking.place(0, x);
            }
        }
    }

    /**
     * Turns one row of logits into evidence, for one view whose outputs are the classes. Ranks by logit, so that only
     * the classes that are kept need their probability.
     */
    private static final class SingleViewRow implements TopKReducer.RowTask {
        private final RowResampler view;
        private final RowResampler.Scratch scratch;
        private final int width;
        private final RowRanking ranking;
        private final RowLogarithm logarithm;
        private final EvidenceWriter writer;
        /** By class, then by pixel. */
        private final float[][] logits;

        /** By pixel. */
        private final float[] sum;

        private final float[] weighted;
        private final float[] entropy;
        private final float[] agreement;
        /** By rank, then by pixel. */
        private final float[][] probability;

        SingleViewRow(RowResampler view, int width, int[] labels, SegmentationEvidence evidence) {
            this.view = view;
            this.scratch = view.newScratch();
            this.width = width;
            this.ranking = new RowRanking(width, labels.length, evidence.topK());
            this.logarithm = new RowLogarithm(width);
            this.writer = new EvidenceWriter(evidence, labels, width);
            this.logits = new float[labels.length][width];
            this.sum = new float[width];
            this.weighted = new float[width];
            this.entropy = new float[width];
            this.agreement = new float[width];
            this.probability = new float[evidence.topK()][width];
            Arrays.fill(agreement, 1);
        }

        @Override
        public void row(int y) {
            view.row(y, scratch, logits);
            ranking.rank(logits);
            float[] largest = ranking.values()[0];
            Arrays.fill(sum, 0);
            Arrays.fill(weighted, 0);
            for (float[] logit : logits) {
                FastExp.addDecay(logit, largest, sum, weighted);
            }
            for (int k = 0; k < ranking.kept(); k++) {
                FastExp.decay(ranking.values()[k], largest, probability[k]);
                divide(probability[k], sum);
            }
            writer.writeClasses(y, ranking, probability);
            logarithm.of(sum, entropy);
            for (int x = 0; x < width; x++) {
                entropy[x] -= weighted[x] / sum[x];
            }
            writer.writePixels(y, entropy, agreement);
        }

        private static void divide(float[] values, float[] by) {
            for (int x = 0; x < values.length; x++) {
                values[x] /= by[x];
            }
        }
    }

    /** Turns one row of logits into evidence, for several views, or outputs that are merged into the user's classes. */
    private static final class ManyViewsRow implements TopKReducer.RowTask {
        private final List<RowResampler> views;
        private final List<RowResampler.Scratch> scratches;
        private final int width;
        private final int[] slots;
        private final EvidenceWriter writer;
        private final RowRanking winners;
        private final RowRanking ranking;
        private final RowLogarithm logarithm;

        /** By output, then by pixel. */
        private final float[][] logits;

        /** By pixel, as the next. */
        private final float[] largest;

        private final float[] exponentials;
        private final float[] sum;
        private final float[] entropy;
        private final float[] agreement;
        /** By competing class, then by pixel: probability in one view, times {@code sum}, and its mean. */
        private final float[][] merged;

        private final float[][] mean;
        /** Winner by view, then by pixel. */
        private final int[][] votes;

        ManyViewsRow(List<RowResampler> views, int width, ClassMerge merge, SegmentationEvidence evidence) {
            int competing = merge.competing().length;
            this.views = views;
            this.scratches = views.stream().map(RowResampler::newScratch).toList();
            this.width = width;
            this.slots = merge.slots();
            this.writer = new EvidenceWriter(evidence, merge.competing(), width);
            this.winners = new RowRanking(width, competing, 1);
            this.ranking = new RowRanking(width, competing, evidence.topK());
            this.logarithm = new RowLogarithm(width);
            this.logits = new float[slots.length][width];
            this.largest = new float[width];
            this.exponentials = new float[width];
            this.sum = new float[width];
            this.entropy = new float[width];
            this.agreement = new float[width];
            this.merged = new float[competing][width];
            this.mean = new float[competing][width];
            this.votes = new int[views.size()][width];
        }

        @Override
        public void row(int y) {
            clear(mean);
            for (int v = 0; v < views.size(); v++) {
                views.get(v).row(y, scratches.get(v), logits);
                addView(v);
            }
            ranking.rank(mean);
            writer.writeClasses(y, ranking, ranking.values());
            Arrays.fill(entropy, 0);
            for (float[] probability : mean) {
                logarithm.addEntropy(probability, entropy);
            }
            agree();
            writer.writePixels(y, entropy, agreement);
        }

        private void addView(int view) {
            Arrays.fill(largest, Float.NEGATIVE_INFINITY);
            for (float[] logit : logits) {
                raise(largest, logit);
            }
            clear(merged);
            Arrays.fill(sum, 0);
            for (int c = 0; c < logits.length; c++) {
                FastExp.decay(logits[c], largest, exponentials);
                add(exponentials, sum, merged[slots[c]]);
            }
            if (views.size() > 1) {
                winners.rank(merged);
                for (int x = 0; x < width; x++) {
                    votes[view][x] = winners.place(0, x);
                }
            }
            float share = 1f / views.size();
            for (int x = 0; x < width; x++) {
                sum[x] = share / sum[x];
            }
            for (int c = 0; c < merged.length; c++) {
                addProduct(merged[c], sum, mean[c]);
            }
        }

        private static void raise(float[] largest, float[] values) {
            for (int x = 0; x < largest.length; x++) {
                largest[x] = Math.max(largest[x], values[x]);
            }
        }

        private static void add(float[] values, float[] to, float[] andTo) {
            for (int x = 0; x < values.length; x++) {
                to[x] += values[x];
                andTo[x] += values[x];
            }
        }

        private static void addProduct(float[] values, float[] factors, float[] to) {
            for (int x = 0; x < values.length; x++) {
                to[x] += values[x] * factors[x];
            }
        }

        private static void clear(float[][] rows) {
            for (float[] row : rows) {
                Arrays.fill(row, 0);
            }
        }

        private void agree() {
            Arrays.fill(agreement, views.size() > 1 ? 0 : 1);
            if (views.size() > 1) {
                for (int[] winners : votes) {
                    for (int x = 0; x < width; x++) {
                        agreement[x] += winners[x] == ranking.place(0, x) ? 1 : 0;
                    }
                }
                for (int x = 0; x < width; x++) {
                    agreement[x] /= views.size();
                }
            }
        }
    }

    /** Writes rows of evidence down, quantised. One thread's own. */
    private static final class EvidenceWriter {
        private final SegmentationEvidence evidence;
        private final int[] labels;
        private final int width;
        private final float greatestEntropy;

        /** @param labels the class index of each place that competes */
        EvidenceWriter(SegmentationEvidence evidence, int[] labels, int width) {
            this.evidence = evidence;
            this.labels = labels;
            this.width = width;
            this.greatestEntropy = (float) Math.log(Math.max(2, labels.length));
        }

        /** @param probability by rank, as many as are kept, then by pixel */
        void writeClasses(int y, RowRanking ranking, float[][] probability) {
            int pixels = evidence.entropy().length;
            for (int k = 0; k < ranking.kept(); k++) {
                int to = k * pixels + y * width;
                for (int x = 0; x < width; x++) {
                    evidence.classes()[to + x] = (byte) labels[ranking.place(k, x)];
                    evidence.probability()[to + x] = quantised(probability[k][x]);
                }
            }
        }

        /**
         * @param entropy by pixel, in nats
         * @param agreement share of views
         */
        void writePixels(int y, float[] entropy, float[] agreement) {
            for (int x = 0; x < width; x++) {
                evidence.entropy()[y * width + x] = quantised(entropy[x] / greatestEntropy);
                evidence.agreement()[y * width + x] = quantised(agreement[x]);
            }
        }

        private static byte quantised(float share) {
            int level = (int) (share * 255 + 0.5f);
            return (byte) Math.min(Math.max(level, 0), 255);
        }
    }
}
