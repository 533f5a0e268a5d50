package dev.understudy.cli.console;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What an expert that labels is told beside its name. */
public final class ExpertOptions {
    @Option(names = "--checkpoint", paramLabel = "FILE", description = "The expert's weights.")
    private @Nullable Path checkpoint;

    @Option(names = "--classes", paramLabel = "SPACE", description = "Class space of the expert's outputs.")
    private @Nullable String classes;

    @Mixin
    private MapOption map;

    public @Nullable Path checkpoint() {
        return checkpoint;
    }

    public @Nullable String classes() {
        return classes;
    }

    public @Nullable String mapTo() {
        return map.space();
    }

    /** What an expert's classes become. */
    public static final class MapOption {
        @Option(
                names = "--map-to",
                paramLabel = "SPACE",
                description = "Class space of the labels, if it is another one.")
        private @Nullable String space;

        public @Nullable String space() {
            return space;
        }
    }
}
