package dev.understudy.pipeline.fuse;

import dev.understudy.conf.PathText;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.Palette;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.labeler.fusion.FusionOptions;
import dev.understudy.labeler.fusion.MapPoint;
import dev.understudy.labeler.fusion.PlyFile;
import dev.understudy.labeler.fusion.SceneFrames;
import dev.understudy.labeler.fusion.SceneFusion;
import dev.understudy.labeler.fusion.SceneReport;
import dev.understudy.labeler.fusion.StoredScene;
import dev.understudy.pipeline.ParentStores;
import dev.understudy.pipeline.ParentStores.SharedStores;
import dev.understudy.pipeline.spark.TaskStop;
import dev.understudy.store.LabelStore;
import dev.understudy.store.ShardPlan.Shard;
import dev.understudy.store.ShardWriter;
import dev.understudy.store.ShardWriter.ShardResult;
import dev.understudy.store.StoreDescription;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Fuses one scene on an executor and writes its shards under temporary names. When Spark asks it to, it stops before
 * the next frame and leaves nothing open; shards that it had finished are swept up with what other tries left.
 *
 * @param folder of the manifest
 * @param stores that are read; like {@code out} every executor must see them under the same path
 * @param out the store that is made
 * @param map folder for the scene's point cloud; null = none
 */
public record SceneTask(
        String folder,
        List<String> stores,
        String out,
        @Nullable Map map,
        StoreDescription description,
        FusionOptions options,
        int threads)
        implements Serializable {
    /**
     * Where point clouds go.
     *
     * @param folder that every executor must see
     * @param colours of the classes, 0xRRGGBB
     */
    record Map(String folder, List<Integer> colours) implements Serializable {
        Path file(String scene) {
            return PathText.parse(folder).resolve(scene + ".ply");
        }
    }

    /**
     * A scene to be fused.
     *
     * @param name empty for frames whose scene is not known
     * @param shards of the scene, in order
     */
    public record Work(String name, List<Shard> shards) implements Serializable {
        List<FrameRecord> frames() {
            return shards.stream().flatMap(shard -> shard.frames().stream()).toList();
        }
    }

    /** What comes back to the driver: nothing that grows with pixels. */
    public record Result(Work work, List<ShardResult> shards, SceneReport report) implements Serializable {}

    public Result fuse(Work work) throws IOException {
        List<LabelStore> parents = SharedStores.open(stores);
        StoredScene scene = new StoredScene(PathText.parse(folder), placed(work), parents);
        try (Target target = new Target(work, scene, parents)) {
            SceneReport report = new SceneFusion(
                            options,
                            new HeedfulFrames(scene),
                            description.numberOfClasses(),
                            description.topK(),
                            target)
                    .run(work.name());
            if (target.cloud != null) {
                target.cloud.publish();
            }
            return new Result(work, target.results, report);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Frames of unknown scenes are nowhere. */
    private static List<FrameRecord> placed(Work work) {
        return work.name().isEmpty()
                ? work.frames().stream()
                        .map(frame -> frame.with(record -> record.pose(null)))
                        .toList()
                : work.frames();
    }

    /** The scene's shards, one open at a time, and its point cloud. */
    private final class Target implements SceneFusion.Sink, AutoCloseable {
        private final List<Shard> shards;
        private final StoredScene scene;
        private final List<LabelStore> parents;
        private final @Nullable PlyFile cloud;
        private final List<ShardResult> results = new ArrayList<>();
        private @Nullable ShardWriter writer;
        private int written;

        Target(Work work, StoredScene scene, List<LabelStore> parents) throws IOException {
            this.shards = work.shards();
            this.scene = scene;
            this.parents = parents;
            this.cloud = map == null || work.name().isEmpty()
                    ? null
                    : new PlyFile(map.file(work.name()), work.name(), new Palette(map.colours()));
        }

        @Override
        public void put(int index, SegmentationEvidence fused) {
            TaskStop.check();
            FrameRecord frame = scene.record(index);
            try {
                Shard shard = shards.get(results.size());
                if (writer == null) {
                    String attempt = UUID.randomUUID().toString();
                    writer = ShardWriter.create(PathText.parse(out), description, shard, attempt, threads);
                }
                writer.put(
                        frame,
                        new Evidence(
                                scene.width(index),
                                scene.height(index),
                                fused,
                                ParentStores.depth(parents, frame.id())));
                if (++written == shard.frames().size()) {
                    results.add(writer.finish());
                    writer.close();
                    writer = null;
                    written = 0;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public boolean wantsMap() {
            return cloud != null;
        }

        @Override
        public void put(MapPoint point) {
            if (cloud != null) {
                cloud.put(point);
            }
        }

        @Override
        public void close() throws IOException {
            try {
                if (writer != null) {
                    writer.close();
                }
            } finally {
                if (cloud != null) {
                    cloud.close();
                }
            }
        }
    }

    /**
     * Frames of a scene that look, before each that is read, whether Spark still wants the task: a scene can take an
     * hour.
     */
    private record HeedfulFrames(SceneFrames frames) implements SceneFrames.Wrapper {
        @Override
        public DepthMap depth(int index) {
            TaskStop.check();
            return frames.depth(index);
        }

        @Override
        public RgbImage picture(int index) {
            TaskStop.check();
            return frames.picture(index);
        }

        @Override
        public List<SegmentationEvidence> evidence(int index) {
            TaskStop.check();
            return frames.evidence(index);
        }

        @Override
        public List<SegmentationEvidence> probabilities(int index) {
            TaskStop.check();
            return frames.probabilities(index);
        }
    }
}
