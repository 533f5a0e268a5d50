package dev.understudy.pipeline.console;

import dev.understudy.dataset.DataException;
import dev.understudy.dataset.frame.Manifest;
import java.nio.file.Path;
import java.util.Set;
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

    /**
     * The frames of one split of a manifest.
     *
     * @param split null for all
     * @throws DataException if the manifest cannot be read, or has no such split
     */
    public static Manifest read(Path manifest, @Nullable String split) {
        Manifest all = Manifest.read(manifest);
        if (split == null) {
            return all;
        }
        Set<String> splits = all.splits();
        if (!splits.contains(split)) {
            throw new DataException(manifest + ": no frame is of split '" + split + "', expected one of " + splits);
        }
        return all.split(split);
    }
}
