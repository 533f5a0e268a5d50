package dev.understudy.pipeline.label;

import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.store.ResumeOptions;
import dev.understudy.dataset.store.ShardPlan;
import dev.understudy.labeler.Expert;
import dev.understudy.labeler.ExpertConfiguration;
import dev.understudy.labeler.ExpertPlan;
import dev.understudy.model.checkpoint.PyTorchZipWriter;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.network.Architecture;
import dev.understudy.model.network.Heads;
import dev.understudy.model.network.Network;
import dev.understudy.pipeline.cli.CommandLineRun;
import dev.understudy.pipeline.cli.Scratch;
import dev.understudy.pipeline.console.Logging;
import dev.understudy.pipeline.spark.SparkConfiguration;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Compares the job with a bare loop that reads and predicts the same frames and keeps nothing: {@code frames WxH
 * architecture}. Two slots of one thread each, both ways; weights are random. The cheaper the network, the larger is the
 * share of overhead: {@code mt-lw-refinenet}, the student's, is the cheapest that there is and {@code lw-refinenet50} the
 * cheapest expert. The job's time is from before Spark starts until {@code _SUCCESS}. A number of frames that is no multiple
 * of 64 leaves a slot idle at the end, which is counted too.
 */
public final class OverheadRun {
    private static final int SLOTS = 2;
    private static final int PICTURES = 24;

    private OverheadRun() {}

    public static void main(String[] arguments) throws Exception {
        Logging.configure(false);
        int count = Integer.parseInt(arguments[0]);
        try (Scratch scratch = Scratch.create()) {
            Path rooms = scratch.resolve("rooms");
            CommandLineRun.of(
                    "dataset",
                    "render",
                    "--size",
                    arguments[1],
                    "--labelled",
                    0,
                    "--depth-only",
                    PICTURES,
                    "--out",
                    rooms);
            Path weights = scratch.resolve("expert.pth");
            write(weights, Architecture.parse(arguments[2]));
            List<FrameRecord> frames = repeated(Manifest.read(rooms).frames(), count);
            ExpertConfiguration configuration = new ExpertConfiguration(
                    arguments[2], weights, null, null, null, 3, List.of(1.0), false, null, null, "cpu");
            ExpertPlan plan = ExpertPlan.of(configuration);
            NetworkExpertSource experts = NetworkExpertSource.of(configuration, plan, false);
            DiskFrameReading reading = new DiskFrameReading(rooms.toString());
            loop(frames.subList(0, Math.min(40, count)), experts, reading);
            for (int round = 0; round < 2; round++) {
                double bare = loop(frames, experts, reading);
                double job = job(frames, plan, experts, reading, scratch.resolve("store-" + round));
                System.out.printf(
                        java.util.Locale.ROOT,
                        "%d frames of %s with %s: bare loop %.2f s, job %.2f s, overhead %.1f %%%n",
                        count,
                        arguments[1],
                        arguments[2],
                        bare,
                        job,
                        100 * (job / bare - 1));
            }
        }
    }

    private static void write(Path weights, Architecture architecture) throws IOException {
        List<Task> tasks = architecture == Architecture.MT_LW_REFINENET
                ? List.of(Task.SEGMENTATION, Task.DEPTH)
                : List.of(Task.SEGMENTATION);
        try (Network network = architecture.create(Heads.of(tasks, 40), NativeEngine.cpu(), 5)) {
            PyTorchZipWriter.write(weights, network.snapshot());
        }
    }

    private static List<FrameRecord> repeated(List<FrameRecord> pictures, int count) {
        List<FrameRecord> frames = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            FrameRecord picture = pictures.get(i % pictures.size());
            frames.add(new FrameRecord("f" + i, picture.rgb(), null, null, null, null, null, null, null, null));
        }
        return frames;
    }

    private static double loop(List<FrameRecord> frames, NetworkExpertSource experts, FrameReading reading)
            throws Exception {
        AtomicInteger next = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(SLOTS);
        long start = System.nanoTime();
        List<Future<?>> slots = new ArrayList<>();
        for (int slot = 0; slot < SLOTS; slot++) {
            slots.add(threads.submit(() -> {
                try (Expert expert = experts.open(1)) {
                    for (int i = next.getAndIncrement(); i < frames.size(); i = next.getAndIncrement()) {
                        expert.predict(reading.read(frames.get(i)));
                    }
                }
            }));
        }
        for (Future<?> slot : slots) {
            slot.get();
        }
        threads.shutdown();
        return (System.nanoTime() - start) * 1e-9;
    }

    private static double job(
            List<FrameRecord> frames, ExpertPlan expert, NetworkExpertSource experts, FrameReading reading, Path store)
            throws Exception {
        long start = System.nanoTime();
        ShardPlan plan = ShardPlan.of(frames, 32);
        new LabelJob(new SparkConfiguration("local[" + SLOTS + "]", 1, Map.of()), experts, reading)
                .run(store, expert.describe(plan), plan, ResumeOptions.DEFAULT, n -> new SyntheticLabelJob.Silent());
        return (System.nanoTime() - start) * 1e-9;
    }
}
