package dev.understudy.pipeline.train;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.evaluation.DepthRange;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Annotated frames that training is watched on.
 *
 * @param manifest of them
 * @param split only frames of this split; null = all
 * @param maxDepth metres; depth beyond it is not scored: 10 for NYUDv2, 80 for KITTI
 */
public record ValidationConfiguration(
        Path manifest,
        @Nullable String split,
        @Default("10") double maxDepth) {
    public ValidationConfiguration {
        new Checks().positive("maxDepth", maxDepth).verify();
    }

    public DepthRange depthRange() {
        return new DepthRange(0, maxDepth);
    }
}
