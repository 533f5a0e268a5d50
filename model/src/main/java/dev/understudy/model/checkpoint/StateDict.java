package dev.understudy.model.checkpoint;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

    /** Where averages of the weights over training are kept beside them. */
    static final List<String> AVERAGES =
            List.of("state_dict_ema", "model_ema", "ema_state_dict", "model_state_dict_ema", "ema");

    private static final Logger LOG = LoggerFactory.getLogger(StateDict.class);
    private static final int DEEPEST = 4;
    private static final int MOST_NAMED = 8;

    private StateDict() {}

    /**
     * The tensors by name, in the order of the file. Of weights and their average the weights; that is told.
     *
     * @param set key of the dictionary to take, or what the names of its tensors start with; null = as is usual
     */
    static Map<String, StoredTensor> find(Object root, ByteCursor file, @Nullable String set) {
        if (!(root instanceof PickleDict dict)) {
            throw file.failure("holds no dictionary but a single " + (root instanceof StoredTensor ? "tensor" : "value")
                    + "; save model.state_dict()");
        }
        if (set != null) {
            return named(dict, set, file);
        }
        Map<String, StoredTensor> tensors = find(dict);
        List<String> averages = AVERAGES.stream()
                .filter(key -> dict.get(key) instanceof PickleDict average
                        && !find(average).isEmpty())
                .toList();
        if (tensors.isEmpty() && !averages.isEmpty()) {
            return named(dict, averages.get(0), file);
        }
        if (!averages.isEmpty()) {
            LOG.warn(
                    "{}: holds weights and their average; took {}, and left {} alone, which 'understudy checkpoint convert"
                            + " --set {}' writes into a file of its own",
                    file.name(),
                    taken(dict),
                    averages.get(0),
                    averages.get(0));
        }
        if (tensors.isEmpty()) {
            throw file.failure("holds no tensors" + keysOf(dict) + "; expected a state dict, or one under "
                    + String.join(", ", LEVELS));
        }
        return tensors;
    }

    private static Map<String, StoredTensor> find(PickleDict dict) {
        return find(dict, DEEPEST, Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    private static String taken(PickleDict dict) {
        return LEVELS.stream()
                .filter(key -> dict.get(key) instanceof PickleDict inner
                        && !find(inner).isEmpty())
                .findFirst()
                .orElse("the tensors beside it");
    }

    private static Map<String, StoredTensor> named(PickleDict dict, String set, ByteCursor file) {
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        if (dict.get(set) instanceof PickleDict inner) {
            tensors.putAll(find(inner));
        } else {
            find(dict).forEach((name, tensor) -> {
                if (name.startsWith(set + ".")) {
                    tensors.put(name.substring(set.length() + 1), tensor);
                }
            });
        }
        if (tensors.isEmpty()) {
            throw file.failure("holds no tensors under '" + ByteCursor.quote(set) + "'" + keysOf(dict)
                    + "; see what it has with 'understudy checkpoint inspect'");
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

    /**
     * A tensor as a pickle describes it: a view of a storage. Offsets, sizes and strides count elements and are not
     * checked yet.
     */
    record StoredTensor(Storage storage, long offset, long[] sizes, long[] strides) {
        /**
         * A run of elements.
         *
         * @param key names the storage in its file
         * @param elements size of the whole storage
         * @param viewOffset where the tensor's part of it starts; 0 but for the stream format's views
         * @param viewElements size of that part
         */
        record Storage(TensorType type, String key, long elements, long viewOffset, long viewElements) {}
    }
}
