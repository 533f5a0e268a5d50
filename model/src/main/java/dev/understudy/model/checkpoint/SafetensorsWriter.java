package dev.understudy.model.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.AtomicFile.WrittenFile;
import dev.understudy.model.checkpoint.TensorType.TensorBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Writes safetensors files. Element types stay as they are. The header lists the tensors in their order; the data has
 * those with large elements first, so that all are aligned. Same tensors, same bytes.
 */
public final class SafetensorsWriter {
    private static final int ALIGNMENT = 8;

    private SafetensorsWriter() {}

    /**
     * Writes {@code file} in one step: it appears complete or not at all.
     *
     * @throws CheckpointException if the tensors have more than 2 GiB together
     */
    public static WrittenFile write(Path file, Checkpoint checkpoint) throws IOException {
        TensorBytes.checkSize(file, checkpoint);
        if (checkpoint.tensors().containsKey(SafetensorsFile.METADATA)) {
            throw new CheckpointException(file + ": a tensor cannot have the name " + SafetensorsFile.METADATA);
        }
        List<Map.Entry<String, Tensor>> byAlignment =
                new ArrayList<>(checkpoint.tensors().entrySet());
        byAlignment.sort(
                Comparator.comparingInt(entry -> -entry.getValue().type().bytes()));
        byte[] header = header(checkpoint, byAlignment);
        return AtomicFile.write(file, out -> {
            out.write(header);
            for (Map.Entry<String, Tensor> entry : byAlignment) {
                TensorBytes.write(entry.getValue().data(), out);
            }
        });
    }

    private static byte[] header(Checkpoint checkpoint, List<Map.Entry<String, Tensor>> byAlignment)
            throws IOException {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.putObject(SafetensorsFile.METADATA).put("format", "pt");
        // Puts the names in their order; the offsets follow in that of the data.
        checkpoint.tensors().forEach((name, tensor) -> describe(root.putObject(name), tensor));
        long offset = 0;
        for (Map.Entry<String, Tensor> entry : byAlignment) {
            long end = offset + entry.getValue().data().remaining();
            root.withObjectProperty(entry.getKey())
                    .putArray("data_offsets")
                    .add(offset)
                    .add(end);
            offset = end;
        }
        byte[] json = new ObjectMapper().writeValueAsBytes(root);
        int padded = json.length + (-json.length & ALIGNMENT - 1);
        ByteBuffer length =
                ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(padded);
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.writeBytes(length.array());
        header.writeBytes(json);
        header.writeBytes(" ".repeat(padded - json.length).getBytes(StandardCharsets.US_ASCII));
        return header.toByteArray();
    }

    private static void describe(ObjectNode node, Tensor tensor) {
        node.put("dtype", SafetensorsFile.TYPES.get(tensor.type()));
        long[] shape = tensor.shape();
        var sizes = node.putArray("shape");
        for (long size : shape) {
            sizes.add(size);
        }
    }
}
