package dev.understudy.pipeline.train;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.evaluation.EvaluationOptions.DepthRange;
import dev.understudy.trainer.data.CropSize;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Annotated frames that training is watched on.
 *
 * @param manifest of them
 * @param split only frames of this split; null = all
 * @param maxDepth metres; depth beyond it is not scored: 10 for NYUDv2, 80 for KITTI
 * @param size what pictures are shrunk to, with their annotation, before anything is scored; null = as they are
 * @param sequences whether to watch how steady predictions stay along the frames of a scene, which need scene, depth,
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
