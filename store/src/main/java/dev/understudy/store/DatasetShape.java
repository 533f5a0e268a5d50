package dev.understudy.store;

import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.filter.PipelineFilterWithData;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * What a dataset of a shard must be.
 *
 * @param dimensions of the dataset: [H,W], or [K,H,W]
 * @param floats little-endian float32, shuffled and deflated; otherwise uint8, deflated
 */
record DatasetShape(String name, int[] dimensions, boolean floats) {
    private static final List<String> BYTE_FILTERS = List.of("deflate");
    private static final List<String> FLOAT_FILTERS = List.of("shuffle", "deflate");

    void check(ChunkedDataset dataset, ShardFile file) {
        if (!Arrays.equals(dataset.getDimensions(), dimensions)) {
            throw file.damaged(dataset.getPath() + " is " + Arrays.toString(dataset.getDimensions()) + ", expected "
                    + Arrays.toString(dimensions));
        }
        if (!hasRightType(dataset.getDataType())) {
            throw file.damaged(dataset.getPath() + " is not " + (floats ? "little-endian float32" : "uint8"));
        }
        if (!Arrays.equals(dataset.getChunkDimensions(), chunk())) {
            throw file.damaged(dataset.getPath() + " has chunks of " + Arrays.toString(dataset.getChunkDimensions())
                    + ", expected whole planes " + Arrays.toString(chunk()));
        }
        List<String> filters = dataset.getFilters().stream()
                .map(PipelineFilterWithData::getName)
                .toList();
        if (!filters.equals(floats ? FLOAT_FILTERS : BYTE_FILTERS)) {
            throw file.damaged(dataset.getPath() + " has the filters " + filters + ", expected "
                    + (floats ? FLOAT_FILTERS : BYTE_FILTERS));
        }
    }

    private boolean hasRightType(DataType type) {
        if (floats) {
            return type instanceof FloatingPoint number
                    && number.getSize() == Float.BYTES
                    && number.getByteOrder() == ByteOrder.LITTLE_ENDIAN;
        }
        return type instanceof FixedPoint number && number.getSize() == 1 && !number.isSigned();
    }

    private int[] chunk() {
        int[] chunk = dimensions.clone();
        if (chunk.length == 3) {
            chunk[0] = 1;
        }
        return chunk;
    }

    int[] chunkOffset(int plane) {
        int[] offset = new int[dimensions.length];
        offset[0] = plane;
        return offset;
    }
}
