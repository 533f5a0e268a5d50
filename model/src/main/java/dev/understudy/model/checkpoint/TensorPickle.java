package dev.understudy.model.checkpoint;

import dev.understudy.model.checkpoint.PickleReader.Absent;
import dev.understudy.model.checkpoint.StateDict.StoredTensor;
import dev.understudy.model.checkpoint.StateDict.StoredTensor.Storage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What PyTorch's pickles mean: calls that describe tensors, persistent ids that name storages. */
final class TensorPickle implements PickleReader.Calls {
    /** PyTorch itself has 64. */
    private static final int MOST_DIMENSIONS = 64;

    private final Map<String, Storage> storages = new LinkedHashMap<>();

    /** The storages that were named, by key. */
    Map<String, Storage> storages() {
        return storages;
    }

    @Override
    public Object call(PickleGlobal global, List<Object> arguments, PickleReader reader) {
        return switch (global.role()) {
            case DICTIONARY -> dictionary(arguments, reader);
            case SEQUENCE -> argument(arguments, 0, global, reader);
            case TENSOR -> tensor(arguments, global, reader);
            case PARAMETER -> {
                if (argument(arguments, 0, global, reader) instanceof StoredTensor tensor) {
                    yield tensor;
                }
                throw reader.failure("a parameter around something that is no tensor");
            }
            case TENSOR_SUBCLASS -> subclass(arguments, global, reader);
            case INERT -> Absent.INERT;
            case STORAGE -> throw reader.failure("a call of " + global.name());
        };
    }

    @Override
    public Object load(Object id, PickleReader reader) {
        List<Object> parts = reader.sequence(id, "the parts of a persistent id");
        if (parts.size() < 5 || !"storage".equals(parts.get(0))) {
            throw reader.failure("a persistent id that names no storage; the file holds a whole module or script, save"
                    + " model.state_dict() instead");
        }
        if (!(parts.get(1) instanceof PickleGlobal type) || type.type() == null) {
            throw reader.failure("a storage without a known class");
        }
        String key = reader.string(parts.get(2), "the key of a storage");
        long elements = reader.integer(parts.get(4), "the size of a storage");
        Storage whole = new Storage(type.type(), key, elements, 0, elements);
        Storage first = storages.putIfAbsent(key, whole);
        if (first != null && (first.type() != whole.type() || first.elements() != elements)) {
            throw reader.failure("storage " + ByteCursor.quote(key) + " is named twice, as " + first.elements() + " "
                    + first.type().title() + " and as " + elements + " "
                    + whole.type().title());
        }
        return parts.size() == 5 || parts.get(5) == Absent.NONE ? whole : view(whole, parts.get(5), reader);
    }

    /** The stream format's (key of the view, offset, elements). */
    private static Storage view(Storage whole, Object metadata, PickleReader reader) {
        List<Object> parts = reader.sequence(metadata, "the parts of a storage's view");
        if (parts.size() != 3) {
            throw reader.failure("a storage's view of " + parts.size() + " parts instead of 3");
        }
        long offset = reader.integer(parts.get(1), "the offset of a view");
        long elements = reader.integer(parts.get(2), "the size of a view");
        if (offset < 0 || elements < 0 || offset > whole.elements() - elements) {
            throw reader.failure(
                    "a view of " + elements + " elements from " + offset + " in a storage of " + whole.elements());
        }
        return new Storage(whole.type(), whole.key(), whole.elements(), offset, elements);
    }

    private static PickleDict dictionary(List<Object> arguments, PickleReader reader) {
        PickleDict dict = new PickleDict();
        if (!arguments.isEmpty()) {
            List<Object> pairs = reader.sequence(arguments.get(0), "the pairs of a dictionary");
            reader.charge(pairs.size());
            for (Object pair : pairs) {
                List<Object> two = reader.sequence(pair, "a dictionary's pair");
                if (two.size() != 2) {
                    throw reader.failure("a dictionary's pair of " + two.size());
                }
                dict.put(two.get(0), two.get(1));
            }
        }
        return dict;
    }

    private static StoredTensor tensor(List<Object> arguments, PickleGlobal global, PickleReader reader) {
        if (!(argument(arguments, 0, global, reader) instanceof Storage storage)) {
            throw reader.failure("a tensor without a storage");
        }
        long offset = reader.integer(argument(arguments, 1, global, reader), "the offset of a tensor");
        long[] sizes = integers(argument(arguments, 2, global, reader), "the sizes of a tensor", reader);
        long[] strides = integers(argument(arguments, 3, global, reader), "the strides of a tensor", reader);
        if (sizes.length != strides.length) {
            throw reader.failure("a tensor of " + sizes.length + " sizes and " + strides.length + " strides");
        }
        return new StoredTensor(storage, offset, sizes, strides);
    }

    /** Function, class, arguments, state: how a tensor with attributes, or of a subclass, is saved. */
    private Object subclass(List<Object> arguments, PickleGlobal global, PickleReader reader) {
        if (argument(arguments, 0, global, reader) instanceof PickleGlobal function
                && (function.role() == PickleGlobal.Role.TENSOR || function.role() == PickleGlobal.Role.PARAMETER)) {
            Object inner = argument(arguments, 2, global, reader);
            return call(function, reader.sequence(inner, "the arguments of a tensor"), reader);
        }
        throw reader.failure("a subclass of tensor that is not rebuilt by a known function");
    }

    private static Object argument(List<Object> arguments, int index, PickleGlobal global, PickleReader reader) {
        if (index >= arguments.size()) {
            throw reader.failure(global.name() + " with " + arguments.size() + " arguments");
        }
        return arguments.get(index);
    }

    private static long[] integers(Object value, String what, PickleReader reader) {
        List<Object> items = reader.sequence(value, what);
        if (items.size() > MOST_DIMENSIONS) {
            throw reader.failure(what + " are " + items.size() + "; " + MOST_DIMENSIONS + " is the most there can be");
        }
        reader.charge(items.size());
        return items.stream().mapToLong(item -> reader.integer(item, what)).toArray();
    }
}
