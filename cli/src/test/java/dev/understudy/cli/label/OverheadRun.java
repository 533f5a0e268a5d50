package dev.understudy.cli.label;

import com.sun.management.OperatingSystemMXBean;
import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.console.Command.GlobalOptions.Logging;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.ImageHeader;
import dev.understudy.files.Scratch;
import dev.understudy.labeler.Expert;
import dev.understudy.labeler.ExpertConfiguration;
import dev.understudy.labeler.ExpertPlan;
import dev.understudy.model.benchmark.Durations;
import dev.understudy.model.checkpoint.PyTorchZipWriter;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.network.Architecture;
import dev.understudy.model.network.Heads;
import dev.understudy.model.network.Network;
import dev.understudy.pipeline.label.LabelJob;
import dev.understudy.pipeline.label.LabelRun.DiskFrameReading;
import dev.understudy.pipeline.label.LabelTarget;
import dev.understudy.pipeline.label.LabelTarget.FrameReading;
import dev.understudy.pipeline.label.NetworkExpertSource;
import dev.understudy.pipeline.spark.SparkConfiguration;
import dev.understudy.pipeline.spark.SparkRuntime;
import dev.understudy.store.ShardPlan;
import dev.understudy.store.StorePublisher.ResumeOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Compares the job with a bare loop that reads and predicts the same frames and keeps nothing: {@code rounds frames WxH
 * architecture [folder]}, with rendered pictures or those of a data set. Which of the two comes first changes from
 * round to round, and the median over rounds is given, since a machine's speed drifts by more than the job costs. Two
 * slots of one thread each, both ways; weights are random. The cheaper the network, the larger is the share of
 * overhead: {@code mt-lw-refinenet}, the student's, is the cheapest that there is and {@code lw-refinenet50} the
 * cheapest expert. The job's time is from before Spark starts until {@code _SUCCESS}; starting and stopping Spark takes
 * the same whatever the number of frames, so it is measured on its own as well. Shards have 32 frames, or half of all
 * if those are fewer. Beside seconds, processor seconds are given, which hold on a machine that others use too: both
 * slots work all the time, so a machine of their own would be done in half of these.
 */
public final class OverheadRun {
    private static final int SLOTS = 2;
    private static final int SHARD = 32;
    private static final int PICTURES = 24;
    private static final SparkConfiguration HERE = new SparkConfiguration("local[" + SLOTS + "]", 1, Map.of());

    private OverheadRun() {}

    public static void main(String[] arguments) throws Exception {
        Logging.configure(false);
        int rounds = Integer.parseInt(arguments[0]);
        int count = Integer.parseInt(arguments[1]);
        try (Scratch scratch = Scratch.create()) {
            Path rooms = arguments.length > 4 ? Path.of(arguments[4]) : scratch.resolve("rooms");
            if (arguments.length == 4) {
                render(rooms, arguments[2]);
            }
            Path weights = scratch.resolve("expert.pth");
            write(weights, Architecture.parse(arguments[3]));
            List<FrameRecord> frames = repeated(Manifest.read(rooms).frames(), count);
            ExpertConfiguration configuration =
                    ExpertConfiguration.of(arguments[3], weights).build();
            ExpertPlan plan = ExpertPlan.of(configuration);
            NetworkExpertSource experts = NetworkExpertSource.of(configuration, plan, false);
            DiskFrameReading reading = new DiskFrameReading(rooms.toString(), ImageHeader.DEFAULT_MAX_PIXELS);
            loop(frames.subList(0, Math.min(4, count)), experts, reading);
            List<Double> seconds = new ArrayList<>();
            List<Double> processor = new ArrayList<>();
            System.out.printf(Locale.ROOT, "%d frames of %s with %s%n", count, arguments[2], arguments[3]);
            for (int round = 0; round < rounds; round++) {
                Path store = scratch.resolve("store-" + round);
                Work loop = () -> loop(frames, experts, reading);
                Work job = () -> job(frames, plan, experts, reading, store);
                boolean loopFirst = round % 2 == 0;
                Cost first = Cost.of(loopFirst ? loop : job);
                Cost second = Cost.of(loopFirst ? job : loop);
                Cost bare = loopFirst ? first : second;
                Cost whole = loopFirst ? second : first;
                seconds.add(100 * (whole.seconds / bare.seconds - 1));
                processor.add(100 * (whole.processor / bare.processor - 1));
                say(
                        "bare loop %s, job %s, overhead %.1f %% of seconds and %.1f %% of processor seconds; Spark alone %s",
                        bare,
                        whole,
                        seconds.get(round),
                        processor.get(round),
                        Cost.of(() -> SparkRuntime.start("nothing", HERE, "cpu").stop()));
            }
            say(
                    "median overhead %.1f %% of seconds and %.1f %% of processor seconds",
                    Durations.median(seconds), Durations.median(processor));
        }
    }

    private static void say(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }

    @FunctionalInterface
    private interface Work {
        void run() throws Exception;
    }

    private record Cost(double seconds, double processor) {
        static Cost of(Work work) throws Exception {
            OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
            long start = System.nanoTime();
            long processorStart = system.getProcessCpuTime();
            work.run();
            return new Cost((System.nanoTime() - start) * 1e-9, (system.getProcessCpuTime() - processorStart) * 1e-9);
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%.1f s (%.1f on processors)", seconds, processor);
        }
    }

    private static void render(Path rooms, String size) {
        CommandLineRun.render("rooms", size, 0, PICTURES, rooms);
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
            frames.add(FrameRecord.of("f" + i, picture.rgb()).build());
        }
        return frames;
    }

    private static void loop(List<FrameRecord> frames, NetworkExpertSource experts, FrameReading reading)
            throws Exception {
        AtomicInteger next = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(SLOTS);
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
    }

    private static void job(
            List<FrameRecord> frames, ExpertPlan expert, NetworkExpertSource experts, FrameReading reading, Path store)
            throws Exception {
        ShardPlan plan = ShardPlan.of(frames, Math.min(SHARD, frames.size() / SLOTS));
        LabelTarget target = new LabelTarget(store, expert.describe(plan), experts);
        new LabelJob(HERE, reading, 1)
                .run(List.of(target), plan, ResumeOptions.DEFAULT, n -> new SyntheticLabelJob.Silent());
    }
}
