package dev.understudy.pipeline.fuse;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.understudy.dataset.frame.FrameOrder;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.DataException;
import dev.understudy.labeler.fusion.SceneReport;
import dev.understudy.pipeline.ParentStores.SharedStores;
import dev.understudy.pipeline.RunObserver.Progress;
import dev.understudy.pipeline.spark.SparkConfiguration;
import dev.understudy.pipeline.spark.SparkRuntime;
import dev.understudy.pipeline.spark.TaskResults;
import dev.understudy.pipeline.spark.TaskResults.ExecutorWatch;
import dev.understudy.store.ShardPlan;
import dev.understudy.store.ShardPlan.Shard;
import dev.understudy.store.ShardWriter.ShardResult;
import dev.understudy.store.StoreDescription.StoreTotals;
import dev.understudy.store.StorePublisher;
import dev.understudy.store.StorePublisher.ResumeOptions;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.SparkContext;

/** Fuses the scenes of which a store lacks shards, as one Spark job. Only this driver gives shards their names. */
final class FuseJob {
    private final SparkConfiguration spark;
    private final SceneTask task;

    FuseJob(SparkConfiguration spark, SceneTask task) {
        this.spark = spark;
        this.task = task;
    }

    /** What is told of a job, on the thread that runs it. */
    interface Listener {
        /** The store is this job's, and nothing has been fused yet. */
        void accepted() throws IOException;

        /** Work begins; not called when nothing is missing. @param frames of the scenes that are fused */
        Progress begun(int frames);
    }

    /** What a store holds when the job is done. @param scenes reports, in the order of the plan */
    record Outcome(StoreTotals totals, List<SceneReport> scenes) {}

    /**
     * Fuses every scene that the store does not hold whole. When it fails, the scenes that were published stay, and the
     * next run goes on from there.
     */
    Outcome run(Path store, ShardPlan plan, List<Scenes.Group> groups, ResumeOptions resume, Listener listener)
            throws IOException, InterruptedException {
        List<SceneTask.Work> all = work(plan, groups);
        SceneReports reports = new SceneReports(store);
        try (StorePublisher publisher = StorePublisher.open(store, task.description(), plan, resume)) {
            listener.accepted();
            Set<String> missing = new HashSet<>();
            publisher.missing().forEach(shard -> missing.add(shard.id()));
            List<SceneTask.Work> open = all.stream()
                    .filter(work -> !reports.has(work)
                            || lacksMap(work)
                            || work.shards().stream().anyMatch(shard -> missing.contains(shard.id())))
                    .toList();
            if (!open.isEmpty()) {
                int frames =
                        open.stream().mapToInt(work -> work.frames().size()).sum();
                try (Progress shown = listener.begun(frames)) {
                    fuse(open, publisher, reports, shown);
                }
            }
            StoreTotals totals = publisher.complete();
            reports.keepOnly(all);
            return new Outcome(totals, reports.read(all));
        } finally {
            SharedStores.close();
        }
    }

    private boolean lacksMap(SceneTask.Work work) {
        SceneTask.Map map = task.map();
        return map != null && !work.name().isEmpty() && !Files.exists(map.file(work.name()));
    }

    /** Each scene with its shards. */
    private static List<SceneTask.Work> work(ShardPlan plan, List<Scenes.Group> groups) {
        Map<String, List<Shard>> shards = new HashMap<>();
        Map<String, String> groupOf = new HashMap<>();
        for (Scenes.Group group : groups) {
            String first = group.frames().get(0).id();
            group.frames().forEach(frame -> groupOf.put(frame.id(), first));
        }
        for (Shard shard : plan.shards()) {
            shards.computeIfAbsent(groupOf.get(shard.frames().get(0).id()), id -> new ArrayList<>())
                    .add(shard);
        }
        return groups.stream()
                .map(group -> new SceneTask.Work(
                        group.name(),
                        List.copyOf(shards.get(group.frames().get(0).id()))))
                .toList();
    }

    private void fuse(List<SceneTask.Work> open, StorePublisher publisher, SceneReports reports, Progress progress)
            throws IOException, InterruptedException {
        SparkContext context = SparkRuntime.start("understudy fuse", spark, "cpu");
        try (TaskResults<SceneTask.Result> results = TaskResults.submit(
                context, "fuse " + open.size() + " scenes", open, task::fuse, new ExecutorWatch(context, spark))) {
            for (int left = open.size(); left > 0; left--) {
                SceneTask.Result result = results.take();
                // Before the shards: a scene whose shards are all there is not looked at again.
                reports.write(result.work(), result.report());
                for (ShardResult shard : result.shards()) {
                    publisher.commit(shard);
                }
                results.done(result.report().frames());
                progress.step(result.report().frames());
            }
        } finally {
            context.stop();
        }
    }

    /** Frames by scene, in the order in which scenes come first; the frames of a scene in the order of time. */
    static final class Scenes {
        private Scenes() {}

        /**
         * @param name of the scene; empty for frames whose scene is not known
         * @param frames at least one
         */
        record Group(String name, List<FrameRecord> frames) {}

        /** @param most frames of unknown scene that make a group, so that few groups change when frames are added */
        static List<Group> of(List<FrameRecord> frames, int most) {
            Map<String, List<FrameRecord>> scenes = new LinkedHashMap<>();
            List<FrameRecord> unknown = new ArrayList<>();
            for (FrameRecord frame : frames) {
                if (frame.scene() == null) {
                    unknown.add(frame);
                } else {
                    scenes.computeIfAbsent(frame.scene(), name -> new ArrayList<>())
                            .add(frame);
                }
            }
            List<Group> groups = new ArrayList<>();
            scenes.forEach((name, members) -> groups.add(
                    new Group(name, members.stream().sorted(new FrameOrder()).toList())));
            for (int from = 0; from < unknown.size(); from += most) {
                groups.add(new Group("", List.copyOf(unknown.subList(from, Math.min(unknown.size(), from + most)))));
            }
            return groups;
        }
    }

    /**
     * {@code scenes/ID.json} in a fused store: what became of each scene, under the name of the scene's first shard.
     */
    public static final class SceneReports {
        private static final JsonMapper MAPPER = JsonMapper.builder()
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();
        private static final long MAX_BYTES = 64 << 20;

        private final Path folder;

        SceneReports(Path store) {
            this.folder = store.resolve("scenes");
        }

        private Path file(SceneTask.Work work) {
            return folder.resolve(work.shards().get(0).id() + ".json");
        }

        boolean has(SceneTask.Work work) {
            return Files.isRegularFile(file(work));
        }

        void write(SceneTask.Work work, SceneReport report) throws IOException {
            Files.createDirectories(folder);
            AtomicFile.write(file(work), MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(report) + "\n");
        }

        List<SceneReport> read(List<SceneTask.Work> scenes) throws IOException {
            List<SceneReport> reports = new ArrayList<>();
            for (SceneTask.Work work : scenes) {
                Path file = file(work);
                if (Files.size(file) > MAX_BYTES) {
                    throw new DataException(file + ": " + Files.size(file) + " bytes, expected at most " + MAX_BYTES
                            + "; delete it and fuse again");
                }
                try {
                    reports.add(MAPPER.readValue(Files.readAllBytes(file), SceneReport.class));
                } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
                    throw new DataException(file + ": damaged; delete it and fuse again", e);
                }
            }
            return reports;
        }

        /** Removes the reports of scenes that are others now. */
        void keepOnly(List<SceneTask.Work> scenes) throws IOException {
            Set<Path> wanted = scenes.stream().map(this::file).collect(Collectors.toSet());
            if (Files.isDirectory(folder)) {
                try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.json")) {
                    for (Path file : files) {
                        if (!wanted.contains(file)) {
                            Files.delete(file);
                        }
                    }
                }
            }
        }
    }
}
