package dev.understudy.model.checkpoint;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code torch.save} writes since version 1.6: a zip file with {@code <root>/data.pkl}, {@code <root>/data/<key>}
 * for each storage, and {@code <root>/byteorder} since 2.1.
 */
final class PyTorchZip {
    private static final String PICKLE = "/data.pkl";

    private final ByteCursor file;
    private final ZipDirectory zip;
    private final Map<String, ByteBuffer> storages = new HashMap<>();

    private PyTorchZip(ByteCursor file) {
        this.file = file;
        this.zip = new ZipDirectory(file);
    }

    static boolean matches(ByteCursor file) {
        return file.size() >= 4 && file.within(0, 4, "signature").i32("signature") == 0x04034b50;
    }

    static Map<String, Tensor> read(ByteCursor file, @Nullable String set) {
        return new PyTorchZip(file).read(set);
    }

    private Map<String, Tensor> read(@Nullable String set) {
        String root = root();
        ByteBuffer order = zip.find(root + "/byteorder");
        if (order != null && !StandardCharsets.US_ASCII.decode(order).toString().equals("little")) {
            throw file.failure(
                    "was written on a big-endian machine, which is not supported; load and save it in PyTorch"
                            + " on a little-endian one");
        }
        PickleReader pickle = new PickleReader(entry(root + PICKLE), new TensorPickle());
        DenseTensors dense = new DenseTensors(file);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        StateDict.find(pickle.read(), file, set)
                .forEach((name, stored) -> tensors.put(name, dense.read(name, stored, storage(root, stored))));
        return tensors;
    }

    private String root() {
        @Nullable String root = null;
        for (String name : zip.names()) {
            if (name.endsWith(PICKLE) && name.indexOf('/') == name.length() - PICKLE.length()) {
                if (root != null) {
                    throw file.failure(
                            "holds two checkpoints, " + ByteCursor.quote(root) + " and " + ByteCursor.quote(name));
                }
                root = name.substring(0, name.length() - PICKLE.length());
            }
        }
        if (root == null) {
            throw file.failure("is a zip file but no PyTorch checkpoint: it has no data.pkl in a folder");
        }
        return root;
    }

    private ByteBuffer storage(String root, StoredTensor stored) {
        String key = stored.storage().key();
        // The checksum of a storage is computed once, however many tensors share it.
        return storages.computeIfAbsent(key, k -> {
            ByteBuffer bytes = zip.find(root + "/data/" + k);
            if (bytes == null) {
                throw file.failure("the storage data/" + ByteCursor.quote(k) + " is missing; the file is damaged");
            }
            return bytes;
        });
    }

    private ByteCursor entry(String name) {
        ByteBuffer bytes = zip.find(name);
        if (bytes == null) {
            throw file.failure("the zip entry " + ByteCursor.quote(name) + " is missing");
        }
        return file.over(bytes);
    }
}
