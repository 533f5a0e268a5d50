package dev.understudy.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * Deflates planes side by side. jHDF would take one after the other, on one thread, when its file is closed, and that
 * is nine tenths of writing a shard. The bytes do not depend on the number of threads.
 */
final class PlaneDeflater implements AutoCloseable {
    private static final int BUFFER = 1 << 15;

    private final ForkJoinPool pool;

    /** @param threads of its own, at least 1; while it waits, the calling thread may lend a hand */
    PlaneDeflater(int threads) {
        this.pool = new ForkJoinPool(threads);
    }

    /** @return a zlib stream for each plane, in order */
    List<byte[]> deflate(List<BytePlane> planes) {
        List<Callable<byte[]>> tasks = new ArrayList<>();
        planes.forEach(plane -> tasks.add(() -> deflate(plane)));
        List<byte[]> deflated = new ArrayList<>();
        for (Future<byte[]> plane : pool.invokeAll(tasks)) {
            deflated.add(ended(plane));
        }
        return deflated;
    }

    @Override
    public void close() {
        pool.shutdown();
    }

    private static byte[] deflate(BytePlane plane) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(BUFFER);
        Deflater deflater = new Deflater(ShardFormat.DEFLATE_LEVEL);
        try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, deflater, BUFFER)) {
            out.write(plane.values(), plane.offset(), plane.length());
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not refuse to be written", e);
        } finally {
            deflater.end();
        }
        return bytes.toByteArray();
    }

    private static byte[] ended(Future<byte[]> plane) {
        try {
            return plane.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while deflating", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a plane cannot be deflated", e.getCause());
        }
    }

    /** One plane of a stack: {@code values[offset … offset + length)}, row by row. */
    record BytePlane(byte[] values, int offset, int length) {}
}
