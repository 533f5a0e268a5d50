package dev.understudy.store;

import dev.understudy.dataset.evidence.DepthEvidence;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.files.Deflating;
import dev.understudy.store.FrameGroupWriter.PlaneDeflater.BytePlane;
import io.jhdf.api.WritableGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;

/**
 * Puts one frame's evidence into its group. jHDF takes the shape from nested arrays, and keeps them until its file is
 * closed. Planes are deflated by then, so it is given {@link ShardFormat.DeflatedChunks stand-ins} of one row.
 */
final class FrameGroupWriter {
    private final WritableGroup group;
    private final PlaneDeflater deflater;
    private final int height;
    private final int width;

    FrameGroupWriter(WritableGroup group, PlaneDeflater deflater, int height, int width) {
        this.group = group;
        this.deflater = deflater;
        this.height = height;
        this.width = width;
    }

    void write(SegmentationEvidence evidence) {
        int topK = evidence.topK();
        List<BytePlane> planes = new ArrayList<>();
        addPlanes(evidence.classes(), topK, planes);
        addPlanes(evidence.probability(), topK, planes);
        addPlanes(evidence.entropy(), 1, planes);
        addPlanes(evidence.agreement(), 1, planes);
        addPlanes(evidence.views(), evidence.views().length == 0 ? 0 : 1, planes);
        List<byte[]> deflated = deflater.deflate(planes);

        stack(ShardFormat.CLASS, deflated.subList(0, topK));
        stack(ShardFormat.PROBABILITY, deflated.subList(topK, 2 * topK));
        plane(ShardFormat.ENTROPY, deflated.get(2 * topK));
        plane(ShardFormat.AGREEMENT, deflated.get(2 * topK + 1));
        if (evidence.views().length > 0) {
            plane(ShardFormat.VIEWS, deflated.get(2 * topK + 2));
        }
    }

    void write(DepthEvidence evidence) {
        List<byte[]> deflated = deflater.deflate(List.of(shuffled(evidence.metres()), shuffled(evidence.spread())));
        floats(ShardFormat.DEPTH, deflated.get(0));
        floats(ShardFormat.SPREAD, deflated.get(1));
    }

    /** The first bytes of all floats, then the second ones, as HDF5 shuffles. */
    private static BytePlane shuffled(float[] plane) {
        int pixels = plane.length;
        byte[] bytes = new byte[Math.multiplyExact(pixels, Float.BYTES)];
        for (int i = 0; i < pixels; i++) {
            int bits = Float.floatToRawIntBits(plane[i]);
            bytes[i] = (byte) bits;
            bytes[pixels + i] = (byte) (bits >> 8);
            bytes[2 * pixels + i] = (byte) (bits >> 16);
            bytes[3 * pixels + i] = (byte) (bits >> 24);
        }
        return new BytePlane(bytes, 0, bytes.length, pixels);
    }

    private void addPlanes(byte[] stack, int depth, List<BytePlane> planes) {
        for (int plane = 0; plane < depth; plane++) {
            planes.add(new BytePlane(stack, plane * height * width, height * width));
        }
    }

    private void stack(String name, List<byte[]> deflated) {
        byte[][][] nested = new byte[deflated.size()][][];
        for (int plane = 0; plane < nested.length; plane++) {
            nested[plane] = standIn(plane);
        }
        group.putDataset(name, nested, ShardFormat.bytePlanes(deflated, 1, height, width));
    }

    private void plane(String name, byte[] deflated) {
        group.putDataset(name, standIn(0), ShardFormat.bytePlanes(List.of(deflated), height, width));
    }

    private void floats(String name, byte[] deflated) {
        float[][] standIn = new float[height][];
        Arrays.fill(standIn, new float[width]);
        group.putDataset(name, standIn, ShardFormat.floatPlanes(List.of(deflated), height, width));
    }

    /** The same row over and over, of the plane's number in its dataset. */
    private byte[][] standIn(int plane) {
        byte[] row = new byte[width];
        Arrays.fill(row, (byte) plane);
        byte[][] nested = new byte[height][];
        Arrays.fill(nested, row);
        return nested;
    }

    /**
     * Deflates planes side by side. jHDF would take one after the other, on one thread, when its file is closed, and
     * that
     * is nine tenths of writing a shard. The bytes do not depend on the number of threads.
     */
    static final class PlaneDeflater implements AutoCloseable {
        private final ForkJoinPool pool;

        /** @param threads of its own, at least 1; while it waits, the calling thread may lend a hand */
        PlaneDeflater(int threads) {
            this.pool = new ForkJoinPool(threads);
        }

        /** @return a zlib stream for each plane, in order */
        List<byte[]> deflate(List<BytePlane> planes) {
            List<Callable<byte[]>> tasks = new ArrayList<>();
            planes.forEach(plane -> tasks.add(plane::deflated));
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

        /**
         * One plane of a stack: {@code values[offset … offset + length)}, row by row.
         *
         * @param part length of what is of one kind: the plane's, or a fourth of it where it is of shuffled floats
         */
        record BytePlane(byte[] values, int offset, int length, int part) {
            BytePlane(byte[] values, int offset, int length) {
                this(values, offset, length, length);
            }

            private byte[] deflated() {
                return part == length ? Deflating.whole(values, offset, length) : Deflating.parts(values, part);
            }
        }
    }
}
