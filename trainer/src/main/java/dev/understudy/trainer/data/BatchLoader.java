package dev.understudy.trainer.data;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.dataset.image.ClassSpace.ClassSlice;
import dev.understudy.files.DataException;
import dev.understudy.trainer.data.BatchAssembly.Sample;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Batches in order, made frame by frame by background threads, a bounded number ahead. The sequence depends only on the
 * sources, the configuration and the seed: not on threads, and a loader that skips n batches goes on as one that gave
 * them out. Used by one thread.
 */
public final class BatchLoader implements AutoCloseable {
    private final MixedSampler sampler;
    private final BatchAssembly assembly;
    private final ExecutorService workers;
    private final Deque<Future<Batch>> ready = new ArrayDeque<>();
    private final int underWay;
    private long waited;

    /**
     * @param batch frames in a batch
     * @param seed of the order and of the augmentation
     * @throws DataException if a source has no frames
     */
    public BatchLoader(
            List<TrainingSource> sources,
            int batch,
            CropSize crop,
            AugmentationConfiguration augmentation,
            LoaderConfiguration loading,
            long seed) {
        for (TrainingSource source : sources) {
            if (source.frames().size() == 0) {
                throw new DataException("source " + source.name()
                        + ": found no frames, expected at least one; check its" + " manifest, or leave it out");
            }
        }
        UnreadableFrames unreadable = new UnreadableFrames(loading.maxUnreadable());
        List<TrainingSource> safe = sources.stream()
                .map(s -> new TrainingSource(s.name(), unreadable.skipping(s.name(), s.frames()), s.share(), s.slice()))
                .toList();
        this.sampler = new MixedSampler(
                safe.stream().mapToInt(s -> s.frames().size()).toArray(),
                safe.stream().mapToDouble(TrainingSource::share).toArray(),
                batch,
                (source, frame) -> safe.get(source).frames().partner(frame),
                seed);
        this.assembly = new BatchAssembly(safe, augmentation, crop, seed);
        this.workers = Executors.newFixedThreadPool(loading.workers(), task -> {
            Thread thread = new Thread(task, "batch-loader");
            thread.setDaemon(true);
            return thread;
        });
        this.underWay = 1 + Math.max(loading.ahead(), -Math.floorDiv(-loading.workers(), batch));
    }

    /** Goes past batches without making them; before the first {@link #next}. */
    public void skip(long batches) {
        sampler.skip(batches);
    }

    /** The next batch; waits for it if it is not ready. */
    public Batch next() {
        while (ready.size() < underWay) {
            ready.add(begin(sampler.next()));
        }
        long start = System.nanoTime();
        try {
            return ready.remove().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a batch", e);
        } finally {
            waited += System.nanoTime() - start;
        }
    }

    /** Frames are made one by one, so that a batch occupies as many workers as it has frames. */
    private Future<Batch> begin(List<MixedSampler.Draw> draws) {
        List<CompletableFuture<Sample>> samples = draws.stream()
                .map(draw -> CompletableFuture.supplyAsync(() -> assembly.sample(draw), workers))
                .toList();
        return CompletableFuture.allOf(samples.toArray(CompletableFuture[]::new))
                .thenApply(all -> assembly.assemble(
                        draws, samples.stream().map(CompletableFuture::join).toList()));
    }

    /** How long {@link #next} has waited in all, in nanoseconds. */
    public long waitedNanos() {
        return waited;
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }

    /**
     * How frames come from disk. Nothing here changes what is learned.
     *
     * @param workers threads that read and augment
     * @param ahead batches that are kept ready; more where a batch has fewer frames than there are workers
     * @param cacheMegabytes of decoded frames kept in memory
     * @param diskCacheMegabytes of decoded frames, with what a policy made of their labels, kept in {@code cache/}
     *     beside the weights until training ends: for frames that do not fit into memory and are slow to read or to
     *     filter; 0 = none
     * @param maxUnreadable frames that may be skipped before training ends
     */
    public record LoaderConfiguration(
            @Default("1") int workers,
            @Default("3") int ahead,
            @Default("512") int cacheMegabytes,
            @Default("0") int diskCacheMegabytes,
            @Default("10") int maxUnreadable) {
        public LoaderConfiguration {
            new Checks()
                    .inRange("workers", workers, 1, 256)
                    .inRange("ahead", ahead, 1, 1024)
                    .inRange("cacheMegabytes", cacheMegabytes, 0, 1 << 20)
                    .inRange("diskCacheMegabytes", diskCacheMegabytes, 0, 1 << 27)
                    .atLeast("maxUnreadable", maxUnreadable, 0)
                    .verify();
        }

        /** Without a cache on disk. */
        public LoaderConfiguration(int workers, int ahead, int cacheMegabytes, int maxUnreadable) {
            this(workers, ahead, cacheMegabytes, 0, maxUnreadable);
        }
    }

    /**
     * Frames of one kind and their share in every batch.
     *
     * @param name as the recipe calls it
     * @param share in (0, 1]; those of a stage sum to 1
     * @param slice the outputs of the segmentation head that these frames use
     */
    public record TrainingSource(String name, TrainingSet frames, double share, ClassSlice slice) {}

    /**
     * Counts frames that cannot be read, and ends training when they are too many. Safe for several threads at once.
     */
    static final class UnreadableFrames {
        private static final Logger LOG = LoggerFactory.getLogger(UnreadableFrames.class);

        private final Set<String> found = ConcurrentHashMap.newKeySet();
        private final int limit;

        UnreadableFrames(int limit) {
            this.limit = limit;
        }

        /** A source's frames; where one cannot be read, the next that can stands in for it. */
        TrainingSet skipping(String source, TrainingSet frames) {
            return new TrainingSet.Wrapper() {
                @Override
                public TrainingSet frames() {
                    return frames;
                }

                @Override
                public TrainingFrame get(int index) {
                    for (int i = 0; i < frames.size(); i++) {
                        int candidate = (index + i) % frames.size();
                        String key = source + " " + candidate;
                        if (!found.contains(key)) {
                            try {
                                return frames.get(candidate);
                            } catch (DataException e) {
                                count(key, e);
                            }
                        }
                    }
                    throw new DataException(
                            "source " + source + ": none of its " + frames.size() + " frames can be read");
                }
            };
        }

        private void count(String key, DataException e) {
            if (found.add(key) && found.size() <= limit) {
                LOG.warn("skipped, {} of at most {}: {}", found.size(), limit, e.getMessage());
            }
            if (found.size() > limit) {
                throw new DataException(
                        found.size() + " frames cannot be read, expected at most " + limit
                                + " (loader.maxUnreadable); the last is: " + e.getMessage(),
                        e);
            }
        }
    }
}
