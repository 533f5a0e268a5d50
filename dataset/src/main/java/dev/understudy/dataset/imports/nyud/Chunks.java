package dev.understudy.dataset.imports.nyud;

import dev.understudy.files.Inflating;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.filter.PipelineFilterWithData;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;

/**
 * The chunks of one dataset: read as they are, inflated to exactly the size that they should have. jHDF's own slices
 * would inflate whatever a chunk holds (1 MB that becomes 1 GB ended a JVM of 512 MB), and take 56 to 71 ms a frame of
 * 640×480 where this takes 25.
 */
final class Chunks {
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
