package dev.understudy.model.checkpoint;

import dev.understudy.model.checkpoint.PyTorchZip.ZipDirectory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Checkpoint files in memory, made by hand for what PyTorch would never write. */
final class CheckpointBytes {
    private static final HexFormat HEX = HexFormat.of();

    private CheckpointBytes() {}

    static Checkpoint read(byte[] file) {
        return CheckpointReader.read("file", ByteBuffer.wrap(file));
    }

    static byte[] golden(String name) {
        try {
            return Files.readAllBytes(GoldenCheckpointsTest.path(name));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Opcodes: text as it is, {@code <hex>} in angle brackets, {@code |} a line feed. */
    static byte[] pickle(String script) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < script.length(); i++) {
            char c = script.charAt(i);
            if (c == '<') {
                int end = script.indexOf('>', i);
                out.writeBytes(HEX.parseHex(script.substring(i + 1, end)));
                i = end;
            } else {
                out.write(c == '|' ? '\n' : c);
            }
        }
        return out.toByteArray();
    }

    /** {@code X} and a string. */
    static String text(String text) {
        return "X<" + little(text.getBytes(StandardCharsets.UTF_8).length, 4) + ">" + text;
    }

    /** A float32 tensor over storage 0. */
    static String tensor(String storageElements, String offset, String sizes, String strides) {
        return "ctorch._utils|_rebuild_tensor_v2|((" + text("storage") + "ctorch|FloatStorage|" + text("0")
                + text("cpu") + storageElements + "tQ" + offset + sizes + strides + "<89>ccollections|OrderedDict|)RtR";
    }

    /** {@code LONG1} of 8 bytes. */
    static String integer(long value) {
        return "<8a08" + little(value, 8) + ">";
    }

    private static String little(long value, int bytes) {
        byte[] all = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
        return HEX.formatHex(all, 0, bytes);
    }

    /** A PyTorch zip around a pickle, with one storage of four floats. */
    static byte[] zipAround(byte[] pickle) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("a/data.pkl", pickle);
        entries.put("a/data/0", new byte[16]);
        return zip(entries);
    }

    static byte[] zip(Map<String, byte[]> entries) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> content : entries.entrySet()) {
                CRC32 crc = new CRC32();
                crc.update(content.getValue());
                ZipEntry entry = new ZipEntry(content.getKey());
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(content.getValue().length);
                entry.setCrc(crc.getValue());
                zip.putNextEntry(entry);
                zip.write(content.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** The zip with its pickle changed, and right checksums. */
    static byte[] withPickle(byte[] zip, UnaryOperator<byte[]> change) {
        ZipDirectory directory = new ZipDirectory(new ByteCursor("zip", ByteBuffer.wrap(zip)));
        Map<String, byte[]> entries = new LinkedHashMap<>();
        for (String name : directory.names()) {
            ByteBuffer content = directory.find(name);
            byte[] bytes = new byte[content.remaining()];
            content.get(bytes);
            entries.put(name, name.endsWith("data.pkl") ? change.apply(bytes) : bytes);
        }
        return zip(entries);
    }

    static byte[] concatenate(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(out::writeBytes);
        return out.toByteArray();
    }
}
