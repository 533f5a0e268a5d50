package dev.understudy.pipeline.train;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.evaluation.EvaluationOptions.DepthRange;
import dev.understudy.trainer.TrainerConfiguration;
import dev.understudy.trainer.data.CropSize;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code understudy train} does.
 *
 * @param out folder for weights, checkpoints and metrics
 * @param classes class space of the student's segmentation, a name or a file; a joint space gives each source whose
 *     frames are annotated in one of its parts the outputs of that part
 * @param sources by the names that the stages of {@code trainer} use
 * @param validation null = none
 * @param device {@code cpu}, {@code gpu} or {@code gpu:<n>}; several, with commas between them, share the frames of a
 *     batch
 * @param threads that the network may use; 0 = all processors. Another number can give other last digits
 */
@RecordBuilder
public record TrainConfiguration(
        Path out,
        @Default("nyud40") String classes,
        Map<String, SourceConfiguration> sources,
        @Nullable ValidationConfiguration validation,
        TrainerConfiguration trainer,
        @Default("cpu") String device,
        @Default("0") int threads)
        implements TrainConfigurationBuilder.With {
    public TrainConfiguration {
        sources = Collections.unmodifiableMap(new TreeMap<>(sources));
        int size = ClassSpace.load(classes).size();
        new Checks()
                .that(!sources.isEmpty(), "sources", "must not be empty")
                .that(
                        trainer.network().classes() == size,
                        "trainer.network.classes",
                        "must be " + size + ", as many as " + classes + " has, found "
                                + trainer.network().classes())
                .inRange("threads", threads, 0, 1024)
                .verify();
    }

    /** Threads that the network may use, counted. */
    public int processors() {
        return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    }

    /**
     * Annotated frames that training is watched on.
     *
     * @param manifest of them
     * @param split only frames of this split; null = all
     * @param maxDepth metres; depth beyond it is not scored: 10 for NYUDv2, 80 for KITTI
     * @param size what pictures are shrunk to, with their annotation, before anything is scored; null = as they are
     * @param sequences whether to watch how steady predictions stay along the frames of a scene, which need scene,
     * depth,
     *     pose and intrinsics for it
     */
    public record ValidationConfiguration(
            Path manifest,
            @Nullable String split,
            @Default("10") double maxDepth,
            @Nullable CropSize size,
            @Default("false") boolean sequences) {
        public ValidationConfiguration {
            new Checks()
                    .positive("maxDepth", maxDepth)
                    .that(
                            size == null || !sequences,
                            "sequences",
                            "needs frames as they are, for their cameras; leave size out")
                    .verify();
        }

        public Manifest frames() {
            return Manifest.read(manifest, split);
        }

        /** Of the size that they are scored at. */
        public FrameSource source() {
            FrameSource frames = new DiskFrameSource(frames());
            return size == null ? frames : new ShrunkFrames(frames, size);
        }

        public DepthRange depthRange() {
            return new DepthRange(0, maxDepth);
        }
    }
}
