package dev.understudy.conf;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts {@code --set a.b=c} into a tree before it becomes a record. */
final class Overrides {
    private Overrides() {}

    static void apply(YamlNode.Mapping root, List<String> overrides, Problems problems) {
        for (String override : overrides) {
            Location location = Location.option("--set " + override);
            int equals = override.indexOf('=');
            String[] path = override.substring(0, Math.max(equals, 0)).strip().split("\\.", -1);
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
