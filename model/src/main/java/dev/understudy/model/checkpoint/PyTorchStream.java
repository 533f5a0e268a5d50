package dev.understudy.model.checkpoint;

import dev.understudy.model.checkpoint.StateDict.StoredTensor;
import dev.understudy.model.checkpoint.StateDict.StoredTensor.Storage;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code torch.save} wrote before version 1.6: the pickles of a magic number, of a protocol version, of the
 * system's properties, of the object and of the list of storage keys; then each storage in that order, as i64 count and
 * raw data.
 */
final class PyTorchStream {
    private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
    private static final int LONG1 = 0x8a;
    private static final int PROTO = 0x80;

    private final ByteCursor file;

    private PyTorchStream(ByteCursor file) {
        this.file = file;
    }

    /** Whether the file starts with a pickle; that is told apart from others by its magic number later. */
    static boolean matches(ByteCursor file) {
        if (file.size() < 2) {
            return false;
        }
        ByteCursor start = file.within(0, 2, "signature");
        int first = start.u8("signature");
        int second = start.u8("signature");
        return first == PROTO && second <= 5 || first == LONG1 && second == 10 || first == 'L' && second == '1';
    }

    static Map<String, Tensor> read(ByteCursor file, @Nullable String set) {
        return new PyTorchStream(file).read(set);
    }

    private Map<String, Tensor> read(@Nullable String set) {
        if (!MAGIC.equals(pickle(new TensorPickle()))) {
            throw file.failure("is a pickle but no PyTorch checkpoint; save it with torch.save(model.state_dict(), …)");
        }
        if (!Long.valueOf(1001).equals(pickle(new TensorPickle()))) {
            throw file.failure("has an unknown version of PyTorch's stream format; 1001 is the only one known");
        }
        if (pickle(new TensorPickle()) instanceof PickleDict system
                && Boolean.FALSE.equals(system.get("little_endian"))) {
            throw file.failure(
                    "was written on a big-endian machine, which is not supported; load and save it in PyTorch"
                            + " on a little-endian one");
        }
        TensorPickle calls = new TensorPickle();
        Map<String, StoredTensor> stored = StateDict.find(pickle(calls), file, set);
        Map<String, ByteBuffer> storages = storages(calls.storages());
        DenseTensors dense = new DenseTensors(file);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        stored.forEach((name, tensor) -> tensors.put(name, dense.read(name, tensor, storage(storages, tensor))));
        return tensors;
    }

    private Object pickle(TensorPickle calls) {
        return new PickleReader(file, calls).read();
    }

    private Map<String, ByteBuffer> storages(Map<String, Storage> named) {
        PickleReader reader = new PickleReader(file, new TensorPickle());
        List<Object> keys = reader.sequence(reader.read(), "the keys of the storages");
        Map<String, ByteBuffer> storages = new HashMap<>();
        for (Object item : keys) {
            String key = reader.string(item, "the key of a storage");
            Storage storage = named.get(key);
            if (storage == null) {
                throw file.failure("storage " + ByteCursor.quote(key) + " belongs to no tensor; the file is damaged");
            }
            long elements = file.i64("size of a storage");
            // Compared before it is multiplied: the named size may be anything, this one is bounded by what is left.
            if (elements != storage.elements()
                    || elements < 0
                    || elements > file.remaining() / storage.type().bytes()) {
                throw file.failure(
                        "storage " + ByteCursor.quote(key) + " of " + storage.elements() + " elements says it has "
                                + elements + " with " + file.remaining()
                                + " bytes left; the file is damaged or cut off: fetch it again");
            }
            if (storages.put(key, file.take(elements * storage.type().bytes(), "storage")) != null) {
                throw file.failure("storage " + ByteCursor.quote(key) + " comes twice; the file is damaged");
            }
        }
        return storages;
    }

    private ByteBuffer storage(Map<String, ByteBuffer> storages, StoredTensor tensor) {
        ByteBuffer bytes = storages.get(tensor.storage().key());
        if (bytes == null) {
            throw file.failure("storage " + ByteCursor.quote(tensor.storage().key())
                    + " is missing; the file is damaged or cut off: fetch it again");
        }
        return bytes;
    }
}
