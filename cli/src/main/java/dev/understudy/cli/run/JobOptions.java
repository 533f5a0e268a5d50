package dev.understudy.cli.run;

import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.FlagSettings;
import dev.understudy.cli.console.FrameOptions;
import dev.understudy.cli.console.RecipeOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the commands that run a Spark job over frames have in common; each mixes it in. */
final class JobOptions {
    @Mixin
    private RecipeOptions recipe;

    @Mixin
    private FrameOptions frames;

    @Option(names = "--master", paramLabel = "URL", description = "Where Spark runs; local[*] if not given.")
    private @Nullable String master;

    /** The flags of these options, to which a command adds its own. */
    FlagSettings settings() {
        FlagSettings settings = new FlagSettings();
        settings.set("manifest", frames.manifest());
        settings.set("split", frames.split());
        settings.set("spark.master", master);
        return settings;
    }

    boolean hasManifest() {
        return frames.manifest() != null;
    }

    <T extends Record> T load(FlagSettings settings, Class<T> type) {
        return recipe.load(settings, type);
    }

    /** @param lines what {@code result} is in words */
    void print(Console console, Object result, List<String> lines) {
        recipe.print(console, result, lines);
    }

    /** Whether a job that goes on looks again at what it could not read. */
    static final class RetryOption {
        @Option(names = "--retry-quarantined", description = "Try again what was quarantined.")
        private boolean given;

        boolean isGiven() {
            return given;
        }
    }
}
