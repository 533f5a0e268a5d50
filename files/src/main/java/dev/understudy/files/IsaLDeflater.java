package dev.understudy.files;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/**
 * Deflates by Intel's ISA-L, called in the library that GKL brings. GKL's own deflater is of no use here, since now and
 * then it makes other bytes of the same in another process: {@code isal_deflate_stateless}, which it calls, takes a
 * stream's second hash from a register that holds the address of the stream's state (level 1 and 2, {@code
 * .write_first_byte} in {@code igzip_icf_body_h1_gr_bt.asm}). {@code isal_deflate} comes by there only if a stream's
 * first bytes are many. So it is given a few of them first, and the rest then, as what has a history. Nothing else in
 * there depends on an address, or on what the memory held before. Not safe for several threads.
 */
final class IsaLDeflater implements AutoCloseable {
    /** So few go by {@code isal_deflate_icf_finish}, which looks at nothing but them. */
    static final int FIRST = 16;

    /** Most bytes that are taken at once. */
    static final int MOST = 1 << 24;

    /** Room for the state of a stream. */
    static final int STREAM_BYTES = 1 << 17;

    private static final int TRIED = 5000;

    /** What GKL gives it too, at levels 1 and 2. */
    private static final int LEVEL_BYTES = 0x51000;

    private static final String LIBRARY = "/com/intel/gkl/native/libgkl_compression.so";

    // Of struct isal_zstream, see igzip_lib.h; flags are of 16 bits
    private static final int NEXT_IN = 0;
    private static final int AVAILABLE_IN = 8;
    private static final int NEXT_OUT = 16;
    private static final int AVAILABLE_OUT = 24;
    private static final int LEVEL = 40;
    private static final int LEVEL_SIZE = 44;
    private static final int LEVEL_BUFFER = 48;
    private static final int END_OF_STREAM = 56;
    private static final int FLUSH = 58;
    private static final int FORMAT = 60;

    private static final short NO_FLUSH = 0;
    private static final short SYNC_FLUSH = 1;
    private static final short ZLIB = 3;

    private final Function initialize;
    private final Function deflate;
    private final Pointer stream;
    private final Memory level = new Memory(LEVEL_BYTES);
    private Memory input = new Memory(1);
    private Memory output = new Memory(1);

    private IsaLDeflater(NativeLibrary library, Pointer stream) {
        this.initialize = library.getFunction("isal_deflate_init");
        this.deflate = library.getFunction("isal_deflate");
        this.stream = stream;
    }

    /**
     * @throws LinkageError if the machine cannot run the library
     * @throws UncheckedIOException if there is no room to unpack it, or the like: whoever wrote without it would write
     *     other bytes than before and after
     */
    IsaLDeflater() {
        this(Library.opened(), new Memory(STREAM_BYTES));
    }

    /** @param place of the state of streams, {@link #STREAM_BYTES}; the caller's, and outlives this */
    IsaLDeflater(Pointer place) {
        this(Library.opened(), place);
    }

    /**
     * The zlib stream of {@code bytes[offset … offset + length)}, of which the length is at most {@link #MOST}.
     *
     * @throws IllegalStateException if there is none
     */
    byte[] deflate(byte[] bytes, int offset, int length) {
        // Even of what is of no use stored blocks are hardly longer
        int room = 2 * length + 1024;
        input = atLeast(length, input);
        output = atLeast(room, output);
        input.write(0, bytes, offset, length);

        initialize.invokeVoid(new Object[] {stream});
        stream.setInt(LEVEL, Deflating.LEVEL);
        stream.setPointer(LEVEL_BUFFER, level);
        stream.setInt(LEVEL_SIZE, LEVEL_BYTES);
        stream.setShort(FORMAT, ZLIB);
        stream.setPointer(NEXT_OUT, output);
        stream.setInt(AVAILABLE_OUT, room);
        int first = length > FIRST ? FIRST : 0;
        if (first > 0) {
            go(0, first, false);
        }
        go(first, length - first, true);
        return output.getByteArray(0, room - stream.getInt(AVAILABLE_OUT));
    }

    /** Whether a plane comes back: a library that lays a stream out otherwise than is known here would show in it. */
    boolean isSound() {
        byte[] plane = new byte[TRIED];
        for (int i = 0; i < TRIED; i++) {
            plane[i] = (byte) (i * i / TRIED);
        }
        byte[] back = new byte[TRIED];
        try {
            Inflating.exactly(deflate(plane, 0, TRIED), back, 0, TRIED);
            return Arrays.equals(back, plane);
        } catch (DataFormatException e) {
            return false;
        }
    }

    private void go(int from, int count, boolean last) {
        stream.setPointer(NEXT_IN, input.share(from));
        stream.setInt(AVAILABLE_IN, count);
        stream.setShort(END_OF_STREAM, (short) (last ? 1 : 0));
        stream.setShort(FLUSH, last ? NO_FLUSH : SYNC_FLUSH);
        int answer = deflate.invokeInt(new Object[] {stream});
        // It takes everything and ends what it began unless there is no room
        if (answer != 0 || stream.getInt(AVAILABLE_IN) != 0 || stream.getInt(AVAILABLE_OUT) < Long.SIZE) {
            throw new IllegalStateException("ISA-L answers " + answer + " to " + count + " bytes");
        }
    }

    private static Memory atLeast(int size, Memory memory) {
        if (memory.size() >= size) {
            return memory;
        }
        memory.close();
        return new Memory(size);
    }

    @Override
    public void close() {
        level.close();
        input.close();
        output.close();
        if (stream instanceof Memory ours) {
            ours.close();
        }
    }

    private static final class Library {
        private static @Nullable NativeLibrary opened;

        private Library() {}

        static synchronized NativeLibrary opened() {
            if (opened == null) {
                opened = open();
            }
            return opened;
        }

        /** From a copy that goes when it is open, so that a process that is killed leaves none. */
        private static NativeLibrary open() {
            try (InputStream packed = IsaLDeflater.class.getResourceAsStream(LIBRARY)) {
                if (packed == null) {
                    throw new UnsatisfiedLinkError(LIBRARY + " is not on the class path");
                }
                Path copy = Files.createTempFile("understudy-", ".so");
                try {
                    Files.copy(packed, copy, StandardCopyOption.REPLACE_EXISTING);
                    return NativeLibrary.getInstance(copy.toString());
                } finally {
                    Files.delete(copy);
                }
            } catch (IOException e) {
                String folder = System.getProperty("java.io.tmpdir");
                throw new UncheckedIOException(
                        folder + ": the library that deflates cannot be unpacked here, " + e.getMessage()
                                + "; make room, name another folder by -Djava.io.tmpdir, or write by Java's zlib, to other"
                                + " bytes, by -D" + IsaL.PROPERTY + "=java",
                        e);
            }
        }
    }
}
