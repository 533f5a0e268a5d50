package dev.understudy.model.checkpoint;

import dev.understudy.files.Sha256;
import dev.understudy.files.storage.LocalCopy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
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

    /** The file itself and those that belong to it, if the checkpoint is in several: all that must be there to read it. */
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
}
