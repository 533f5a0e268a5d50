package dev.understudy.conf;

import dev.understudy.conf.Problems.Location;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A piece of YAML that remembers where it was written. Mappings and sequences can be changed by overrides. */
sealed interface YamlNode {
    int LONGEST_SHOWN = 60;

    Location location();

    /** What a message calls it. */
    String describe();

    /** @param plain written without quotes, so that {@code null} means nothing and {@code 3} may be a number */
    record Scalar(String text, boolean plain, Location location) implements YamlNode {
        private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");

        boolean isNull() {
            return plain && NULLS.contains(text);
        }

        @Override
        public String describe() {
            return isNull() ? "nothing" : shown(text);
        }
    }

    record Sequence(List<YamlNode> items, Location location) implements YamlNode {
        @Override
        public String describe() {
            return "a list";
        }
    }

    /** @param entries in file order */
    record Mapping(Map<String, Entry> entries, Location location) implements YamlNode {
        record Entry(Location key, YamlNode value) {}

        @Nullable
        YamlNode get(String key) {
            Entry entry = entries.get(key);
            return entry == null ? null : entry.value;
        }

        @Override
        public String describe() {
            return "a mapping";
        }
    }

    /** In quotes, and no longer than a message can bear. */
    static String shown(String text) {
        return "'" + (text.length() > LONGEST_SHOWN ? text.substring(0, LONGEST_SHOWN) + "…" : text) + "'";
    }

    default boolean isNothing() {
        return this instanceof Scalar scalar && scalar.isNull();
    }

    /** What stands at a dotted path, or as near above it as there is something. */
    static YamlNode find(YamlNode from, String dottedPath) {
        YamlNode at = from;
        for (String segment : dottedPath.split("\\.")) {
            YamlNode next = null;
            if (at instanceof Mapping mapping) {
                next = mapping.get(segment);
            } else if (at instanceof Sequence sequence && segment.matches("\\d{1,6}")) {
                int index = Integer.parseInt(segment);
                next = index < sequence.items.size() ? sequence.items.get(index) : null;
            }
            if (next == null) {
                return at;
            }
            at = next;
        }
        return at;
    }
}
