package dev.understudy.cli.label;

import dev.understudy.cli.CommandLineRun;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.ImageHeader;
import dev.understudy.files.Scratch;
import dev.understudy.files.storage.FakeStorages;
import dev.understudy.files.storage.FaultyStorage;
import dev.understudy.files.storage.FolderStorage;
import dev.understudy.pipeline.label.LabelJob;
import dev.understudy.pipeline.label.LabelRun.DiskFrameReading;
import dev.understudy.pipeline.label.LabelTarget;
import dev.understudy.pipeline.label.SyntheticFrames;
import dev.understudy.pipeline.spark.SparkConfiguration;
import dev.understudy.store.ShardPlan;
import dev.understudy.store.StorePublisher.ResumeOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a storage costs that takes its time for every request: {@code rounds frames millis-a-frame millis-a-request}.
 * The label job with an expert that sleeps, in two slots, with frames and store on the local disk and in such a
 * storage, in turn; shards have 32 frames, or half of all. Seconds are from before Spark starts until {@code _SUCCESS}.
 */
public final class SlowStorageRun {
    private static final SparkConfiguration HERE = new SparkConfiguration("local[2]", 1, Map.of());
    private static final int SHARD = 32;
    private static final int PICTURES = 16;

    private SlowStorageRun() {}

    public static void main(String[] arguments) throws Exception {
        int rounds = Integer.parseInt(arguments[0]);
        int count = Integer.parseInt(arguments[1]);
        SyntheticLabelJob.Slow expert = new SyntheticLabelJob.Slow(Integer.parseInt(arguments[2]), null);
        try (Scratch scratch = Scratch.create()) {
            Path rooms = scratch.resolve("rooms");
            CommandLineRun.render("rooms", "640x480", 0, PICTURES, rooms);
            FaultyStorage storage = new FaultyStorage(new FolderStorage(scratch.resolve("disk")));
            Path there = FakeStorages.add(storage);
            upload(rooms, there.resolve("rooms"));
            storage.delay(Long.parseLong(arguments[3]));
            List<FrameRecord> frames = new ArrayList<>();
            List<FrameRecord> pictures = Manifest.read(rooms).frames();
            for (int i = 0; i < count; i++) {
                frames.add(FrameRecord.of("f" + i, pictures.get(i % PICTURES).rgb())
                        .build());
            }
            for (int round = 0; round < rounds; round++) {
                double near = seconds(frames, expert, rooms, scratch.resolve("near-" + round));
                long before = storage.requests();
                double far = seconds(frames, expert, there.resolve("rooms"), there.resolve("far-" + round));
                System.out.printf(
                        Locale.ROOT,
                        "local disk %.1f s, storage %.1f s with %d requests: %.1f %% more%n",
                        near,
                        far,
                        storage.requests() - before,
                        100 * (far / near - 1));
            }
        }
    }

    private static void upload(Path from, Path to) throws Exception {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private static double seconds(List<FrameRecord> frames, SyntheticLabelJob.Slow expert, Path folder, Path store)
            throws Exception {
        ShardPlan plan = ShardPlan.of(frames, Math.min(SHARD, frames.size() / 2));
        LabelTarget target = new LabelTarget(store, SyntheticFrames.description(plan), expert);
        long start = System.nanoTime();
        new LabelJob(HERE, new DiskFrameReading(folder.toString(), ImageHeader.DEFAULT_MAX_PIXELS), 1)
                .run(List.of(target), plan, ResumeOptions.DEFAULT, n -> new SyntheticLabelJob.Silent());
        return (System.nanoTime() - start) * 1e-9;
    }
}
