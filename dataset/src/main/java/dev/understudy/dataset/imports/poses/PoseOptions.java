package dev.understudy.dataset.imports.poses;

import dev.understudy.conf.ConfigurationException;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which frames get which poses.
 *
 * @param manifest {@code manifest.jsonl}, or its folder; never written
 * @param out name of the new manifest, in the same folder
 * @param sources at most one for a scene
 * @param maxGap seconds between a frame and a pose that are allowed
 * @param unit seconds that the times in ids count: 1, or 1e-9 where they are nanoseconds
 * @param offset seconds that the camera's clock is behind that of the trajectories
 * @param invert whether files say world to camera
 */
@RecordBuilder
public record PoseOptions(
        Path manifest, String out, List<Source> sources, double maxGap, double unit, double offset, boolean invert)
        implements PoseOptionsBuilder.With {
    /** How poses are written. */
    public enum Form {
        /** Lines of time, place and quaternion. */
        TRAJECTORY,
        /** 4×4 numbers each: a file with one for every frame in turn, or a folder with a file for each by name. */
        MATRICES
    }

    /**
     * Poses of one scene.
     *
     * @param scene null = of all frames, which must be of one scene then
     */
    public record Source(Form form, @Nullable String scene, Path path) {}

    public PoseOptions {
        sources = List.copyOf(sources);
        if (sources.isEmpty()) {
            throw new ConfigurationException("no poses are given; give --tum FILE or --matrices FILE");
        }
        if (!(maxGap >= 0 && unit > 0 && Double.isFinite(unit) && Double.isFinite(offset))) {
            throw new ConfigurationException("a gap of " + maxGap + " s, a unit of " + unit + " s and an offset of "
                    + offset + " s: expected finite seconds, the gap not negative, the unit above 0");
        }
    }
}
