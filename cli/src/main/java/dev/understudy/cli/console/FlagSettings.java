package dev.understudy.cli.console;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a command's flags set in its configuration: overrides of the file, so that both ways are checked by the same
 * rules.
 */
public final class FlagSettings {
    private final List<String> settings = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();

    /** Sets a key of the configuration, if its flag was given. */
    public void set(String key, @Nullable Object value) {
        if (value instanceof Boolean || value instanceof Number) {
            settings.add(key + "=" + value);
        } else if (value != null) {
            settings.add(key + "=" + quoted(value));
        }
    }

    public void setAll(String key, List<Path> values) {
        if (!values.isEmpty()) {
            settings.add(
                    key + "=[" + values.stream().map(FlagSettings::quoted).collect(Collectors.joining(", ")) + "]");
        }
    }

    /** Sets a key to a value written in YAML. */
    public void setYaml(String key, String yaml) {
        settings.add(key + "=" + yaml);
    }

    /** Without a file of configuration this flag is needed. */
    public void require(String option, boolean given) {
        if (!given) {
            missing.add(option);
        }
    }

    /**
     * @param overrides of {@code --set}, which win
     * @throws ConfigurationException if there is no file, nothing was set by key, and a flag is missing; and for
     *     mistakes
     */
    public <T extends Record> T load(@Nullable Path config, Class<T> type, List<String> overrides) {
        settings.addAll(overrides);
        if (config != null) {
            return ConfigurationLoader.load(config, type, settings);
        }
        if (!missing.isEmpty() && overrides.isEmpty()) {
            throw new ConfigurationException(
                    "missing " + String.join(", ", missing) + "; give them, or a --config FILE that has them");
        }
        return ConfigurationLoader.parse("options", "", type, settings);
    }

    /** As a text in YAML. */
    public static String quoted(Object value) {
        return "'" + value.toString().replace("'", "''") + "'";
    }
}
