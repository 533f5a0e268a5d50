package dev.understudy.model.checkpoint;

import dev.understudy.dataset.file.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Map;

/**
 * Reads checkpoints of every known container, which is told by the content and not by the name.
 *
 * <p>The file is mapped and the tensors are windows onto it where they can be; so it must not be changed in place while
 * they live. Replacing it by rename is fine.
 */
public final class CheckpointReader {
    private static final int SHOWN = 16;

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

    /** As {@link #read}, with {@code module.} left in the names. */
    public static Checkpoint readStored(Path file) {
        ByteCursor bytes = new ByteCursor(file.toString(), map(file));
        return read(bytes, containerOf(bytes));
    }

    /** The tensors with all that is to be known about their file; reads it twice, once for the checksum. */
    public static CheckpointFile inspect(Path file) {
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
        Map<String, Tensor> tensors = switch (container) {
            case PYTORCH_ZIP -> PyTorchZip.read(bytes);
            case PYTORCH_STREAM -> PyTorchStream.read(bytes);
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
        throw bytes.failure("is no checkpoint: it " + start(bytes)
                + "; expected PyTorch (zip or stream), MXNet params or safetensors");
    }

    /** What the file looks like instead. */
    private static String start(ByteCursor bytes) {
        if (bytes.size() == 0) {
            return "is empty";
        }
        byte[] start =
                bytes.within(0, Math.min(SHOWN, bytes.size()), "start").array(Math.min(SHOWN, bytes.size()), "start");
        String text = new String(start, StandardCharsets.ISO_8859_1);
        if (text.startsWith("version https://")) {
            return "is a Git LFS pointer, run git lfs pull";
        }
        if (text.stripLeading().startsWith("<")) {
            return "is a web page, so the download failed";
        }
        return "starts with the bytes " + HexFormat.of().formatHex(start);
    }

    private static ByteBuffer map(Path file) {
        if (Files.isDirectory(file)) {
            throw new CheckpointException(file + ": is a folder; expected a checkpoint file");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
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
}
