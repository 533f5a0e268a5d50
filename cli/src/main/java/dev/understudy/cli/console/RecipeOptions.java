package dev.understudy.cli.console;

import dev.understudy.conf.ConfigurationLoader;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a command that YAML may configure is told its settings and tells its result; such commands mix it in. */
public final class RecipeOptions {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "YAML with any of the settings; options on the command line win.")
    private @Nullable Path config;

    @Mixin
    private SetOption set;

    @Mixin
    private JsonOption json;

    /** @param settings by the flags of the command itself */
    public <T extends Record> T load(FlagSettings settings, Class<T> type) {
        return settings.load(config, type, set.overrides());
    }

    /** @param lines what {@code result} is in words */
    public void print(Console console, Object result, List<String> lines) {
        json.print(console, result, lines);
    }

    /** The same for commands that have no flags for their settings, and so need the file. */
    public static final class Required {
        @Option(names = "--config", required = true, paramLabel = "FILE", description = "The recipe, see conf/.")
        private Path config;

        @Mixin
        private SetOption set;

        public <T extends Record> T load(Class<T> type) {
            return ConfigurationLoader.load(config, type, set.overrides());
        }
    }

    /** Single values of a recipe. */
    public static final class SetOption {
        @Option(
                names = "--set",
                paramLabel = "KEY=VALUE",
                description =
                        "Overrides any value of the recipe by its path, such as spark.master or student.stages.0.steps.")
        private List<String> overrides = List.of();

        public List<String> overrides() {
            return overrides;
        }
    }
}
