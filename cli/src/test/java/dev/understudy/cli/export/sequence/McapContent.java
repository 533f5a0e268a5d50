package dev.understudy.cli.export.sequence;

import static org.testng.Assert.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * Reads an MCAP file by its specification, in two ways that must agree: from front to back, and by its summary's
 * indices.
 */
public final class McapContent {
    /** A message. */
    public record Message(String topic, String type, long nanos, byte[] cdr) {}

    private final byte[] file;
    private final Map<Integer, String> types = new HashMap<>();
    private final Map<Integer, String> topics = new HashMap<>();
    private final Map<Integer, Integer> schemaOf = new HashMap<>();
    private final List<Message> messages = new ArrayList<>();
    private final List<Long> chunks = new ArrayList<>();

    private McapContent(byte[] file) {
        this.file = file;
    }

    /** Checks magic, order, checksums, indices and counts. */
    public static List<Message> read(Path path) throws IOException {
        McapContent content = new McapContent(Files.readAllBytes(path));
        content.readAll();
        return content.messages;
    }

    private ByteBuffer at(long from, long length) {
        return ByteBuffer.wrap(file, (int) from, (int) length).slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    private static long crc(byte[] bytes, int from, int to) {
        CRC32 crc = new CRC32();
        crc.update(bytes, from, to - from);
        return crc.getValue();
    }

    private void readAll() {
        byte[] magic = {(byte) 0x89, 'M', 'C', 'A', 'P', '0', '\r', '\n'};
        assertEquals(at(0, 8), ByteBuffer.wrap(magic));
        assertEquals(at(file.length - 8, 8), ByteBuffer.wrap(magic));
        long position = 8;
        int opcode = 0;
        while (opcode != 0x0F) {
            ByteBuffer head = at(position, 9);
            opcode = head.get();
            ByteBuffer record = at(position + 9, head.getLong());
            if (opcode == 0x0F) {
                assertEquals(Integer.toUnsignedLong(record.getInt()), crc(file, 0, (int) position), "data's checksum");
            } else {
                take(opcode, record, position);
            }
            position += 9 + record.limit();
        }
        summary(position);
    }

    private void take(int opcode, ByteBuffer record, long position) {
        switch (opcode) {
            case 0x01 -> assertEquals(text(record), "ros2");
            case 0x03 -> types.put((int) record.getShort(), text(record));
            case 0x04 -> {
                int number = record.getShort();
                schemaOf.put(number, (int) record.getShort());
                topics.put(number, text(record));
                assertEquals(text(record), "cdr");
            }
            case 0x06 -> {
                chunks.add(position);
                record.getLong();
                record.getLong();
                long size = record.getLong();
                long checksum = Integer.toUnsignedLong(record.getInt());
                assertEquals(text(record), "", "compression");
                assertEquals(record.getLong(), size);
                byte[] inside = new byte[(int) size];
                record.get(inside);
                assertEquals(crc(inside, 0, inside.length), checksum, "chunk's checksum");
                ByteBuffer in = ByteBuffer.wrap(inside).order(ByteOrder.LITTLE_ENDIAN);
                while (in.hasRemaining()) {
                    messages.add(message(in));
                }
            }
            default -> {}
        }
    }

    private Message message(ByteBuffer in) {
        assertEquals(in.get(), 0x05);
        long length = in.getLong();
        int channel = in.getShort();
        in.getInt();
        long time = in.getLong();
        assertEquals(in.getLong(), time);
        byte[] cdr = new byte[(int) length - 22];
        in.get(cdr);
        return new Message(topics.get(channel), types.get(schemaOf.get(channel)), time, cdr);
    }

    private void summary(long start) {
        ByteBuffer footer = at(file.length - 8 - 20, 20);
        assertEquals(footer.getLong(), start, "where the summary starts");
        long offsets = footer.getLong();
        assertEquals(
                Integer.toUnsignedLong(footer.getInt()),
                crc(file, (int) start, file.length - 8 - 4),
                "summary's checksum");
        List<Message> indexed = new ArrayList<>();
        List<Long> indexedChunks = new ArrayList<>();
        for (long position = start; position < offsets; ) {
            ByteBuffer head = at(position, 9);
            int opcode = head.get();
            ByteBuffer record = at(position + 9, head.getLong());
            if (opcode == 0x08) {
                record.getLong();
                record.getLong();
                long chunk = record.getLong();
                indexedChunks.add(chunk);
                record.getLong();
                int bytes = record.getInt();
                for (int i = 0; i < bytes / 10; i++) {
                    record.getShort();
                    indexed.addAll(byIndex(record.getLong(), chunk));
                }
            } else if (opcode == 0x0B) {
                assertEquals(record.getLong(), messages.size(), "messages counted");
            }
            position += 9 + record.limit();
        }
        assertEquals(indexedChunks, chunks);
        assertEquals(indexed.size(), messages.size());
        for (long position = offsets; position < file.length - 8 - 29; ) {
            ByteBuffer head = at(position, 9);
            assertEquals(head.get(), 0x0E);
            ByteBuffer record = at(position + 9, head.getLong());
            byte opcode = record.get();
            assertEquals(at(record.getLong(), 1).get(), opcode, "a group of the summary");
            position += 9 + record.limit();
        }
    }

    private List<Message> byIndex(long index, long chunk) {
        ByteBuffer head = at(index, 9);
        assertEquals(head.get(), 0x07);
        ByteBuffer record = at(index + 9, head.getLong());
        int channel = record.getShort();
        List<Message> found = new ArrayList<>();
        for (int entries = record.getInt() / 16; entries > 0; entries--) {
            long time = record.getLong();
            // Past the chunk's own fields, which end with an empty name of a compression and a length
            long start = chunk + 9 + 40 + record.getLong();
            Message message = message(at(start, file.length - start));
            assertEquals(message.nanos(), time);
            assertEquals(message.topic(), topics.get(channel));
            found.add(message);
        }
        return found;
    }

    private static String text(ByteBuffer in) {
        byte[] content = new byte[in.getInt()];
        in.get(content);
        return new String(content, StandardCharsets.UTF_8);
    }
}
