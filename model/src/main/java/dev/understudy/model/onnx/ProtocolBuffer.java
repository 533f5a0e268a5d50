package dev.understudy.model.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.understudy.files.DataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Fields of a protocol buffer, one after the other, with bounds on what a file that is not to be trusted may ask for.
 */
class ProtocolBuffer {
    private static final int LONGEST_NAME = 1 << 14;
    private static final int DEEPEST = 32;

    /** For messages. */
    final Path file;

    final CodedInputStream in;
    private int depth;

    ProtocolBuffer(Path file, CodedInputStream in) {
        this.file = file;
        this.in = in;
    }

    /** What is done with one field, whose tag has been read; the value must be taken or skipped. */
    interface Field {
        void read(int number, int tag) throws IOException;
    }

    final void fields(Field field) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            field.read(tag >>> 3, tag);
        }
    }

    final void message(int tag, Field field) throws IOException {
        requireBytes(tag);
        if (++depth > DEEPEST) {
            throw new DataException(file + ": nested deeper than " + DEEPEST + " levels; it is no network");
        }
        int outer = in.pushLimit(in.readRawVarint32());
        fields(field);
        in.checkLastTagWas(0);
        in.popLimit(outer);
        depth--;
    }

    final void requireBytes(int tag) throws IOException {
        if ((tag & 7) != 2) {
            throw new InvalidProtocolBufferException("field " + (tag >>> 3) + " is of another kind");
        }
    }

    final String string(int tag) throws IOException {
        requireBytes(tag);
        int length = in.readRawVarint32();
        if (length < 0 || length > LONGEST_NAME) {
            throw new DataException(file + ": has a name of " + length + " bytes, expected at most " + LONGEST_NAME);
        }
        return new String(in.readRawBytes(length), StandardCharsets.UTF_8);
    }

    final long number(int tag) throws IOException {
        if ((tag & 7) != 0) {
            throw new InvalidProtocolBufferException("field " + (tag >>> 3) + " is of another kind");
        }
        return in.readInt64();
    }

    static String shown(String text) {
        String plain = text.replaceAll("\\p{Cntrl}", "?");
        return plain.length() > 80 ? plain.substring(0, 80) + "…" : plain;
    }
}
