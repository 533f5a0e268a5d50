package dev.understudy.model.checkpoint;

import dev.understudy.files.Sha256;
import dev.understudy.files.storage.LocalCopy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
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
}
