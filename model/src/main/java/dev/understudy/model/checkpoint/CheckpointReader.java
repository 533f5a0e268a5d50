package dev.understudy.model.checkpoint;

import dev.understudy.files.Sha256;
import dev.understudy.files.storage.LocalCopy;
import dev.understudy.model.checkpoint.CheckpointReader.CheckpointContainer;
import dev.understudy.model.checkpoint.StateDict.StoredTensor;
import dev.understudy.model.checkpoint.StateDict.StoredTensor.Storage;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads checkpoints of every known container, which is told by the content and not by the name.
 *
 * <p>The file is mapped and the tensors are windows onto it where they can be; so it must not be changed in place while
 * they live. Replacing it by rename is fine.
 */
public final class CheckpointReader {
    private CheckpointReader() {}

    /**
     * The tensors of a file, by their names less a common {@code module.}.
     *
     * @throws CheckpointException if the file is missing, damaged, of an unknown format or of more than 2 GiB, or wants
     *     code to be run
     */
    public static Checkpoint read(Path file) {
        return readStored(file).normalised();
    }

    /**
     * One of several sets of weights in a file, such as an average beside the weights themselves.
     *
     * @param set key of its dictionary, such as {@code state_dict_ema}, or what the names of its tensors start with
     * @throws CheckpointException as {@link #read}, and if there is no such set
     */
    public static Checkpoint readSet(Path file, String set) {
        ByteCursor bytes = new ByteCursor(file.toString(), map(file));
        CheckpointContainer container = containerOf(bytes);
        if (container == CheckpointContainer.PYTORCH_ZIP || container == CheckpointContainer.PYTORCH_STREAM) {
            return read(bytes, container, set).normalised();
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        read(bytes, container, null).tensors().forEach((name, tensor) -> {
            if (name.startsWith(set + ".")) {
                tensors.put(name.substring(set.length() + 1), tensor);
            }
        });
        if (tensors.isEmpty()) {
            throw new CheckpointException(file + ": holds no tensors under '" + set
                    + "'; see what it has with 'understudy checkpoint inspect'");
        }
        return new Checkpoint(tensors);
    }

    /** As {@link #read}, with {@code module.} left in the names. */
    public static Checkpoint readStored(Path file) {
        Optional<ShardedCheckpoint> several = ShardedCheckpoint.of(file);
        return several.isPresent() ? readAll(several.get()) : readOne(file);
    }

    /**
     * The file itself and those that belong to it, if the checkpoint is in several: all that must be there to read it.
     */
    public static List<Path> files(Path file) {
        List<Path> files = new ArrayList<>(List.of(file));
        ShardedCheckpoint.of(file)
                .ifPresent(several -> several.files().stream()
                        .filter(other -> !other.equals(file))
                        .forEach(files::add));
        return files;
    }

    private static Checkpoint readAll(ShardedCheckpoint several) {
        Map<Path, Map<String, Tensor>> shards = new LinkedHashMap<>();
        several.files().forEach(file -> shards.put(file, readOne(file).tensors()));
        return new Checkpoint(several.merged(shards));
    }

    private static Checkpoint readOne(Path file) {
        ByteCursor bytes = new ByteCursor(file.toString(), map(file));
        return read(bytes, containerOf(bytes));
    }

    /** The tensors with all that is to be known about their file; reads it twice, once for the checksum. */
    public static CheckpointFile inspect(Path file) {
        Optional<ShardedCheckpoint> several = ShardedCheckpoint.of(file);
        return several.isPresent() ? inspectAll(file, several.get()) : inspectOne(file);
    }

    /** The checksum is that of the files' checksums, in hexadecimal, one a line. */
    private static CheckpointFile inspectAll(Path named, ShardedCheckpoint several) {
        Map<Path, Map<String, Tensor>> shards = new LinkedHashMap<>();
        StringBuilder checksums = new StringBuilder();
        long bytes = 0;
        CheckpointContainer container = CheckpointContainer.SAFETENSORS;
        for (Path file : several.files()) {
            CheckpointFile one = inspectOne(file);
            shards.put(file, one.checkpoint().tensors());
            checksums.append(one.sha256()).append('\n');
            bytes += one.bytes();
            container = one.container();
        }
        return new CheckpointFile(
                named, container, bytes, Sha256.of(checksums.toString()), new Checkpoint(several.merged(shards)));
    }

    private static CheckpointFile inspectOne(Path file) {
        ByteCursor bytes = new ByteCursor(file.toString(), map(file));
        CheckpointContainer container = containerOf(bytes);
        Checkpoint checkpoint = read(bytes, container);
        try {
            return new CheckpointFile(file, container, bytes.size(), Sha256.of(file), checkpoint);
        } catch (IOException e) {
            throw new CheckpointException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /** From bytes in memory; {@code name} stands for the file in messages. */
    static Checkpoint read(String name, ByteBuffer content) {
        ByteCursor bytes = new ByteCursor(name, content);
        return read(bytes, containerOf(bytes));
    }

    private static Checkpoint read(ByteCursor bytes, CheckpointContainer container) {
        return read(bytes, container, null);
    }

    private static Checkpoint read(ByteCursor bytes, CheckpointContainer container, @Nullable String set) {
        Map<String, Tensor> tensors = switch (container) {
            case PYTORCH_ZIP -> PyTorchZip.read(bytes, set);
            case PYTORCH_STREAM -> PyTorchStream.read(bytes, set);
            case MXNET -> MxnetParams.read(bytes);
            case SAFETENSORS -> SafetensorsFile.read(bytes);
        };
        return new Checkpoint(tensors);
    }

    private static CheckpointContainer containerOf(ByteCursor bytes) {
        if (PyTorchZip.matches(bytes)) {
            return CheckpointContainer.PYTORCH_ZIP;
        }
        if (MxnetParams.matches(bytes)) {
            return CheckpointContainer.MXNET;
        }
        if (SafetensorsFile.matches(bytes)) {
            return CheckpointContainer.SAFETENSORS;
        }
        if (PyTorchStream.matches(bytes)) {
            return CheckpointContainer.PYTORCH_STREAM;
        }
        throw bytes.failure("is no checkpoint: it " + OtherFile.inWords(bytes)
                + "; expected PyTorch (zip or stream), MXNet params or safetensors");
    }

    private static ByteBuffer map(Path file) {
        if (Files.isDirectory(file)) {
            throw new CheckpointException(file + ": is a folder; expected a checkpoint file");
        }
        try (FileChannel channel = LocalCopy.open(file)) {
            long size = channel.size();
            if (size > Integer.MAX_VALUE) {
                throw new CheckpointException(
                        file + ": has " + size + " bytes, and at most 2 GiB are supported; save the"
                                + " state dict alone, without the optimiser");
            }
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, size);
        } catch (NoSuchFileException e) {
            throw new CheckpointException(file + ": no such file", e);
        } catch (IOException e) {
            throw new CheckpointException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /** The file formats that are read. */
    public enum CheckpointContainer {
        PYTORCH_ZIP("PyTorch zip"),
        PYTORCH_STREAM("PyTorch stream (before version 1.6)"),
        MXNET("MXNet params"),
        SAFETENSORS("safetensors");

        private final String title;

        CheckpointContainer(String title) {
            this.title = title;
        }

        /** For people to read. */
        public String title() {
            return title;
        }
    }

    /**
     * What a file is that is no checkpoint, and what to do about it: mistakes of downloading and packing are common.
     */
    private static final class OtherFile {
        private static final int SHOWN = 16;
        private static final int TAR_SIGNATURE = 257;

        /** A file's first bytes, as hexadecimal digits. */
        private record Signature(String start, String words) {}

        private static final List<Signature> SIGNATURES = List.of(
                new Signature("1f8b", "is compressed by gzip: unpack it with gunzip, or tar -xzf if it is a .tar.gz"),
                new Signature("425a68", "is compressed by bzip2: unpack it with bunzip2"),
                new Signature("fd377a585a00", "is compressed by xz: unpack it with unxz"),
                new Signature("28b52ffd", "is compressed by zstd: unpack it with unzstd"),
                new Signature("377abcaf271c", "is a 7z archive: unpack it, and name the checkpoint in it"),
                new Signature("526172211a07", "is a rar archive: unpack it, and name the checkpoint in it"),
                new Signature(
                        "894844460d0a1a0a", "is HDF5, as Keras writes it: save the weights as PyTorch or safetensors"),
                new Signature("934e554d5059", "is a NumPy array: save all tensors with torch.save or safetensors"),
                new Signature("47475546", "is GGUF, which holds language models"),
                new Signature("89504e47", "is a picture"),
                new Signature("ffd8ff", "is a picture"));

        private OtherFile() {}

        static String inWords(ByteCursor file) {
            if (file.size() == 0) {
                return "is empty";
            }
            long length = Math.min(SHOWN, file.size());
            byte[] start = file.within(0, length, "start").array(length, "start");
            String hex = HexFormat.of().formatHex(start);
            for (Signature signature : SIGNATURES) {
                if (hex.startsWith(signature.start)) {
                    return signature.words;
                }
            }
            if (isTar(file)) {
                return "is a tar archive: unpack it with tar -xf, and name the checkpoint in it";
            }
            String text = new String(start, StandardCharsets.UTF_8);
            String begins = (text.startsWith("\uFEFF") ? text.substring(1) : text).stripLeading();
            if (begins.startsWith("version https:")) {
                return "is a Git LFS pointer, run git lfs pull";
            } else if (begins.startsWith("<")) {
                return "is a web page, so the download failed";
            } else if (begins.startsWith("{") || begins.startsWith("[")) {
                return "is JSON, perhaps a configuration: name the weights beside it";
            }
            return "starts with the bytes " + hex;
        }

        private static boolean isTar(ByteCursor file) {
            return file.size() >= TAR_SIGNATURE + 5
                    && new String(
                                    file.within(TAR_SIGNATURE, 5, "signature").array(5, "signature"),
                                    StandardCharsets.US_ASCII)
                            .equals("ustar");
        }
    }

    /**
     * What {@code torch.save} wrote before version 1.6: the pickles of a magic number, of a protocol version, of the
     * system's properties, of the object and of the list of storage keys; then each storage in that order, as i64 count
     * and raw data.
     */
    private static final class PyTorchStream {
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
                throw file.failure(
                        "is a pickle but no PyTorch checkpoint; save it with torch.save(model.state_dict(), …)");
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
                    throw file.failure(
                            "storage " + ByteCursor.quote(key) + " belongs to no tensor; the file is damaged");
                }
                long elements = file.i64("size of a storage");
                // Compared before it is multiplied: the named size may be anything, this one is bounded by what is
                // left.
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
                throw file.failure(
                        "storage " + ByteCursor.quote(tensor.storage().key())
                                + " is missing; the file is damaged or cut off: fetch it again");
            }
            return bytes;
        }
    }

    /**
     * A checkpoint with what is to be known about its file.
     *
     * @param bytes size of the file, or of all files if the checkpoint is in several
     * @param sha256 of the file, lower-case hexadecimal; of several files that of their checksums, one a line
     * @param checkpoint the tensors under the names as stored: a level such as {@code state_dict} is gone, a {@code
     *     module.} prefix is not; {@link Checkpoint#normalised()} takes that off
     */
    public record CheckpointFile(
            Path path, CheckpointContainer container, long bytes, String sha256, Checkpoint checkpoint) {}
}
