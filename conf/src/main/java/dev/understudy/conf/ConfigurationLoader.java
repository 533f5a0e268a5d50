package dev.understudy.conf;

import dev.understudy.conf.Problems.Location;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * YAML → immutable record. The rules:
 *
 * <ul>
 *   <li>A key is a component's name. Unknown and duplicate keys are errors; what is missing takes its
 *       {@link Default}, else null if it is {@code @Nullable}, else is an error. {@code key: null} counts as missing,
 *       but makes a {@code @Nullable} component null even if it has a default.
 *   <li>Components are {@code int}, {@code long}, {@code float}, {@code double}, {@code boolean} and their boxes,
 *       {@code String}, {@code Path}, enums (written in lower case with hyphens), records, sealed interfaces
 *       ({@link Named}), {@code List} and {@code Map}, the latter two unmodifiable and in file order.
 *   <li>A relative {@code Path} is relative to the folder of the YAML file; one given by {@code --set}, or in text
 *       without a file, to the working directory. The record gets it absolute and normalised.
 *   <li>Ranges are the record's own business: its compact constructor throws {@link IllegalArgumentException}, best by
 *       {@link Checks}.
 * </ul>
 *
 * All that is wrong is told at once, each with file, line and column, in a {@link ConfigurationException}.
 */
public final class ConfigurationLoader {
    private ConfigurationLoader() {}

    /**
     * @param type a record, or a sealed interface of {@link Named} records for a file that holds one of them
     * @param overrides each {@code key=value}, the key with dots between nested keys and list indices
     *     ({@code stages.0.steps=500}), the value YAML; an empty value takes back what the file says
     */
    public static <R> R load(Path yaml, Class<R> type, List<String> overrides) {
        Path folder = yaml.toAbsolutePath().getParent();
        return bind(read(yaml), Location.startOf(yaml.toString(), folder == null ? yaml : folder), type, overrides);
    }

    /** @param name what messages call the text, as if it were a file's name */
    public static <R> R parse(String name, String yaml, Class<R> type, List<String> overrides) {
        return bind(yaml, Location.startOf(name, Path.of("")), type, overrides);
    }

    private static <R> R bind(String text, Location start, Class<R> type, List<String> overrides) {
        Problems problems = new Problems();
        Optional<YamlNode> document = YamlReader.read(text, start, problems);
        if (document.isEmpty()) {
            throw new ConfigurationException(problems.lines());
        }
        YamlNode root =
                document.get().isNothing() ? new YamlNode.Mapping(new LinkedHashMap<>(), start) : document.get();
        if (root instanceof YamlNode.Mapping mapping) {
            Overrides.apply(mapping, overrides, problems);
        }
        Optional<Object> record = new Binder(problems).bind(root, type);
        problems.throwIfAny();
        return type.cast(record.orElseThrow());
    }

    private static String read(Path yaml) {
        try {
            if (!Files.isRegularFile(yaml)) {
                throw new ConfigurationException(yaml
                        + (Files.exists(yaml) ? ": found a folder, expected a YAML file" : ": there is no such file")
                        + "; check the path");
            }
            if (Files.size(yaml) > YamlReader.MAX_CHARACTERS) {
                throw new ConfigurationException(yaml + ": found " + Files.size(yaml) + " bytes, expected at most "
                        + YamlReader.MAX_CHARACTERS + "; is this the YAML file you meant?");
            }
            return Files.readString(yaml);
        } catch (CharacterCodingException e) {
            throw new ConfigurationException(yaml + ": found bytes that are not UTF-8; save the file as UTF-8", e);
        } catch (IOException e) {
            throw new ConfigurationException(yaml + ": cannot be read (" + e.getMessage() + ")", e);
        }
    }

    /** Puts {@code --set a.b=c} into a tree before it becomes a record. */
    private static final class Overrides {
        private Overrides() {}

        static void apply(YamlNode.Mapping root, List<String> overrides, Problems problems) {
            for (String override : overrides) {
                Location location = Location.option("--set " + override);
                int equals = override.indexOf('=');
                String[] path =
                        override.substring(0, Math.max(equals, 0)).strip().split("\\.", -1);
                if (equals < 1 || Arrays.stream(path).anyMatch(String::isBlank)) {
                    problems.add(location, "expected key=value, with dots between nested keys, such as --set a.b=0.5");
                    continue;
                }
                YamlReader.read(override.substring(equals + 1), location, problems)
                        .map(value -> put(root, path, value))
                        .ifPresent(mistake -> problems.add(location, mistake));
            }
        }

        /** @return what is wrong, or null */
        private static @Nullable String put(YamlNode root, String[] path, YamlNode value) {
            YamlNode at = root;
            for (int i = 0; i < path.length; i++) {
                boolean last = i == path.length - 1;
                if (at instanceof YamlNode.Mapping mapping) {
                    YamlNode next = mapping.get(path[i]);
                    if (last || next == null || next.isNothing()) {
                        next = last ? value : new YamlNode.Mapping(new LinkedHashMap<>(), value.location());
                        mapping.entries().put(path[i], new YamlNode.Mapping.Entry(value.location(), next));
                    }
                    at = next;
                } else if (at instanceof YamlNode.Sequence sequence) {
                    int size = sequence.items().size();
                    if (!path[i].matches("\\d{1,6}") || Integer.parseInt(path[i]) >= size) {
                        return "'" + upTo(path, i) + "' is a list of " + size + "; '" + path[i]
                                + "' is not an index of it (they start at 0)";
                    }
                    int index = Integer.parseInt(path[i]);
                    if (last) {
                        sequence.items().set(index, value);
                    }
                    at = sequence.items().get(index);
                } else {
                    return "'" + upTo(path, i) + "' is " + at.describe() + ", which has no '" + path[i] + "'; set '"
                            + upTo(path, i) + "' as a whole";
                }
            }
            return null;
        }

        private static String upTo(String[] path, int end) {
            return String.join(".", Arrays.copyOf(path, end));
        }
    }
}
