package dev.understudy.store;

import io.jhdf.filter.DeflatePipelineFilter;
import io.jhdf.filter.Filter;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.zip.Adler32;

/** One dataset's deflate filter, which has its chunks ready when jHDF asks for them, in the order in which it does. */
final class DeflatedChunks implements Filter {
    private static final DeflatePipelineFilter DEFLATE = new DeflatePipelineFilter();

    private final Deque<byte[]> ready;

    /** @param zlib streams of the chunks */
    DeflatedChunks(Collection<byte[]> zlib) {
        this.ready = new ArrayDeque<>(zlib);
    }

    @Override
    public int getId() {
        return DEFLATE.getId();
    }

    @Override
    public String getName() {
        return DEFLATE.getName();
    }

    @Override
    public byte[] decode(byte[] zlib, int[] filterData) {
        return DEFLATE.decode(zlib, filterData);
    }

    @Override
    public byte[] encode(byte[] chunk, int[] filterData) {
        byte[] zlib = ready.remove();
        if (checksumIn(zlib) != checksumOf(chunk)) {
            throw new IllegalStateException("jHDF writes chunks in another order than they were made");
        }
        return zlib;
    }

    private static long checksumOf(byte[] bytes) {
        Adler32 checksum = new Adler32();
        checksum.update(bytes);
        return checksum.getValue();
    }

    /** A zlib stream ends with the Adler-32 of what it holds (RFC 1950, section 2.2). */
    private static long checksumIn(byte[] zlib) {
        long checksum = 0;
        for (int i = zlib.length - Integer.BYTES; i < zlib.length; i++) {
            checksum = checksum << Byte.SIZE | zlib[i] & 0xff;
        }
        return checksum;
    }
}
