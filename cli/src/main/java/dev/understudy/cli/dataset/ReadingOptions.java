package dev.understudy.cli.dataset;

import dev.understudy.dataset.imports.Pictures.Orientation;
import dev.understudy.dataset.signs.DepthSigns.DepthBits;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of the importers that say how files are meant where they do not say it themselves. */
final class ReadingOptions {
    @Option(
            names = "--depth-bits",
            defaultValue = "plain",
            paramLabel = "HOW",
            description = "plain, rotated (three bits to the left, as in SUN RGB-D) or swapped (the low byte first)."
                    + " Default: ${DEFAULT-VALUE}")
    private DepthBits depthBits;

    @Option(
            names = "--orientation",
            defaultValue = "auto",
            paramLabel = "HOW",
            description =
                    "Of pictures with an EXIF orientation: shown (as viewers turn them), stored (not turned), or auto,"
                            + " which is shown unless their labels or depth fit the stored pixels only. Default: ${DEFAULT-VALUE}")
    private Orientation orientation;

    @Option(
            names = "--scene",
            paramLabel = "PATTERN",
            description =
                    "A regular expression with one group, searched for in each id: what the group holds is the scene or"
                            + " recording that the frame belongs to.")
    private @Nullable String scene;

    DepthBits depthBits() {
        return depthBits;
    }

    Orientation orientation() {
        return orientation;
    }

    @Nullable
    String scene() {
        return scene;
    }
}
