package dev.understudy.cli.run;

import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.FlagSettings;
import dev.understudy.cli.console.RecipeOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the commands that run a Spark job over frames have in common; each mixes it in. */
final class JobOptions {
    @Mixin
    private RecipeOptions recipe;

    @Option(names = "--manifest", paramLabel = "FILE", description = "The frames: manifest.jsonl or its folder.")
    private @Nullable Path manifest;

    @Option(names = "--split", paramLabel = "NAME", description = "Only frames of this split.")
    private @Nullable String split;

    @Option(names = "--master", paramLabel = "URL", description = "Where Spark runs; local[*] if not given.")
    private @Nullable String master;

    /** The flags of these options, to which a command adds its own. */
    FlagSettings settings() {
        FlagSettings settings = new FlagSettings();
        settings.set("manifest", manifest);
        settings.set("split", split);
        settings.set("spark.master", master);
        return settings;
    }

    boolean hasManifest() {
        return manifest != null;
    }

    <T extends Record> T load(FlagSettings settings, Class<T> type) {
        return recipe.load(settings, type);
    }

    /** @param lines what {@code result} is in words */
    void print(Console console, Object result, List<String> lines) throws IOException {
        recipe.print(console, result, lines);
    }
}
