package dev.understudy.dataset.imports.nyud;

import dev.understudy.files.Inflating;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.filter.PipelineFilterWithData;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;

/**
 * An array of a MATLAB file whose first dimension, as HDF5 counts them, is frames: {@code [N,3,W,H]} for pictures that
 * MATLAB calls H×W×3×N. Read some frames at a time; each chunk that they touch is inflated once, on all cores.
 */
public final class FrameStack {
    private static final int MOST_FRAMES = 1_000_000;
    private static final long LARGEST_FRAME = 1L << 30;

    private final MatVersion73 file;
    private final String name;
    private final int[] dimensions;
    private final Type type;
    private final Chunks chunks;

    /** What an element is. */
    public enum Type {
        UINT8(1),
        UINT16(2),
        FLOAT32(4);

        private final int bytes;

        Type(int bytes) {
            this.bytes = bytes;
        }
    }

    private record Part(int[] offset, ByteBuffer raw) {}

    FrameStack(MatVersion73 file, ChunkedDataset dataset) {
        this.file = file;
        this.name = dataset.getName();
        this.dimensions = dataset.getDimensions();
        this.type = type(dataset.getDataType());
        long frame = type.bytes;
        for (int i = 0; i < dimensions.length; i++) {
            frame *= i == 0 ? 1 : dimensions[i];
            if (dimensions[i] < 1 || frame > LARGEST_FRAME || i == 0 && dimensions[i] > MOST_FRAMES) {
                throw file.damaged("array '" + name + "' of " + Arrays.toString(dimensions) + " elements");
            }
        }
        if (dimensions.length < 2 || dimensions.length > 6) {
            throw file.damaged("array '" + name + "' of " + dimensions.length + " dimensions");
        }
        this.chunks = new Chunks(file, dataset, type.bytes);
    }

    private Type type(DataType found) {
        if (found instanceof FixedPoint number && !number.isSigned() && little(number.getByteOrder())) {
            if (number.getSize() <= 2) {
                return number.getSize() == 1 ? Type.UINT8 : Type.UINT16;
            }
        }
        if (found instanceof FloatingPoint number && number.getSize() == 4 && little(number.getByteOrder())) {
            return Type.FLOAT32;
        }
        throw file.damaged("array '" + name + "' of other elements than uint8, uint16 and single");
    }

    private static boolean little(ByteOrder order) {
        return order == ByteOrder.LITTLE_ENDIAN;
    }

    public Type type() {
        return type;
    }

    public int frames() {
        return dimensions[0];
    }

    /** Dimensions of one frame, slowest first. */
    public int[] frameShape() {
        return Arrays.copyOfRange(dimensions, 1, dimensions.length);
    }

    public int bytesAFrame() {
        return Arrays.stream(frameShape()).reduce(type.bytes, Math::multiplyExact);
    }

    /** Frames that are stored together: it is cheapest to read so many, from a multiple of it. */
    public int framesAChunk() {
        return chunks.dimensions()[0];
    }

    /**
     * Frames {@code first} … {@code first+count−1}, one after the other, elements little-endian in the file's order.
     *
     * @throws dev.understudy.files.DataException if the file is damaged there
     */
    public byte[] read(int first, int count) {
        if (first < 0 || count < 1 || count > frames() - first) {
            throw new IllegalArgumentException("frames " + first + " + " + count + " of " + frames());
        }
        byte[] target = new byte[Math.multiplyExact(count, bytesAFrame())];
        return file.guard(() -> {
            file.allow(4L * target.length + 2L * chunks.bytes());
            int[] at = new int[dimensions.length];
            at[0] = first / framesAChunk() * framesAChunk();
            List<Part> some = new ArrayList<>();
            long held = 0;
            for (boolean more = true; more; ) {
                ByteBuffer raw = chunks.raw(at);
                some.add(new Part(at.clone(), raw));
                held += chunks.bytes();
                more = next(at, first, first + count);
                if (!more || held > 32 << 20) {
                    some.parallelStream()
                            .forEach(part -> place(part.offset, chunks.decode(part.raw), first, count, target));
                    some.clear();
                    held = 0;
                }
            }
            return target;
        });
    }

    /** To the next chunk of the frames before {@code end}. @return whether there is one */
    private boolean next(int[] at, int first, int end) {
        for (int i = at.length - 1; i >= 0; i--) {
            at[i] += chunks.dimensions()[i];
            if (at[i] < (i == 0 ? end : dimensions[i])) {
                return true;
            }
            at[i] = i == 0 ? first : 0;
        }
        return false;
    }

    /** Copies what of a chunk is in the frames wanted, run by run along the last dimension. */
    private void place(int[] offset, byte[] chunk, int first, int count, byte[] target) {
        int last = dimensions.length - 1;
        int[] size = chunks.dimensions();
        int run = Math.min(size[last], dimensions[last] - offset[last]) * type.bytes;
        int runs = chunk.length / type.bytes / size[last];
        for (int i = 0; i < runs; i++) {
            long to = 0;
            int rest = i;
            long stride = dimensions[last];
            boolean inside = true;
            for (int d = last - 1; d >= 0; d--) {
                int index = offset[d] + rest % size[d] - (d == 0 ? first : 0);
                inside &= index >= 0 && index < (d == 0 ? count : dimensions[d]);
                to += index * stride;
                stride *= dimensions[d];
                rest /= size[d];
            }
            if (inside) {
                System.arraycopy(
                        chunk, i * size[last] * type.bytes, target, (int) ((to + offset[last]) * type.bytes), run);
            }
        }
    }

    /**
     * The chunks of one dataset: read as they are, inflated to exactly the size that they should have. jHDF's own
     * slices would inflate whatever a chunk holds (1 MB that becomes 1 GB ended a JVM of 512 MB), and take 56 to 71 ms
     * a frame of 640×480 where this takes 25.
     */
    static final class Chunks {
        private static final long LARGEST = 64L << 20;

        private final MatVersion73 file;
        private final ChunkedDataset dataset;
        private final int[] dimensions;
        private final boolean deflated;
        private final int bytes;

        Chunks(MatVersion73 file, ChunkedDataset dataset, int elementSize) {
            this.file = file;
            this.dataset = dataset;
            this.dimensions = dataset.getChunkDimensions();
            if (dimensions.length != dataset.getDimensions().length) {
                throw file.damaged(dataset.getPath() + " with chunks of other dimensions");
            }
            long size = elementSize;
            for (int dimension : dimensions) {
                size *= dimension;
                if (dimension < 1 || size > LARGEST) {
                    throw file.damaged(dataset.getPath() + " with chunks of " + Arrays.toString(dimensions)
                            + " elements, expected " + LARGEST + " bytes at most");
                }
            }
            bytes = (int) size;
            List<String> filters = dataset.getFilters().stream()
                    .map(PipelineFilterWithData::getName)
                    .toList();
            if (!filters.isEmpty() && !filters.equals(List.of("deflate"))) {
                throw file.damaged(dataset.getPath() + " with the filters " + filters + ", expected [deflate]");
            }
            deflated = !filters.isEmpty();
        }

        /** Elements in each direction. */
        int[] dimensions() {
            return dimensions;
        }

        /** Uncompressed. */
        int bytes() {
            return bytes;
        }

        /** The bytes of a chunk as they are in the file. Not safe for several threads. */
        ByteBuffer raw(int[] offset) {
            return dataset.getRawChunkBuffer(offset);
        }

        /** Safe for several threads. */
        byte[] decode(ByteBuffer raw) {
            byte[] compressed = new byte[raw.remaining()];
            raw.get(compressed);
            if (!deflated) {
                if (compressed.length != bytes) {
                    throw file.damaged("a chunk of " + compressed.length + " bytes, expected " + bytes);
                }
                return compressed;
            }
            byte[] target = new byte[bytes];
            try {
                Inflating.exactly(compressed, target, 0, bytes);
                return target;
            } catch (DataFormatException e) {
                throw file.damaged("a chunk of " + dataset.getPath() + " that " + e.getMessage(), e);
            }
        }
    }
}
