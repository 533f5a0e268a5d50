package dev.understudy.cli.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.understudy.cli.console.PictureSize;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.ClassSpace.ClassSlice;
import dev.understudy.pipeline.train.AnnotatedFrames;
import dev.understudy.trainer.data.AugmentationConfiguration;
import dev.understudy.trainer.data.BatchLoader;
import dev.understudy.trainer.data.BatchLoader.LoaderConfiguration;
import dev.understudy.trainer.data.BatchLoader.TrainingSource;
import dev.understudy.trainer.data.CropSize;
import dev.understudy.trainer.data.DiskFrameCache;
import dev.understudy.trainer.data.FrameCache;
import dev.understudy.trainer.data.TrainingFrame;
import dev.understudy.trainer.data.TrainingSet;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many frames a second the training loader gives out: mirrored, cropped and normalised, with every annotation that
 * they have.
 *
 * @param frames that were given out
 * @param decoded of these, those that did not come from the cache
 * @param processorMillis processor time of the whole process for a frame: what holds on a machine that others use too
 */
record LoaderRate(int frames, int decoded, double framesPerSecond, double processorMillis) {
    private static final int BATCH = 4;
    private static final int PASSES = 3;
    /** More than any class space has, so that frames of all spaces can be measured. */
    private static final ClassSlice ANY_CLASSES = ClassSlice.all(255);

    /** Without a cache, and with one in memory, then one on disk, that have seen every frame. */
    static List<LoaderRate> measure(
            Manifest manifest, PictureSize crop, int workers, int cacheMegabytes, Path scratch) {
        Counted frames = counted(manifest);
        pass(frames, frames, crop, workers, 1);
        LoaderRate decoding = pass(frames, frames, crop, workers, PASSES);
        // A count of its own: a closed loader may still be reading what it was ahead by.
        Counted kept = counted(manifest);
        TrainingSet inMemory = new FrameCache((long) cacheMegabytes << 20).over(kept);
        LoaderRate memory = filled(inMemory, kept, crop, workers);
        Counted written = counted(manifest);
        DiskFrameCache disk = new DiskFrameCache(scratch, Long.MAX_VALUE);
        LoaderRate fromDisk = filled(disk.over("measured", written), written, crop, workers);
        disk.delete();
        return List.of(decoding, memory, fromDisk);
    }

    private static LoaderRate filled(TrainingSet cached, Counted source, PictureSize crop, int workers) {
        // One by one: a pass in whole batches would leave out what is over.
        for (int i = 0; i < cached.size(); i++) {
            cached.get(i);
        }
        return pass(cached, source, crop, workers, PASSES);
    }

    private static Counted counted(Manifest manifest) {
        return new Counted(new AnnotatedFrames(new DiskFrameSource(manifest)), new AtomicInteger());
    }

    private static LoaderRate pass(TrainingSet frames, Counted disk, PictureSize crop, int workers, int passes) {
        int batches = Math.max(1, passes * frames.size() / BATCH);
        int before = disk.reads.get();
        try (BatchLoader loader = new BatchLoader(
                List.of(new TrainingSource("measured", frames, 1, ANY_CLASSES)),
                BATCH,
                new CropSize(crop.width(), crop.height()),
                AugmentationConfiguration.NONE.withMirror(true),
                new LoaderConfiguration(workers, workers, 0, 0),
                1)) {
            OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
            long processor = system.getProcessCpuTime();
            long start = System.nanoTime();
            for (int i = 0; i < batches; i++) {
                loader.next();
            }
            double seconds = (System.nanoTime() - start) * 1e-9;
            int given = batches * BATCH;
            return new LoaderRate(
                    given,
                    Math.min(given, disk.reads.get() - before),
                    given / seconds,
                    (system.getProcessCpuTime() - processor) * 1e-6 / given);
        }
    }

    private record Counted(TrainingSet frames, AtomicInteger reads) implements TrainingSet {
        @Override
        public int size() {
            return frames.size();
        }

        @Override
        public TrainingFrame get(int index) {
            reads.incrementAndGet();
            return frames.get(index);
        }
    }
}
