package dev.understudy.model.checkpoint;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A name that a pickle may mention. None of them is ever looked up or called as Python would: a role says which plain
 * value stands for the result.
 *
 * @param name module and name with a dot between
 * @param type element type of a storage class, else null
 */
record PickleGlobal(String name, Role role, @Nullable TensorType type) {
    /** What calling the global comes to. */
    enum Role {
        /** A dictionary, empty or of the pairs that are the first argument. */
        DICTIONARY,
        /** Its first argument, a sequence. */
        SEQUENCE,
        /** A tensor: storage, offset, sizes, strides, more that is of no interest. */
        TENSOR,
        /** Its first argument, a tensor. */
        PARAMETER,
        /** Calls its first argument with its third, which is a tuple. */
        TENSOR_SUBCLASS,
        /** A class that only persistent ids mention. */
        STORAGE,
        /** A value that training left beside the weights: nothing of it is kept. */
        INERT
    }

    private static final Map<String, TensorType> STORAGES = Map.of(
            "torch.DoubleStorage", TensorType.FLOAT64,
            "torch.FloatStorage", TensorType.FLOAT32,
            "torch.HalfStorage", TensorType.FLOAT16,
            "torch.BFloat16Storage", TensorType.BFLOAT16,
            "torch.LongStorage", TensorType.INT64,
            "torch.IntStorage", TensorType.INT32,
            "torch.ShortStorage", TensorType.INT16,
            "torch.CharStorage", TensorType.INT8,
            "torch.ByteStorage", TensorType.UINT8,
            "torch.BoolStorage", TensorType.BOOL);

    private static final Map<String, Role> CALLS = Map.ofEntries(
            Map.entry("collections.OrderedDict", Role.DICTIONARY),
            Map.entry("collections.defaultdict", Role.INERT),
            Map.entry("collections.Counter", Role.INERT),
            Map.entry("torch.Size", Role.SEQUENCE),
            Map.entry("torch._utils._rebuild_tensor", Role.TENSOR),
            Map.entry("torch._utils._rebuild_tensor_v2", Role.TENSOR),
            Map.entry("torch._utils._rebuild_parameter", Role.PARAMETER),
            Map.entry("torch._utils._rebuild_parameter_with_state", Role.PARAMETER),
            Map.entry("torch._tensor._rebuild_from_type_v2", Role.TENSOR_SUBCLASS));

    /** Seen in authors' files next to the weights: metrics as NumPy scalars, command-line arguments, settings. */
    private static final Set<String> INERT = Set.of(
            "torch.Tensor",
            "torch.nn.parameter.Parameter",
            "torch.nn.parameter.Buffer",
            "torch.device",
            "torch.float64",
            "torch.float32",
            "torch.float16",
            "torch.bfloat16",
            "torch.int64",
            "torch.int32",
            "torch.int16",
            "torch.int8",
            "torch.uint8",
            "torch.bool",
            "numpy.dtype",
            "numpy.ndarray",
            "numpy.core.multiarray.scalar",
            "numpy.core.multiarray._reconstruct",
            "numpy._core.multiarray.scalar",
            "numpy._core.multiarray._reconstruct",
            "_codecs.encode",
            "argparse.Namespace",
            "builtins.set",
            "builtins.frozenset",
            "builtins.bytearray",
            "builtins.complex",
            "builtins.slice",
            "builtins.range",
            "builtins.int",
            "builtins.float",
            "builtins.list",
            "builtins.dict",
            "__builtin__.set",
            "__builtin__.frozenset",
            "__builtin__.bytearray",
            "__builtin__.complex",
            "__builtin__.slice",
            "__builtin__.xrange",
            "__builtin__.int",
            "__builtin__.float",
            "__builtin__.list",
            "__builtin__.dict");

    /** Empty if the name is not allowed. */
    static Optional<PickleGlobal> find(String module, String name) {
        String full = module + "." + name;
        TensorType type = STORAGES.get(full);
        if (type != null) {
            return Optional.of(new PickleGlobal(full, Role.STORAGE, type));
        }
        Role role = CALLS.get(full);
        if (role == null && INERT.contains(full)) {
            role = Role.INERT;
        }
        return Optional.ofNullable(role).map(known -> new PickleGlobal(full, known, null));
    }
}
