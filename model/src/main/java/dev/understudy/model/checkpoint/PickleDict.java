package dev.understudy.model.checkpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A Python dictionary as a plain list. Keys are never hashed nor compared with each other: a key may be a structure
 * that contains itself, or one whose hash takes for ever.
 */
final class PickleDict {
    /** Key, value, key, value, … */
    private final List<Object> items = new ArrayList<>(0);

    void put(Object key, Object value) {
        items.add(key);
        items.add(value);
    }

    /** Visits the pairs whose key is a string, in the order of the file. */
    void forEachNamed(BiConsumer<String, Object> action) {
        for (int i = 0; i < items.size(); i += 2) {
            if (items.get(i) instanceof String name) {
                action.accept(name, items.get(i + 1));
            }
        }
    }

    /** The last value of a key, as Python would have it. */
    @Nullable
    Object get(String key) {
        for (int i = items.size() - 2; i >= 0; i -= 2) {
            if (key.equals(items.get(i))) {
                return items.get(i + 1);
            }
        }
        return null;
    }
}
