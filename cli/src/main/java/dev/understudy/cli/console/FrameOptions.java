package dev.understudy.cli.console;

import dev.understudy.dataset.frame.Manifest;
import dev.understudy.pipeline.label.LabelRecord;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that say which frames. */
public final class FrameOptions {
    @Option(
            names = "--manifest",
            paramLabel = "FILE",
            description = "The frames: manifest.jsonl, or the folder that holds it.")
    private @Nullable Path manifest;

    @Mixin
    private SplitOption split;

    public @Nullable Path manifest() {
        return manifest;
    }

    /** The manifest that was named, or else the one that a store was labelled from. */
    public Path manifestOf(Path store) {
        return manifest != null ? manifest : LabelRecord.manifestOf(store);
    }

    public @Nullable String split() {
        return split.name();
    }

    /** Which frames, for commands that do nothing without them. */
    public static final class Required {
        @Option(
                names = "--manifest",
                required = true,
                paramLabel = "FILE",
                description = "The frames: manifest.jsonl, or the folder that holds it.")
        private Path manifest;

        @Mixin
        private SplitOption split;

        public Path manifest() {
            return manifest;
        }

        public @Nullable String split() {
            return split.name();
        }

        /** @throws dev.understudy.files.DataException if it cannot be read, or has no such split */
        public Manifest read() {
            return Manifest.read(manifest, split.name());
        }
    }

    /** Which of a manifest's frames. */
    public static final class SplitOption {
        @Option(names = "--split", paramLabel = "NAME", description = "Only frames of this split; all if not given.")
        private @Nullable String name;

        public @Nullable String name() {
            return name;
        }
    }
}
