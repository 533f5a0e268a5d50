package dev.understudy.model.checkpoint;

import dev.understudy.model.checkpoint.StateDict.StoredTensor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
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

    /**
     * The entries of a zip file whose contents are stored, not compressed, as PyTorch writes them: each is a window
     * onto the file, so nothing is ever inflated or copied. Names are unique and stay inside.
     */
    static final class ZipDirectory {
        private static final int END = 0x06054b50;
        private static final int END_BYTES = 22;
        private static final int LONGEST_COMMENT = 0xFFFF;
        private static final int CENTRAL = 0x02014b50;
        private static final int LOCAL = 0x04034b50;
        private static final int LOCAL_BYTES = 30;
        private static final int ENCRYPTED = 1;

        private record Entry(int flags, int method, int crc, long packed, long size, long header) {}

        private final ByteCursor file;
        private final Map<String, Entry> entries = new LinkedHashMap<>();

        ZipDirectory(ByteCursor file) {
            this.file = file;
            ByteCursor end = file.within(endRecord(), END_BYTES, "the zip directory");
            end.take(8, "zip end record");
            int count = end.u16("zip end record");
            end.take(2, "zip end record");
            long size = end.u32("zip end record");
            long offset = end.u32("zip end record");
            if (count == 0xFFFF || size == 0xFFFFFFFFL || offset == 0xFFFFFFFFL) {
                throw file.failure(
                        "is a zip64 file of more than 4 GiB or 65,534 entries; save the state dict alone, without"
                                + " the optimiser");
            }
            ByteCursor directory = file.within(offset, size, "the zip directory");
            long total = 0;
            for (int i = 0; i < count; i++) {
                total += add(directory);
            }
            if (directory.remaining() > 0 || total > file.size()) {
                throw file.failure("the zip directory does not agree with the file; it is damaged: fetch it again");
            }
        }

        Iterable<String> names() {
            return entries.keySet();
        }

        /** The bytes of an entry, after their checksum was compared; null if there is none of that name. */
        @Nullable
        ByteBuffer find(String name) {
            Entry entry = entries.get(name);
            if (entry == null) {
                return null;
            }
            String quoted = ByteCursor.quote(name);
            if (entry.method != 0 || (entry.flags & ENCRYPTED) != 0 || entry.packed != entry.size) {
                throw file.failure(
                        "zip entry " + quoted + " is compressed or encrypted, and PyTorch does neither; zip it"
                                + " again with stored entries (zip -0)");
            }
            ByteCursor local = file.within(entry.header, LOCAL_BYTES, "the header of zip entry " + quoted);
            int signature = local.i32("zip entry");
            local.take(22, "zip entry");
            int nameBytes = local.u16("zip entry");
            int extraBytes = local.u16("zip entry");
            long nameAt = entry.header + LOCAL_BYTES;
            if (signature != LOCAL
                    || !name.equals(file.within(nameAt, nameBytes, "the name of zip entry " + quoted)
                            .utf8(nameBytes, "zip entry's name"))) {
                throw file.failure("zip entry " + quoted + " is not where the directory says; the file is damaged");
            }
            long dataAt = nameAt + nameBytes + extraBytes;
            ByteBuffer bytes =
                    file.within(dataAt, entry.size, "zip entry " + quoted).take(entry.size, "zip entry");
            CRC32 crc = new CRC32();
            crc.update(bytes.duplicate());
            // PyTorch can be told to leave checksums out, and writes 0 then.
            if (entry.crc != 0 && (int) crc.getValue() != entry.crc) {
                throw file.failure("zip entry " + quoted + " does not match its checksum; the file is damaged: fetch it"
                        + " again");
            }
            return bytes;
        }

        private long endRecord() {
            long last = file.size() - END_BYTES;
            for (long at = last; at >= Math.max(0, last - LONGEST_COMMENT); at--) {
                ByteCursor record = file.within(at, END_BYTES, "the zip directory");
                if (record.i32("zip end record") == END) {
                    record.take(END_BYTES - 6, "zip end record");
                    if (record.u16("zip end record") == last - at) {
                        return at;
                    }
                }
            }
            throw file.failure("is a zip file without its directory, so it was cut off: fetch it again");
        }

        private long add(ByteCursor directory) {
            if (directory.i32("zip directory entry") != CENTRAL) {
                throw file.failure("the zip directory is damaged: fetch the file again");
            }
            directory.take(4, "zip directory entry");
            int flags = directory.u16("zip directory entry");
            int method = directory.u16("zip directory entry");
            directory.take(4, "zip directory entry");
            int crc = directory.i32("zip directory entry");
            long packed = directory.u32("zip directory entry");
            long size = directory.u32("zip directory entry");
            int nameBytes = directory.u16("zip directory entry");
            int extraBytes = directory.u16("zip directory entry");
            int commentBytes = directory.u16("zip directory entry");
            directory.take(8, "zip directory entry");
            long header = directory.u32("zip directory entry");
            String name = directory.utf8(nameBytes, "name of a zip entry");
            directory.take(extraBytes + commentBytes, "zip directory entry");
            checkName(name);
            if (entries.put(name, new Entry(flags, method, crc, packed, size, header)) != null) {
                throw file.failure("has two zip entries " + ByteCursor.quote(name));
            }
            return packed;
        }

        private void checkName(String name) {
            boolean leaves = name.startsWith("/") || name.contains("\\") || name.contains(":") || name.indexOf(0) >= 0;
            for (String segment : name.split("/", -1)) {
                leaves |= segment.equals("..");
            }
            if (leaves || name.isEmpty()) {
                throw file.failure("has a zip entry " + ByteCursor.quote(name) + " whose name leads outside");
            }
        }
    }
}
