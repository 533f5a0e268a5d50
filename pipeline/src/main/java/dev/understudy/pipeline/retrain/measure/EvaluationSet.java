package dev.understudy.pipeline.retrain.measure;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.dataset.file.Sha256;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameRules;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.evaluation.DepthRange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Annotated frames that models are compared on.
 *
 * @param manifest of them
 * @param split only frames of this split; null = all
 * @param maxDepth metres; depth beyond it is not scored: 10 for NYUDv2, 80 for KITTI
 */
public record EvaluationSet(
        Path manifest,
        @Nullable String split,
        @Default("10") double maxDepth) {
    public EvaluationSet {
        new Checks().positive("maxDepth", maxDepth).verify();
    }

    /** @throws dev.understudy.dataset.DataException if the manifest cannot be read, or has no such split */
    public Manifest frames() {
        return Manifest.read(manifest, split);
    }

    DepthRange depthRange() {
        return new DepthRange(0, maxDepth);
    }

    /**
     * SHA-256 of the frames: their records, every byte of their files, and how depth is scored. Where they are does not
     * matter.
     */
    public String digest() throws IOException {
        Manifest frames = frames();
        MessageDigest digest = Sha256.digest();
        digest.update(("depth to " + maxDepth + "\n").getBytes(StandardCharsets.UTF_8));
        for (FrameRecord frame : frames.frames()) {
            digest.update((frame + "\n").getBytes(StandardCharsets.UTF_8));
            for (String file :
                    new @Nullable String[] {frame.rgb(), frame.depth(), frame.segmentation(), frame.normals()}) {
                String sum = file == null ? "none" : Sha256.of(FrameRules.resolve(frames.folder(), file));
                digest.update((sum + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
        return Sha256.hex(digest);
    }
}
