package dev.understudy.store;

import dev.understudy.files.DataException;
import dev.understudy.files.Deflating;
import io.jhdf.api.DatasetCreationOptions;
import io.jhdf.filter.DeflatePipelineFilter;
import io.jhdf.filter.Filter;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

/**
 * How a shard's HDF5 file is laid out. The root holds one group a frame, named by {@link #groupOf}; a frame's group
 * holds the datasets below. A chunk is one whole plane. Byte planes are deflated; shuffling would slow them and gain
 * nothing; floats are shuffled and deflated.
 */
final class ShardFormat {
    static final String CLASS = "class";
    static final String PROBABILITY = "probability";
    static final String ENTROPY = "entropy";
    static final String AGREEMENT = "agreement";
    static final String VIEWS = "views";
    static final String DEPTH = "depth";
    static final String SPREAD = "spread";

    /** Largest side of a frame that is written or read, so that a damaged size cannot ask for all memory. */
    static final int MAX_SIDE = 1 << 15;

    static final int DEFLATE_LEVEL = Deflating.LEVEL;

    private ShardFormat() {}

    /**
     * The name of a frame's group: its id with {@code :} for {@code /}, so that all frames are children of the root and
     * no id can collide with a dataset of another one's group. {@code :} occurs in no id.
     */
    static String groupOf(String frameId) {
        if (frameId.isEmpty() || frameId.indexOf(':') >= 0 || frameId.equals(".") || frameId.equals("..")) {
            throw new DataException("the frame id '" + frameId + "' cannot be stored; ids are [A-Za-z0-9._/-]+");
        }
        return frameId.replace('/', ':');
    }

    /** @param deflated the chunks' zlib streams, in order */
    static DatasetCreationOptions bytePlanes(List<byte[]> deflated, int... chunk) {
        return DatasetCreationOptions.builder()
                .unsigned()
                .chunkDimensions(chunk)
                .filter(new DeflatedChunks(deflated), DEFLATE_LEVEL)
                .build();
    }

    /** @param deflated the chunks' zlib streams of shuffled bytes, in order */
    static DatasetCreationOptions floatPlanes(List<byte[]> deflated, int... chunk) {
        return DatasetCreationOptions.builder()
                .chunkDimensions(chunk)
                .shuffle()
                .filter(new DeflatedChunks(deflated), DEFLATE_LEVEL)
                .build();
    }

    /**
     * One dataset's deflate filter, which has its chunks ready when jHDF asks for them, in the order in which it does.
     * What jHDF has is no more than the chunk's number, in each of its bytes.
     */
    static final class DeflatedChunks implements Filter {
        private static final DeflatePipelineFilter DEFLATE = new DeflatePipelineFilter();

        private final Deque<byte[]> ready;
        private int next;

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
            byte number = (byte) next++;
            if (chunk[0] != number || chunk[chunk.length - 1] != number) {
                throw new IllegalStateException("jHDF writes chunks in another order than they were made");
            }
            return ready.remove();
        }
    }
}
