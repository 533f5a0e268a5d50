package dev.understudy.cli.label;

import dev.understudy.cli.console.Command.GlobalOptions.Logging;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.labeler.Expert;
import dev.understudy.pipeline.RunObserver.Progress;
import dev.understudy.pipeline.label.LabelJob;
import dev.understudy.pipeline.label.LabelTarget;
import dev.understudy.pipeline.label.SyntheticFrames;
import dev.understudy.pipeline.spark.SparkConfiguration;
import dev.understudy.store.ShardPlan;
import dev.understudy.store.StoreDescription.StoreTotals;
import dev.understudy.store.StorePublisher.ResumeOptions;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures the job without an expert: {@code frames shard-size master folder}. Frames are pictures of 4×4 pixels that
 * cost nothing to read, so what is left is the manifest, the plan, Spark, and the store. Prints what took how long, and
 * the heap.
 */
public final class ScaleRun {
    private static final int SIDE = 4;

    private ScaleRun() {}

    public static void main(String[] arguments) throws Exception {
        Logging.configure(false);
        int frames = Integer.parseInt(arguments[0]);
        int shardSize = Integer.parseInt(arguments[1]);
        Path folder = Files.createDirectories(Path.of(arguments[3]));
        Path file = folder.resolve(Manifest.FILE_NAME);
        write(file, frames);
        long start = System.nanoTime();
        Manifest manifest = Manifest.read(file);
        say("manifest of %d frames read in %.1f s", manifest.size(), seconds(start));
        start = System.nanoTime();
        ShardPlan plan = ShardPlan.of(manifest.frames(), shardSize);
        say("%d shards planned in %.1f s", plan.shards().size(), seconds(start));
        System.gc();
        say("heap in use after a collection: %d MB", usedHeap() >> 20);
        Watched watched = new Watched();
        start = System.nanoTime();
        LabelJob job = new LabelJob(new SparkConfiguration(arguments[2], 1, Map.of()), ScaleRun::read, 1);
        List<LabelTarget> targets = List.of(
                new LabelTarget(folder.resolve("store"), SyntheticFrames.description(plan), threads -> expert()));
        StoreTotals totals =
                job.run(targets, plan, ResumeOptions.DEFAULT, count -> watched).get(0);
        say(
                "%d frames labelled in %.1f s, %.0f frames/s, %.1f ms a shard",
                totals.frames(),
                seconds(start),
                totals.frames() / seconds(start),
                1e3 * seconds(start) / plan.shards().size());
        start = System.nanoTime();
        job.run(targets, plan, ResumeOptions.DEFAULT, count -> new SyntheticLabelJob.Silent());
        say("found complete in %.1f s", seconds(start));
        say(
                "heap: at most %d MB in use when a shard came in, garbage included; limit %d MB",
                watched.heap >> 20, Runtime.getRuntime().maxMemory() >> 20);
    }

    private static void write(Path file, int frames) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int i = 0; i < frames; i++) {
                out.write(String.format(
                        Locale.ROOT,
                        "{\"id\":\"sequence-%04d/%06d\",\"rgb\":\"rgb/sequence-%04d/%06d.png\","
                                + "\"depth\":\"depth/sequence-%04d/%06d.png\",\"split\":\"train\",\"depthScale\":5000.0}%n",
                        i / 1000,
                        i,
                        i / 1000,
                        i,
                        i / 1000,
                        i));
            }
        }
    }

    private static Frame read(FrameRecord record) {
        byte[] rgb = new byte[3 * SIDE * SIDE];
        java.util.Arrays.fill(rgb, (byte) record.id().hashCode());
        return new Frame(record, new RgbImage(SIDE, SIDE, rgb), null, null, null);
    }

    private static Expert expert() {
        return new Expert() {
            @Override
            public Evidence predict(Frame frame) {
                int pixels = SIDE * SIDE;
                byte[] classes = new byte[2 * pixels];
                java.util.Arrays.fill(
                        classes, 0, pixels, (byte) ((frame.rgb().rgb()[0] & 0xFF) % SyntheticFrames.CLASSES));
                byte[] sure = new byte[pixels];
                java.util.Arrays.fill(sure, (byte) 255);
                byte[] probability = java.util.Arrays.copyOf(sure, 2 * pixels);
                return new Evidence(
                        SIDE, SIDE, new SegmentationEvidence(2, classes, probability, new byte[pixels], sure), null);
            }

            @Override
            public void close() {
                // Holds nothing.
            }
        };
    }

    /** Says every ten seconds how far it is, for runs that are cut short. */
    private static final class Watched implements Progress {
        private final long started = System.nanoTime();
        private long said = started;
        private long done;
        private long heap;

        @Override
        public void step(long steps) {
            done += steps;
            heap = Math.max(heap, usedHeap());
            if (seconds(said) >= 10) {
                said = System.nanoTime();
                say("%d frames, %.0f/s, heap so far at most %d MB", done, done / seconds(started), heap >> 20);
            }
        }

        @Override
        public void note(String words) {}

        @Override
        public void close() {}
    }

    private static long usedHeap() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) * 1e-9;
    }

    private static void say(String format, Object... values) {
        System.out.printf(java.util.Locale.ROOT, format + "%n", values);
    }
}
