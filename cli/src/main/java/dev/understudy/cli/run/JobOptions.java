package dev.understudy.cli.run;

import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.FlagSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the commands that run a Spark job over frames have in common; each mixes it in. */
final class JobOptions {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "YAML with any of the settings; options on the command line win.")
    private @Nullable Path config;

    @Option(names = "--manifest", paramLabel = "FILE", description = "The frames: manifest.jsonl or its folder.")
    private @Nullable Path manifest;

    @Option(names = "--split", paramLabel = "NAME", description = "Only frames of this split.")
    private @Nullable String split;

    @Option(names = "--master", paramLabel = "URL", description = "Where Spark runs; local[*] if not given.")
    private @Nullable String master;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Sets any value of the configuration.")
    private List<String> overrides = List.of();

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

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
        return settings.load(config, type, overrides);
    }

    /** @param lines what {@code result} is in words */
    void print(Console console, Object result, List<String> lines) throws IOException {
        if (json) {
            console.printJson(result);
        } else {
            lines.forEach(console::print);
        }
    }
}
