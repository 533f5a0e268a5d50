package dev.understudy.model.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * A walk over the little-endian bytes of a file. Every read is checked against what is left, so nothing is ever
 * allocated on the word of a length field; a failure names the file and the position.
 */
final class ByteCursor {
    private static final int LONGEST_QUOTE = 80;

    private final String file;
    private final ByteBuffer bytes;

    /** Over the bytes between position and limit; the buffer itself is not moved. */
    ByteCursor(String file, ByteBuffer bytes) {
        this.file = file;
        this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A walk of its own from {@code offset} over {@code length} bytes, counted from the start of this one. */
    ByteCursor within(long offset, long length, String what) {
        if (offset < 0 || length < 0 || offset > size() - length) {
            throw failure(what + " at " + offset + " with " + length + " bytes lies outside the file's " + size()
                    + " bytes; it is damaged or cut off: fetch it again");
        }
        return new ByteCursor(
                file, bytes.duplicate().limit((int) (offset + length)).position((int) offset));
    }

    /** A walk over other bytes of the same file. */
    ByteCursor over(ByteBuffer window) {
        return new ByteCursor(file, window);
    }

    /** Of the file, for messages. */
    String name() {
        return file;
    }

    long size() {
        return bytes.limit();
    }

    int position() {
        return bytes.position();
    }

    int remaining() {
        return bytes.remaining();
    }

    int u8(String what) {
        need(1, what);
        return bytes.get() & 0xFF;
    }

    int u16(String what) {
        need(2, what);
        return bytes.getShort() & 0xFFFF;
    }

    int i32(String what) {
        need(4, what);
        return bytes.getInt();
    }

    long u32(String what) {
        return i32(what) & 0xFFFFFFFFL;
    }

    /** Also reads u64; values from 2^63 come out negative. */
    long i64(String what) {
        need(8, what);
        return bytes.getLong();
    }

    /** A window onto the next {@code length} bytes, in little-endian order. */
    ByteBuffer take(long length, String what) {
        need(length, what);
        ByteBuffer window = bytes.slice(bytes.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(bytes.position() + (int) length);
        return window;
    }

    byte[] array(long length, String what) {
        ByteBuffer window = take(length, what);
        byte[] array = new byte[window.remaining()];
        window.get(array);
        return array;
    }

    String utf8(long length, String what) {
        ByteBuffer window = take(length, what);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(window).toString();
        } catch (CharacterCodingException e) {
            throw failure(what + " before byte " + position() + " is not UTF-8", e);
        }
    }

    /** Up to the next line feed, which is skipped. */
    String line(int longest, String what) {
        int start = bytes.position();
        int end = start;
        while (end < bytes.limit() && bytes.get(end) != '\n') {
            if (end - start == longest) {
                throw failure(what + " at byte " + start + " is longer than " + longest + " bytes");
            }
            end++;
        }
        String text = utf8(end - start, what);
        u8(what);
        return text;
    }

    private void need(long length, String what) {
        if (length < 0 || length > bytes.remaining()) {
            throw failure("the " + what + " at byte " + position() + " needs " + Long.toUnsignedString(length)
                    + " bytes and " + remaining() + " are left; the file is damaged or cut off: fetch it again");
        }
    }

    CheckpointException failure(String problem) {
        return new CheckpointException(file + ": " + problem);
    }

    CheckpointException failure(String problem, Throwable cause) {
        return new CheckpointException(file + ": " + problem, cause);
    }

    /** A stranger's text for a message of one line: printable, and not longer than anybody reads. */
    static String quote(String text) {
        StringBuilder quoted = new StringBuilder();
        text.codePoints()
                .limit(LONGEST_QUOTE)
                .map(c -> isPrintable(c) ? c : '?')
                .forEach(quoted::appendCodePoint);
        return text.length() > LONGEST_QUOTE ? quoted + "…" : quoted.toString();
    }

    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
