package dev.understudy.store;

import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.files.DataException;
import io.jhdf.HdfFile;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.api.dataset.ChunkedDataset;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * An open shard. What is read is checked before memory is given to it: links are refused, since an external one opens any
 * path; dimensions, types, chunks and filters must be those that {@link ShardFormat} writes. Safe for several threads:
 * reading is serial, inflating is not.
 */
final class ShardFile implements AutoCloseable {
    private final Path path;
    private final HdfFile hdf;
    private final long size;

    ShardFile(Path path) {
        this.path = path;
        try {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
            try {
                this.size = channel.size();
                // Opened by its path it would be mapped, once a chunk, and unmapped by the garbage collector some time
                this.hdf = new HdfFile(channel, path.toUri());
            } catch (IOException | RuntimeException | StackOverflowError e) {
                channel.close();
                throw e;
            }
        } catch (IOException | RuntimeException | StackOverflowError e) {
            throw damaged(e);
        }
    }

    /** A store of depth alone gives its depth whether it was asked for or not, as evidence of nothing cannot be. */
    Evidence read(IndexHead frame, StoreDescription store, EvidencePlanes planes) {
        try {
            Group group = group(frame.id());
            FrameGroupReader reader = new FrameGroupReader(this, group, frame);
            return new Evidence(
                    frame.width(),
                    frame.height(),
                    store.hasSegmentation() ? segmentation(reader, frame, store, planes) : null,
                    store.hasDepth() && (planes.depth() || !store.hasSegmentation()) ? reader.depth() : null);
        } catch (DataException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            throw damaged(e);
        }
    }

    private SegmentationEvidence segmentation(
            FrameGroupReader reader, IndexHead frame, StoreDescription store, EvidencePlanes planes) {
        SegmentationEvidence evidence = reader.segmentation(store.topK(), store.hasViews(), planes);
        for (byte stored : evidence.classes()) {
            int index = stored & 0xFF;
            if (index >= store.numberOfClasses() && index != LabelMap.IGNORE) {
                throw damaged("frame " + frame.id() + " has class index " + index + ", expected 0–"
                        + (store.numberOfClasses() - 1) + " of " + store.classes() + " or 255 for none");
            }
        }
        return evidence;
    }

    private synchronized Group group(String frameId) {
        Node node = hdf.getChild(ShardFormat.groupOf(frameId));
        if (node == null || node.isLink() || !(node instanceof Group group)) {
            throw damaged("no group of frame " + frameId);
        }
        return group;
    }

    /** The compressed bytes of each of the first {@code planes} chunks, after checks; {@code bytes} is a plane's size. */
    synchronized byte[][] chunks(Group group, DatasetShape shape, int planes) {
        ChunkedDataset dataset = dataset(group, shape.name());
        shape.check(dataset, this);
        if (dataset.getStorageInBytes() > size) {
            throw damaged(shape.name() + " claims more bytes than the file has");
        }
        byte[][] chunks = new byte[planes][];
        for (int plane = 0; plane < planes; plane++) {
            var raw = dataset.getRawChunkBuffer(shape.chunkOffset(plane));
            chunks[plane] = new byte[raw.remaining()];
            raw.get(chunks[plane]);
        }
        return chunks;
    }

    private ChunkedDataset dataset(Group group, String name) {
        Node node = group.getChild(name);
        if (node == null || node.isLink() || !(node instanceof ChunkedDataset dataset)) {
            throw damaged("no chunked dataset " + group.getPath() + name);
        }
        return dataset;
    }

    DataException damaged(String what) {
        return damaged(what, null);
    }

    DataException damaged(String what, @Nullable Throwable cause) {
        return new DataException(
                path + ": " + what
                        + "; the shard is damaged, verify the store and run the label job again with a check of its checksums",
                cause);
    }

    private DataException damaged(Throwable cause) {
        String found = cause instanceof IOException ? cause.toString() : firstLine(cause.getMessage());
        return damaged(found, cause);
    }

    private static String firstLine(@Nullable String message) {
        return message == null
                ? "not what a shard looks like"
                : message.lines().findFirst().orElse("");
    }

    @Override
    public synchronized void close() {
        hdf.close();
    }
}
