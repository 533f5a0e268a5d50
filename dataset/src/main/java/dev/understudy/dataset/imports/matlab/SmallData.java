package dev.understudy.dataset.imports.matlab;

import io.jhdf.api.Dataset;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.dataset.DatasetBase;
import java.nio.ByteBuffer;

/** Reads a vector of a few elements, however it is stored. MATLAB's vectors have one dimension that is not 1. */
final class SmallData {
    private SmallData() {}

    static ByteBuffer read(MatVersion73 file, Dataset dataset, int elementSize, int mostElements) {
        int length = 1;
        int along = 0;
        int[] dimensions = dataset.getDimensions();
        for (int i = 0; i < dimensions.length; i++) {
            if (dimensions[i] < 0 || dimensions[i] > mostElements || length > 1 && dimensions[i] > 1) {
                throw file.damaged(dataset.getPath() + " of " + java.util.Arrays.toString(dimensions)
                        + " elements, expected a vector of " + mostElements + " at most");
            }
            along = dimensions[i] == 1 ? along : i;
            length *= dimensions[i];
        }
        if (dataset.getDataType().getSize() != elementSize) {
            throw file.damaged(dataset.getPath() + " with elements of "
                    + dataset.getDataType().getSize() + " bytes");
        }
        byte[] bytes = new byte[length * elementSize];
        if (dataset instanceof ChunkedDataset chunked) {
            gather(new Chunks(file, chunked, elementSize), dimensions.length, along, bytes, elementSize);
        } else if (dataset instanceof DatasetBase stored && length > 0) {
            ByteBuffer found = stored.getDataBuffer();
            if (found.remaining() < bytes.length) {
                throw file.damaged(dataset.getPath() + " with too few bytes");
            }
            found.get(bytes);
        }
        return MatVersion73.littleEndian(bytes);
    }

    private static void gather(Chunks chunks, int rank, int along, byte[] bytes, int elementSize) {
        int step = chunks.dimensions()[along];
        // Elements beside the vector's line are padding of the chunk, one after the other of which all but the first
        // skip.
        int stride = elementSize;
        for (int i = along + 1; i < rank; i++) {
            stride *= chunks.dimensions()[i];
        }
        int[] offset = new int[rank];
        for (int from = 0; from * elementSize < bytes.length; from += step) {
            offset[along] = from;
            byte[] chunk = chunks.decode(chunks.raw(offset));
            for (int i = 0; i < step && (from + i) * elementSize < bytes.length; i++) {
                System.arraycopy(chunk, i * stride, bytes, (from + i) * elementSize, elementSize);
            }
        }
    }
}
