package dev.understudy.cli.console;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say which frames. */
public final class FrameOptions {
    @Option(
            names = "--manifest",
            paramLabel = "FILE",
            description = "The frames: manifest.jsonl, or the folder that holds it.")
    private @Nullable Path manifest;

    @Option(names = "--split", paramLabel = "NAME", description = "Only frames of this split; all if not given.")
    private @Nullable String split;

    public @Nullable Path manifest() {
        return manifest;
    }

    public @Nullable String split() {
        return split;
    }
}
