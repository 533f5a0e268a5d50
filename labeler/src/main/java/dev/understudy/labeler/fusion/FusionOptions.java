package dev.understudy.labeler.fusion;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;
import java.util.Locale;

/**
 * How the views of a scene are put together. All of it decides the evidence, so all of it is in a store's fingerprint.
 *
 * @param voxel side of a voxel, metres
 * @param pooling how the posteriors of a voxel's views become one
 * @param own 0–1, how much a pixel's own posterior counts beside its voxel's
 * @param farthest metres, at most 65; what is farther away is neither pooled nor read back
 * @param disagreement 0–1; a frame is left out of the map when more of what it shares with others contradicts them
 * @param memory megabytes that one scene's map may take; longer scenes are cut by time
 */
@RecordBuilder
public record FusionOptions(
        @Default("0.05") double voxel,
        @Default("mean") Pooling pooling,
        @Default("0.1") double own,
        @Default("10") double farthest,
        @Default("0.4") double disagreement,
        @Default("1024") int memory)
        implements FusionOptionsBuilder.With, Serializable {
    /** Voxels of 5 cm and the mean. */
    public static final FusionOptions DEFAULT = new FusionOptions(0.05, Pooling.MEAN, 0.1, 10, 0.4, 1024);

    public FusionOptions {
        new Checks()
                .inRange("voxel", voxel, 0.005, 1)
                .unit("own", own)
                .inRange("farthest", farthest, 0.1, 65)
                .unit("disagreement", disagreement)
                .inRange("memory", memory, 16, 1 << 20)
                .verify();
    }

    /** Of one line, the same for the same options. */
    public String canonical() {
        return String.format(
                Locale.ROOT,
                "voxel %s m, %s, own %s, farthest %s m, disagreement %s, memory %d MB",
                voxel,
                pooling.name().toLowerCase(Locale.ROOT),
                own,
                farthest,
                disagreement,
                memory);
    }

    /** How several views' posteriors of one place become one; each view counts the same. */
    public enum Pooling {
        /** The mean of the views' posteriors. Views err together, and the mean stays as unsure as they are. */
        MEAN,
        /**
         * The product of the views' posteriors, as if they erred independently of each other: what SemanticFusion does.
         * Sure, and often wrongly so.
         */
        PRODUCT
    }
}
