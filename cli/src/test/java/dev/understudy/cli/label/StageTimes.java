package dev.understudy.cli.label;

import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.Students;
import dev.understudy.cli.console.Command.GlobalOptions.Logging;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.ImageHeader;
import dev.understudy.files.Scratch;
import dev.understudy.labeler.Expert;
import dev.understudy.labeler.ExpertConfiguration;
import dev.understudy.labeler.ExpertPlan;
import dev.understudy.pipeline.label.LabelRun.DiskFrameReading;
import dev.understudy.pipeline.label.LabelTarget.ExpertSource;
import dev.understudy.pipeline.label.NetworkExpertSource;
import dev.understudy.pipeline.spark.SparkConfiguration;
import dev.understudy.pipeline.spark.SparkRuntime;
import dev.understudy.pipeline.spark.TaskResults;
import dev.understudy.pipeline.spark.TaskResults.ExecutorWatch;
import dev.understudy.store.ShardPlan;
import dev.understudy.store.ShardPlan.Shard;
import dev.understudy.store.ShardWriter;
import dev.understudy.store.ShardWriter.ShardResult;
import dev.understudy.store.StoreDescription;
import dev.understudy.store.StorePublisher;
import dev.understudy.store.StorePublisher.ResumeOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.SparkContext;

/**
 * Measures the stages of the job that {@code understudy bench cluster} takes as given, one after the other on one
 * thread: {@code shards shard-size WxH tasks folder}; without shards, only launching. Evidence is a student's with
 * random weights, of rendered rooms. Launching is measured with tasks that do nothing but carry the records of their
 * shard, so it is the whole of the driver's part and of the task's own start; divide by no more than one driver.
 */
public final class StageTimes {
    private static final int PICTURES = 8;

    private StageTimes() {}

    public static void main(String[] arguments) throws Exception {
        Logging.configure(false);
        int shards = Integer.parseInt(arguments[0]);
        int shardSize = Integer.parseInt(arguments[1]);
        int tasks = Integer.parseInt(arguments[3]);
        Path folder = Files.createDirectories(Path.of(arguments[4]));
        launch(tasks, shardSize);
        if (shards == 0) {
            return;
        }
        try (Scratch scratch = Scratch.create()) {
            Path rooms = scratch.resolve("rooms");
            CommandLineRun.render("rooms", arguments[2], 0, PICTURES, rooms);
            Path weights = scratch.resolve("student.pth");
            Students.write(weights, 40, 5, Task.SEGMENTATION);
            ExpertConfiguration expert =
                    ExpertConfiguration.of("mt-lw-refinenet", weights).build();
            ExpertPlan plan = ExpertPlan.of(expert);
            List<Evidence> evidence = evidence(rooms, NetworkExpertSource.of(expert, plan, false));
            write(folder.resolve("store"), plan, evidence, shards, shardSize);
        }
    }

    private static List<Evidence> evidence(Path rooms, ExpertSource experts) {
        DiskFrameReading reading = new DiskFrameReading(rooms.toString(), ImageHeader.DEFAULT_MAX_PIXELS);
        List<Evidence> evidence = new ArrayList<>();
        try (Expert expert = experts.open(1)) {
            for (FrameRecord frame : Manifest.read(rooms).frames()) {
                evidence.add(expert.predict(reading.read(frame)));
            }
        }
        return evidence;
    }

    private static void write(Path store, ExpertPlan expert, List<Evidence> evidence, int shards, int shardSize)
            throws Exception {
        ShardPlan plan = ShardPlan.of(records(shards * shardSize), shardSize);
        StoreDescription description = expert.describe(plan);
        List<Double> puts = new ArrayList<>();
        List<Double> finishes = new ArrayList<>();
        List<Double> commits = new ArrayList<>();
        try (StorePublisher publisher = StorePublisher.open(store, description, plan, ResumeOptions.DEFAULT)) {
            int next = 0;
            for (Shard shard : publisher.missing()) {
                try (ShardWriter writer = ShardWriter.create(store, description, shard, "attempt", 1)) {
                    for (FrameRecord frame : shard.frames()) {
                        long start = System.nanoTime();
                        writer.put(frame, evidence.get(next++ % evidence.size()));
                        puts.add(millis(start));
                    }
                    long start = System.nanoTime();
                    ShardResult result = writer.finish();
                    finishes.add(millis(start));
                    start = System.nanoTime();
                    publisher.commit(result);
                    commits.add(millis(start));
                }
            }
            publisher.complete();
        }
        say("taking a frame's evidence", puts);
        say("finishing a shard: compress, write, fsync, read back, hash", finishes);
        say("publishing a shard", commits);
    }

    private static void launch(int tasks, int shardSize) throws Exception {
        List<Shard> shards = ShardPlan.of(records(tasks * shardSize), shardSize).shards();
        SparkConfiguration here = new SparkConfiguration("local[2]", 1, Map.of());
        SparkContext context = SparkRuntime.start("stage times", here, "cpu");
        try {
            List<Double> rounds = new ArrayList<>();
            for (int round = 0; round < 3; round++) {
                long start = System.nanoTime();
                try (TaskResults<Integer> results = TaskResults.submit(
                        context, "test", shards, shard -> shard.frames().size(), new ExecutorWatch(context, here))) {
                    for (int open = tasks; open > 0; open--) {
                        results.take();
                    }
                }
                rounds.add(millis(start) / tasks);
            }
            say("launching an empty task and taking its result, " + tasks + " tasks on two slots", rounds);
        } finally {
            context.stop();
        }
    }

    private static List<FrameRecord> records(int count) {
        List<FrameRecord> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String id = String.format(Locale.ROOT, "sequence-%04d/%06d", i / 1000, i);
            String depth = "depth/" + id + ".png";
            records.add(FrameRecord.of(id, "rgb/" + id + ".png")
                    .depth(depth)
                    .split("train")
                    .depthScale(5000.0)
                    .build());
        }
        return records;
    }

    private static double millis(long since) {
        return (System.nanoTime() - since) * 1e-6;
    }

    private static void say(String what, List<Double> millis) {
        List<Double> sorted = millis.stream().sorted().toList();
        System.out.printf(
                Locale.ROOT,
                "%s: median %.2f ms, nine in ten below %.2f ms, of %d%n",
                what,
                sorted.get(sorted.size() / 2),
                sorted.get(Math.min(sorted.size() - 1, sorted.size() * 9 / 10)),
                sorted.size());
    }
}
