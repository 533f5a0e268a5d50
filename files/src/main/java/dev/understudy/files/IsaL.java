package dev.understudy.files;

import com.intel.gkl.IntelGKLUtils;
import com.intel.gkl.compression.IntelInflater;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.Adler32;
import org.jspecify.annotations.Nullable;

/**
 * Intel's ISA-L, by Intel's GKL: inflates zlib's format in half of zlib's time and deflates into it in a third, on
 * Linux and x86-64 with AVX. It may always say no, and zlib is asked then: what is wrong with a stream, and whether it
 * is, zlib alone says. The system property {@code understudy.zlib=java} keeps it out. Safe for several threads.
 */
final class IsaL {
    static final String PROPERTY = "understudy.zlib";

    private static final int HEADER_BYTES = Short.BYTES;
    private static final int TRAILER_BYTES = Integer.BYTES;
    /** More than is read of what is behind a stream. */
    private static final int AHEAD = 16;

    private static final int SUM_BYTES = 1 << 12;

    private static final boolean LOADED = load();
    // They come with memory of the machine's, which nothing but they themselves gives back
    private static final Queue<IntelInflater> INFLATERS = new ConcurrentLinkedQueue<>();
    private static final Queue<IsaLDeflater> DEFLATERS = new ConcurrentLinkedQueue<>();
    /** What is longer leaves more memory behind than a plane should. */
    private static final int LENGTH_TO_KEEP = 1 << 20;

    private IsaL() {}

    static boolean isThere() {
        return LOADED && !"java".equals(System.getProperty(PROPERTY));
    }

    /** @throws UncheckedIOException as {@link IsaLDeflater} */
    static boolean isThereToDeflate() {
        return !"java".equals(System.getProperty(PROPERTY)) && ToDeflate.isLoaded();
    }

    private static boolean isForThisMachine() {
        return "Linux".equals(System.getProperty("os.name")) && "amd64".equals(System.getProperty("os.arch"));
    }

    private static boolean load() {
        if (!isForThisMachine()) {
            return false;
        }
        try {
            IntelGKLUtils machine = new IntelGKLUtils();
            return machine.load(null) && machine.isAvxSupported() && new IntelInflater(true).load(null);
        } catch (RuntimeException | LinkageError e) {
            return false;
        }
    }

    /**
     * Fills {@code length} bytes of {@code target} from {@code offset}, if a stream holds exactly that many.
     *
     * @return false if it does not look like that; nothing was written then
     */
    static boolean inflate(byte[] zlib, byte[] target, int offset, int length) {
        if (zlib.length <= HEADER_BYTES + TRAILER_BYTES
                || length == Integer.MAX_VALUE
                || !isHeader(zlib[0] & 0xFF, zlib[1] & 0xFF)) {
            return false;
        }
        // With room for one more, which a stream that holds more would fill
        byte[] held = new byte[length + 1];
        int trailer = ByteBuffer.wrap(zlib, zlib.length - TRAILER_BYTES, TRAILER_BYTES)
                .getInt();
        if (inflate(zlib, held) != length || sum(held, 0, length) != trailer) {
            return false;
        }
        System.arraycopy(held, 0, target, offset, length);
        return true;
    }

    /**
     * The zlib stream of {@code bytes[offset … offset + length)}, the same for the same bytes whatever the process, the
     * thread, and what was deflated before.
     *
     * @return null if it is not to be had
     * @throws UncheckedIOException as {@link IsaLDeflater}
     */
    static byte @Nullable [] deflate(byte[] bytes, int offset, int length) {
        if (length > IsaLDeflater.MOST || !isThereToDeflate()) {
            return null;
        }
        IsaLDeflater deflater = DEFLATERS.poll();
        if (deflater == null) {
            deflater = new IsaLDeflater();
        }
        boolean keep = length <= LENGTH_TO_KEEP;
        try {
            return deflater.deflate(bytes, offset, length);
        } catch (IllegalStateException e) {
            keep = false;
            return null;
        } finally {
            if (keep) {
                DEFLATERS.add(deflater);
            } else {
                deflater.close();
            }
        }
    }

    /** Deflate, with any window, without a dictionary. */
    private static boolean isHeader(int method, int flags) {
        return (method & 0xF) == 8 && method >> 4 <= 7 && (flags & 0x20) == 0 && (method << 8 | flags) % 31 == 0;
    }

    /** @return how many bytes there were; −1 if the stream is damaged, or has no end */
    private static int inflate(byte[] zlib, byte[] held) {
        IntelInflater inflater = INFLATERS.poll();
        if (inflater == null) {
            inflater = new IntelInflater(true);
        }
        try {
            inflater.reset();
            byte[] more = Arrays.copyOf(zlib, zlib.length + AHEAD);
            inflater.setInput(more, HEADER_BYTES, more.length - HEADER_BYTES);
            int count = inflater.inflate(held, 0, held.length);
            // It does not say whether the end has come, but leaves what is behind it: "finished" is that all was read
            return inflater.finished() ? -1 : count;
        } catch (RuntimeException damaged) {
            return -1;
        } finally {
            INFLATERS.add(inflater);
        }
    }

    /** In steps, of which there are so many that Java soon has its fast way of it. */
    private static int sum(byte[] bytes, int offset, int length) {
        Adler32 sum = new Adler32();
        for (int from = 0; from < length; from += SUM_BYTES) {
            sum.update(bytes, offset + from, Math.min(SUM_BYTES, length - from));
        }
        return (int) sum.getValue();
    }

    /** Apart, since what only inflates needs none of it. */
    private static final class ToDeflate {
        private static final Path PROCESSOR = Path.of("/proc/cpuinfo");
        private static @Nullable Boolean loaded;

        private ToDeflate() {}

        static synchronized boolean isLoaded() {
            if (loaded == null) {
                loaded = isForThisMachine() && hasAvx() && load();
            }
            return loaded;
        }

        private static boolean hasAvx() {
            try {
                return Files.readString(PROCESSOR, StandardCharsets.ISO_8859_1).contains(" avx ");
            } catch (IOException e) {
                return false;
            }
        }

        private static boolean load() {
            try {
                IsaLDeflater deflater = new IsaLDeflater();
                DEFLATERS.add(deflater);
                return deflater.isSound();
            } catch (IllegalStateException | LinkageError e) {
                return false;
            }
        }
    }
}
