package dev.understudy.model.inference;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.image.LabelMap;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * From low-resolution logits to what is known of every pixel. Upsampling, softmax, mean over views, top-k and entropy
 * are fused and work on one output row at a time: the full-size tensor never exists. Results do not depend on the number
 * of threads. Safe for several threads at once.
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
}
