package dev.understudy.model.checkpoint;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/**
 * Finds the network's tensors in what was saved: a dictionary of tensors, or one that holds such a dictionary under one
 * of the customary keys ({@link #LEVELS}) beside epoch, optimiser and the like. Only the tensors directly in that
 * dictionary count; everything else is left alone.
 */
final class StateDict {
    /** In order of preference. */
    static final List<String> LEVELS = List.of(
            "state_dict",
            "model_state_dict",
            "model_state",
            "model",
            "segmenter",
            "network",
            "net",
            "module",
            "weights");

    private static final int DEEPEST = 4;
    private static final int MOST_NAMED = 8;

    private StateDict() {}

    /** The tensors by name, in the order of the file. */
    static Map<String, StoredTensor> find(Object root, ByteCursor file) {
        if (!(root instanceof PickleDict dict)) {
            throw file.failure("holds no dictionary but a single " + (root instanceof StoredTensor ? "tensor" : "value")
                    + "; save model.state_dict()");
        }
        Map<String, StoredTensor> tensors = find(dict, DEEPEST, Collections.newSetFromMap(new IdentityHashMap<>()));
        if (tensors.isEmpty()) {
            throw file.failure("holds no tensors" + keysOf(dict) + "; expected a state dict, or one under "
                    + String.join(", ", LEVELS));
        }
        return tensors;
    }

    private static Map<String, StoredTensor> find(PickleDict dict, int levels, Set<PickleDict> seen) {
        // A dictionary can hold itself under all of the keys.
        if (!seen.add(dict)) {
            return Map.of();
        }
        for (String level : LEVELS) {
            if (levels > 0 && dict.get(level) instanceof PickleDict inner) {
                Map<String, StoredTensor> tensors = find(inner, levels - 1, seen);
                if (!tensors.isEmpty()) {
                    return tensors;
                }
            }
        }
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        dict.forEachNamed((name, value) -> {
            if (value instanceof StoredTensor tensor) {
                tensors.put(name, tensor);
            }
        });
        return tensors;
    }

    private static String keysOf(PickleDict dict) {
        StringJoiner keys = new StringJoiner(", ", ", only the keys ", "").setEmptyValue("");
        int[] count = {0};
        dict.forEachNamed((name, value) -> {
            if (count[0]++ < MOST_NAMED) {
                keys.add(ByteCursor.quote(name));
            }
        });
        return keys + (count[0] > MOST_NAMED ? ", …" : "");
    }
}
