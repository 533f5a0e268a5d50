package dev.understudy.cli.export.sequence;

import java.nio.charset.StandardCharsets;

/**
 * A message as ROS 2 encodes it: Common Data Representation, lowest byte first, every number at a multiple of its size
 * counted from the end of the four bytes of the header. Fields are written in the order of the message's definition.
 */
public final class Cdr {
    private static final byte[] HEADER = {0, 1, 0, 0};

    private final LittleEndian out;

    public Cdr() {
        this(256);
    }

    /** @param bytes that it will have, about */
    public Cdr(int bytes) {
        out = new LittleEndian(bytes);
        out.raw(HEADER);
    }

    private LittleEndian aligned(int size) {
        while ((out.size() - HEADER.length) % size != 0) {
            out.u8(0);
        }
        return out;
    }

    /** A header: time stamp and frame. */
    public Cdr header(long nanos, String frame) {
        return u32(Math.floorDiv(nanos, 1_000_000_000L))
                .u32(Math.floorMod(nanos, 1_000_000_000L))
                .text(frame);
    }

    public Cdr u8(int value) {
        out.u8(value);
        return this;
    }

    public Cdr u16(int value) {
        aligned(2).u16(value);
        return this;
    }

    public Cdr u32(long value) {
        aligned(4).u32(value);
        return this;
    }

    public Cdr f32(float value) {
        aligned(4).f32(value);
        return this;
    }

    /** As many numbers in a row: an array of fixed length. */
    public Cdr f64(double... values) {
        for (double value : values) {
            aligned(8).f64(value);
        }
        return this;
    }

    public Cdr text(String text) {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        u32(content.length + 1L);
        out.raw(content).u8(0);
        return this;
    }

    /** A sequence of bytes, its length before it. */
    public Cdr bytes(byte[] content) {
        u32(content.length);
        out.raw(content);
        return this;
    }

    public byte[] toBytes() {
        return out.toBytes();
    }
}
