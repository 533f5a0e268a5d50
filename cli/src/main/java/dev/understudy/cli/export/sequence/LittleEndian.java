package dev.understudy.cli.export.sequence;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Bytes that grow, numbers with the lowest byte first. Not safe for use by several threads. */
final class LittleEndian {
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
