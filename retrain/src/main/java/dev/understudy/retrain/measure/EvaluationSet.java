package dev.understudy.retrain.measure;

import dev.understudy.conf.Checks;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.Default;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameRules;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.ScenePattern;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.evaluation.EvaluationOptions;
import dev.understudy.evaluation.EvaluationOptions.DepthRange;
import dev.understudy.files.Sha256;
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
 * @param scenes pattern that tells a frame's scene by its id, see {@link ScenePattern}; null = as the manifest says
 * @param sequences whether to measure how steady predictions stay along the frames of a scene
 */
public record EvaluationSet(
        Path manifest,
        @Nullable String split,
        @Default("10") double maxDepth,
        @Nullable String scenes,
        @Default("false") boolean sequences) {
    public EvaluationSet {
        String problem = scenes == null ? "" : problem(scenes);
        new Checks()
                .positive("maxDepth", maxDepth)
                .that(problem.isEmpty(), "scenes", problem)
                .verify();
    }

    /** Frames with the scenes that their manifest names. */
    public static EvaluationSet of(Path manifest, @Nullable String split, double maxDepth) {
        return new EvaluationSet(manifest, split, maxDepth, null, false);
    }

    private static String problem(String scenes) {
        try {
            ScenePattern.ofWhole("scenes", scenes);
            return "";
        } catch (ConfigurationException e) {
            return "must be a pattern that tells the scene; " + e.getMessage();
        }
    }

    /** @throws dev.understudy.files.DataException if the manifest cannot be read, or has no such split */
    public Manifest frames() {
        return Manifest.read(manifest, split);
    }

    /** Whether a frame has any truth. */
    static boolean isAnnotated(FrameRecord record) {
        return record.segmentation() != null || record.depth() != null || record.normals() != null;
    }

    /** How frames that are annotated in {@code classes} are scored. */
    EvaluationOptions options(ClassSpace classes) {
        return EvaluationOptions.of(classes.name(), classes.names(), new DepthRange(0, maxDepth))
                .withSequences(sequences);
    }

    /** A frame in the scene that the pattern tells, if there is one and it knows the id. */
    FrameRecord inScene(FrameRecord frame) {
        return scenes == null
                ? frame
                : ScenePattern.ofWhole("scenes", scenes)
                        .sceneOf(frame.id())
                        .map(frame::withScene)
                        .orElse(frame);
    }

    /**
     * SHA-256 of the frames: their records, every byte of their files, and how depth is scored. Where they are does not
     * matter, nor what scenes they belong to unless sequences are scored: that changes no score.
     */
    public String digest() throws IOException {
        Manifest frames = frames();
        MessageDigest digest = Sha256.digest();
        digest.update(("depth to " + maxDepth + "\n").getBytes(StandardCharsets.UTF_8));
        for (FrameRecord frame : frames.frames()) {
            digest.update((identity(frame) + "\n").getBytes(StandardCharsets.UTF_8));
            if (sequences) {
                digest.update((inScene(frame).scene() + "\n").getBytes(StandardCharsets.UTF_8));
            }
            for (String file :
                    new @Nullable String[] {frame.rgb(), frame.depth(), frame.segmentation(), frame.normals()}) {
                String sum = file == null ? "none" : Sha256.of(FrameRules.resolve(frames.folder(), file));
                digest.update((sum + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
        return Sha256.hex(digest);
    }

    /** SHA-256 of the scene of every frame: what two models' gains are drawn by, and no more. */
    public String sceneDigest() {
        StringBuilder all = new StringBuilder(scenes + "\n");
        for (FrameRecord frame : frames().frames()) {
            all.append(frame.id()).append(' ').append(frame.scene()).append('\n');
        }
        return Sha256.of(all.toString());
    }

    /** Written out, so that a key that is added to records leaves the digests of all sets alone. */
    private static String identity(FrameRecord frame) {
        return "FrameRecord[id=" + frame.id() + ", rgb=" + frame.rgb() + ", depth=" + frame.depth() + ", segmentation="
                + frame.segmentation() + ", normals=" + frame.normals() + ", split=" + frame.split() + ", classes="
                + frame.classes() + ", depthScale=" + frame.depthScale() + ", pose=" + frame.pose() + ", intrinsics="
                + frame.intrinsics() + "]";
    }
}
