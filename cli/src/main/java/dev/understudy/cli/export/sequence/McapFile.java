package dev.understudy.cli.export.sequence;

import dev.understudy.files.AtomicFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * Writes an MCAP file: uncompressed chunks with a checksum and an index each, a summary and its offsets. The file
 * appears, whole, when {@link #publish} is called; without that nothing is left behind. Messages come in the order of
 * time. One thread at a time.
 */
public final class McapFile implements AutoCloseable {
    private static final byte[] MAGIC = {(byte) 0x89, 'M', 'C', 'A', 'P', '0', '\r', '\n'};
    private static final int HEADER = 0x01;
    private static final int FOOTER = 0x02;
    private static final int SCHEMA = 0x03;
    private static final int CHANNEL = 0x04;
    private static final int MESSAGE = 0x05;
    private static final int CHUNK = 0x06;
    private static final int MESSAGE_INDEX = 0x07;
    private static final int CHUNK_INDEX = 0x08;
    private static final int STATISTICS = 0x0B;
    private static final int METADATA = 0x0C;
    private static final int METADATA_INDEX = 0x0D;
    private static final int SUMMARY_OFFSET = 0x0E;
    private static final int DATA_END = 0x0F;
    private static final int CHUNK_BYTES = 4 << 20;
    private static final String UNCOMPRESSED = "";

    private final Path target;
    private final Path temporary;
    private final OutputStream out;
    private final CRC32 checksum = new CRC32();
    private long position;

    private final LittleEndian chunk = new LittleEndian(CHUNK_BYTES);
    private final SortedMap<Integer, List<long[]>> chunkIndex = new TreeMap<>();
    private long chunkStart;
    private long chunkEnd;

    private final List<byte[]> schemas = new ArrayList<>();
    private final List<byte[]> channels = new ArrayList<>();
    private final List<byte[]> chunkIndices = new ArrayList<>();
    private final List<byte[]> metadataIndices = new ArrayList<>();
    private final SortedMap<Integer, Long> counts = new TreeMap<>();
    private long messages;
    private long first = Long.MAX_VALUE;
    private long last;

    /** @param library who writes, with version */
    public McapFile(Path target, String library) throws IOException {
        this.target = target;
        this.temporary = AtomicFile.temporaryBeside(target);
        this.out = new BufferedOutputStream(Files.newOutputStream(temporary), 1 << 16);
        raw(MAGIC);
        record(HEADER, new LittleEndian().text("ros2").text(library));
    }

    /** @return the channel's number */
    public int channel(String topic, RosType type) throws IOException {
        int schema = schemas.size() + 1;
        byte[] text = type.definition().getBytes(StandardCharsets.UTF_8);
        LittleEndian described = new LittleEndian()
                .u16(schema)
                .text(type.fullName())
                .text("ros2msg")
                .u32(text.length)
                .raw(text);
        int number = channels.size() + 1;
        LittleEndian channel = new LittleEndian()
                .u16(number)
                .u16(schema)
                .text(topic)
                .text("cdr")
                .map(Map.of());
        schemas.add(described.toBytes());
        channels.add(channel.toBytes());
        counts.put(number, 0L);
        record(SCHEMA, described);
        record(CHANNEL, channel);
        return number;
    }

    /** What is known of the recording as a whole. */
    public void metadata(String name, SortedMap<String, String> entries) throws IOException {
        long start = position;
        record(METADATA, new LittleEndian().text(name).map(entries));
        metadataIndices.add(
                new LittleEndian().u64(start).u64(position - start).text(name).toBytes());
    }

    /** @param nanos time, not before that of the message before. @param cdr the message */
    public void message(int channel, long nanos, byte[] cdr) throws IOException {
        if (chunk.size() > 0 && chunk.size() + (long) cdr.length > CHUNK_BYTES) {
            endChunk();
        }
        if (chunk.size() == 0) {
            chunkStart = nanos;
        }
        chunkEnd = nanos;
        chunkIndex.computeIfAbsent(channel, c -> new ArrayList<>()).add(new long[] {nanos, chunk.size()});
        chunk.u8(MESSAGE)
                .u64(2 + 4 + 8 + 8 + (long) cdr.length)
                .u16(channel)
                .u32(counts.get(channel))
                .u64(nanos)
                .u64(nanos)
                .raw(cdr);
        counts.merge(channel, 1L, Long::sum);
        messages++;
        first = Math.min(first, nanos);
        last = Math.max(last, nanos);
    }

    private void endChunk() throws IOException {
        if (chunk.size() == 0) {
            return;
        }
        byte[] records = chunk.toBytes();
        CRC32 crc = new CRC32();
        crc.update(records);
        long start = position;
        record(
                CHUNK,
                new LittleEndian(records.length + 64)
                        .u64(chunkStart)
                        .u64(chunkEnd)
                        .u64(records.length)
                        .u32(crc.getValue())
                        .text(UNCOMPRESSED)
                        .u64(records.length)
                        .raw(records));
        long length = position - start;
        LittleEndian offsets = new LittleEndian();
        long indexStart = position;
        for (Map.Entry<Integer, List<long[]>> index : chunkIndex.entrySet()) {
            offsets.u16(index.getKey()).u64(position);
            LittleEndian entries = new LittleEndian()
                    .u16(index.getKey())
                    .u32(16L * index.getValue().size());
            index.getValue().forEach(entry -> entries.u64(entry[0]).u64(entry[1]));
            record(MESSAGE_INDEX, entries);
        }
        chunkIndices.add(new LittleEndian()
                .u64(chunkStart)
                .u64(chunkEnd)
                .u64(start)
                .u64(length)
                .u32(offsets.size())
                .raw(offsets.toBytes())
                .u64(position - indexStart)
                .text(UNCOMPRESSED)
                .u64(records.length)
                .u64(records.length)
                .toBytes());
        chunk.clear();
        chunkIndex.clear();
    }

    /** Ends the file and gives it its name. */
    public void publish() throws IOException {
        endChunk();
        record(DATA_END, new LittleEndian().u32(checksum.getValue()));
        long summaryStart = position;
        LittleEndian summary = new LittleEndian();
        LittleEndian offsets = new LittleEndian();
        group(summary, offsets, summaryStart, SCHEMA, schemas);
        group(summary, offsets, summaryStart, CHANNEL, channels);
        group(summary, offsets, summaryStart, STATISTICS, List.of(statistics()));
        group(summary, offsets, summaryStart, CHUNK_INDEX, chunkIndices);
        group(summary, offsets, summaryStart, METADATA_INDEX, metadataIndices);
        long offsetStart = summaryStart + summary.size();
        summary.raw(offsets.toBytes());
        summary.u8(FOOTER).u64(8 + 8 + 4).u64(summaryStart).u64(offsetStart);
        CRC32 crc = new CRC32();
        crc.update(summary.toBytes());
        summary.u32(crc.getValue());
        raw(summary.toBytes());
        raw(MAGIC);
        out.close();
        AtomicFile.force(temporary);
        AtomicFile.publish(temporary, target);
    }

    private static void group(
            LittleEndian summary, LittleEndian offsets, long summaryStart, int opcode, List<byte[]> records) {
        if (!records.isEmpty()) {
            long start = summaryStart + summary.size();
            records.forEach(content -> summary.u8(opcode).u64(content.length).raw(content));
            offsets.u8(SUMMARY_OFFSET).u64(1 + 8 + 8).u8(opcode).u64(start).u64(summaryStart + summary.size() - start);
        }
    }

    private byte[] statistics() {
        LittleEndian statistics = new LittleEndian()
                .u64(messages)
                .u16(schemas.size())
                .u32(channels.size())
                .u32(0)
                .u32(metadataIndices.size())
                .u32(chunkIndices.size())
                .u64(messages == 0 ? 0 : first)
                .u64(last)
                .u32(10L * counts.size());
        counts.forEach((channel, count) -> statistics.u16(channel).u64(count));
        return statistics.toBytes();
    }

    private void record(int opcode, LittleEndian content) throws IOException {
        raw(new LittleEndian().u8(opcode).u64(content.size()).toBytes());
        raw(content.toBytes());
    }

    private void raw(byte[] content) throws IOException {
        out.write(content);
        checksum.update(content);
        position += content.length;
    }

    /** Discards what was not published. */
    @Override
    public void close() throws IOException {
        out.close();
        Files.deleteIfExists(temporary);
    }

    /** Bytes that grow, numbers with the lowest byte first. Not safe for use by several threads. */
    static final class LittleEndian {
        private ByteBuffer bytes;

        LittleEndian() {
            this(256);
        }

        LittleEndian(int capacity) {
            bytes = ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
        }

        private ByteBuffer room(int more) {
            if (bytes.remaining() < more) {
                int wanted = Math.addExact(bytes.position(), more);
                ByteBuffer grown = ByteBuffer.allocate((int) Math.max(wanted, Math.min(2L * bytes.capacity(), 1 << 30)))
                        .order(ByteOrder.LITTLE_ENDIAN);
                bytes = grown.put(bytes.flip());
            }
            return bytes;
        }

        LittleEndian u8(int value) {
            room(1).put((byte) value);
            return this;
        }

        LittleEndian u16(int value) {
            room(2).putShort((short) value);
            return this;
        }

        LittleEndian u32(long value) {
            room(4).putInt((int) value);
            return this;
        }

        LittleEndian u64(long value) {
            room(8).putLong(value);
            return this;
        }

        LittleEndian f32(float value) {
            room(4).putFloat(value);
            return this;
        }

        LittleEndian f64(double value) {
            room(8).putDouble(value);
            return this;
        }

        LittleEndian raw(byte[] content) {
            room(content.length).put(content);
            return this;
        }

        /** Its length in bytes, then UTF-8. */
        LittleEndian text(String text) {
            byte[] content = text.getBytes(StandardCharsets.UTF_8);
            return u32(content.length).raw(content);
        }

        /** Its length in bytes, then keys and values. */
        LittleEndian map(Map<String, String> map) {
            LittleEndian entries = new LittleEndian();
            map.forEach((key, value) -> entries.text(key).text(value));
            return u32(entries.size()).raw(entries.toBytes());
        }

        int size() {
            return bytes.position();
        }

        void clear() {
            bytes.clear();
        }

        byte[] toBytes() {
            byte[] copy = new byte[bytes.position()];
            bytes.duplicate().flip().get(copy);
            return copy;
        }
    }
}
