package dev.understudy.store;

import dev.understudy.files.DataException;
import dev.understudy.store.ShardIndex.IndexHead;
import io.jhdf.HdfFile;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.filter.PipelineFilterWithData;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where the planes of a shard's frames lie in its file. It is found once, by jHDF, and what jHDF finds is checked then:
 * links are refused, since an external one opens any path, and dimensions, types, chunks and filters must be those that
 * {@link ShardFormat} writes. From then on a frame is read by its positions, in any order and by many threads at once,
 * without parsing the file's structure again. Immutable; a few hundred bytes a frame.
 */
final class ShardDirectory {
    private final List<Place> frames;

    private ShardDirectory(List<Place> frames) {
        this.frames = frames;
    }

    /**
     * @param frames of the shard, as its index has them
     * @throws DataException if the file as a whole is damaged; a frame that is damaged is told when it is read
     */
    static ShardDirectory of(ShardFile file, List<IndexHead> frames, StoreDescription store) {
        List<StoredPlanes> stored = StoredPlanes.of(store);
        Positions positions = new Positions(file.channel());
        try (HdfFile hdf = new HdfFile(positions, file.path().toUri())) {
            List<Place> places = new ArrayList<>(frames.size());
            for (IndexHead frame : frames) {
                places.add(new Search(file, hdf, positions, frame).place(stored));
            }
            return new ShardDirectory(places);
        } catch (RuntimeException | StackOverflowError e) {
            throw file.damaged(e);
        }
    }

    /** @param line of the shard's index, from 0 */
    Place frame(int line) {
        return frames.get(line);
    }

    /**
     * One frame.
     *
     * @param starts of the chunks of all planes in the order of {@link StoredPlanes}, in bytes from the file's start
     * @param lengths of the chunks
     * @param problems what is wrong with a data set, by its name
     */
    record Place(IndexHead frame, long[] starts, int[] lengths, Map<String, DataException> problems) {}

    /** Finds one frame's planes. */
    private record Search(ShardFile file, HdfFile hdf, Positions positions, IndexHead frame) {
        Place place(List<StoredPlanes> stored) {
            int planes = stored.stream().mapToInt(StoredPlanes::planes).sum();
            Place place = new Place(frame, new long[planes], new int[planes], new HashMap<>(0));
            for (StoredPlanes each : stored) {
                try {
                    find(each, place);
                } catch (DataException e) {
                    place.problems().put(each.name(), e);
                } catch (RuntimeException | StackOverflowError e) {
                    place.problems().put(each.name(), file.damaged(e));
                }
            }
            return place;
        }

        private void find(StoredPlanes stored, Place place) {
            ChunkedDataset dataset = dataset(group(), stored.name());
            DatasetShape shape = stored.shape(frame);
            shape.check(dataset, file);
            // Has the chunks' positions read, too, so that all that is asked for below is a chunk
            if (dataset.getStorageInBytes() > file.size()) {
                throw file.damaged(stored.name() + " claims more bytes than the file has");
            }
            for (int plane = 0; plane < stored.planes(); plane++) {
                int chunk = stored.first() + plane;
                place.starts()[chunk] = positions.notedOf(dataset, shape.chunkOffset(plane));
                place.lengths()[chunk] = positions.length;
            }
        }

        private Group group() {
            Node node = hdf.getChild(ShardFormat.groupOf(frame.id()));
            if (node == null || node.isLink() || !(node instanceof Group group)) {
                throw file.damaged("no group of frame " + frame.id());
            }
            return group;
        }

        private ChunkedDataset dataset(Group group, String name) {
            Node node = group.getChild(name);
            if (node == null || node.isLink() || !(node instanceof ChunkedDataset dataset)) {
                throw file.damaged("no chunked dataset " + group.getPath() + name);
            }
            return dataset;
        }
    }

    /**
     * What jHDF reads a shard through. It does not say where a chunk lies, so what it asks for is noted, and not read.
     */
    private static final class Positions implements SeekableByteChannel {
        private final FileChannel file;
        private long position;
        private boolean noting;
        private long start;
        private int length;

        Positions(FileChannel file) {
            this.file = file;
        }

        /** Where a chunk begins; {@link #length} is how long it is then. */
        long notedOf(ChunkedDataset dataset, int[] offset) {
            noting = true;
            try {
                length = dataset.getRawChunkBuffer(offset).remaining();
                return start;
            } finally {
                noting = false;
            }
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            int count = target.remaining();
            if (noting) {
                start = position;
                target.position(target.limit());
            } else {
                count = file.read(target, position);
            }
            position += Math.max(0, count);
            return count;
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public SeekableByteChannel position(long newPosition) {
            position = newPosition;
            return this;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public int write(ByteBuffer source) {
            throw new NonWritableChannelException();
        }

        @Override
        public SeekableByteChannel truncate(long size) {
            throw new NonWritableChannelException();
        }

        @Override
        public boolean isOpen() {
            return file.isOpen();
        }

        /** The file stays its owner's. */
        @Override
        public void close() {}
    }

    /** The directories of those shards that were read last, of a bounded number of frames. Safe for several threads. */
    static final class Recent {
        private final int most;
        private final Map<Integer, Slot> slots = new LinkedHashMap<>(16, 0.75f, true);
        private int frames;

        /** @param most frames to remember; one shard is remembered in any case */
        Recent(int most) {
            this.most = most;
        }

        /**
         * @param shard number of the shard
         * @param size its frames
         * @param search finds it if it is not here; if that fails, the next one tries again
         */
        ShardDirectory get(int shard, int size, Supplier<ShardDirectory> search) {
            return slot(shard, size).get(search);
        }

        private synchronized Slot slot(int shard, int size) {
            Slot slot = slots.get(shard);
            if (slot == null) {
                slot = new Slot(size);
                slots.put(shard, slot);
                frames += size;
                var oldest = slots.values().iterator();
                while (frames > most && slots.size() > 1) {
                    frames -= oldest.next().size;
                    oldest.remove();
                }
            }
            return slot;
        }

        private static final class Slot {
            private final int size;
            private @Nullable ShardDirectory found;

            Slot(int size) {
                this.size = size;
            }

            /** Only those who wait for the same shard wait. */
            synchronized ShardDirectory get(Supplier<ShardDirectory> search) {
                if (found == null) {
                    found = search.get();
                }
                return found;
            }
        }
    }

    /**
     * A data set that each frame of a store has.
     *
     * @param planes its chunks
     * @param floats metres, otherwise bytes
     * @param first number of its first plane among all planes of the frame
     */
    record StoredPlanes(String name, int planes, boolean floats, int first) {
        /** All of them, in the order in which their planes are counted. */
        static List<StoredPlanes> of(StoreDescription store) {
            List<StoredPlanes> all = new ArrayList<>();
            if (store.hasSegmentation()) {
                add(all, ShardFormat.CLASS, store.topK(), false);
                add(all, ShardFormat.PROBABILITY, store.topK(), false);
                add(all, ShardFormat.ENTROPY, 1, false);
                add(all, ShardFormat.AGREEMENT, 1, false);
            }
            if (store.hasViews()) {
                add(all, ShardFormat.VIEWS, 1, false);
            }
            if (store.hasDepth()) {
                add(all, ShardFormat.DEPTH, 1, true);
                add(all, ShardFormat.SPREAD, 1, true);
            }
            return all;
        }

        private static void add(List<StoredPlanes> all, String name, int planes, boolean floats) {
            int first = all.isEmpty() ? 0 : all.get(all.size() - 1).end();
            all.add(new StoredPlanes(name, planes, floats, first));
        }

        private int end() {
            return first + planes;
        }

        DatasetShape shape(IndexHead frame) {
            boolean stack = name.equals(ShardFormat.CLASS) || name.equals(ShardFormat.PROBABILITY);
            return new DatasetShape(
                    name,
                    stack
                            ? new int[] {planes, frame.height(), frame.width()}
                            : new int[] {frame.height(), frame.width()},
                    floats);
        }
    }

    /**
     * What a dataset of a shard must be.
     *
     * @param dimensions of the dataset: [H,W], or [K,H,W]
     * @param floats little-endian float32, shuffled and deflated; otherwise uint8, deflated
     */
    private record DatasetShape(String name, int[] dimensions, boolean floats) {
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
}
