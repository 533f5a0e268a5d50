package dev.understudy.cli.console;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a command that YAML may configure is told its settings and tells its result; such commands mix it in. */
public final class RecipeOptions {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "YAML with any of the settings; options on the command line win.")
    private @Nullable Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description =
                    "Sets any value of the configuration, by its path, such as spark.master or options.depthNoise.")
    private List<String> overrides = List.of();

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    /** @param settings by the flags of the command itself */
    public <T extends Record> T load(FlagSettings settings, Class<T> type) {
        return settings.load(config, type, overrides);
    }

    /** @param lines what {@code result} is in words */
    public void print(Console console, Object result, List<String> lines) throws IOException {
        if (json) {
            console.printJson(result);
        } else {
            lines.forEach(console::print);
        }
    }
}
