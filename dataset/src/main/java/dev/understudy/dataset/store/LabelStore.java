package dev.understudy.dataset.store;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads a complete store. Safe for use by several threads at once; keeps a bounded number of shards open.
 */
public final class LabelStore implements AutoCloseable {
    private LabelStore() {}

    /** @throws dev.understudy.dataset.DataException if there is no store, it is not complete, or is damaged */
    public static LabelStore open(Path store) {
        throw new UnsupportedOperationException("not written yet");
    }

    public StoreDescription description() {
        throw new UnsupportedOperationException("not written yet");
    }

    public StoreTotals totals() {
        throw new UnsupportedOperationException("not written yet");
    }

    /** Labelled frames in manifest order. */
    public List<String> ids() {
        throw new UnsupportedOperationException("not written yet");
    }

    public boolean contains(String id) {
        throw new UnsupportedOperationException("not written yet");
    }

    /** @throws dev.understudy.dataset.DataException if the frame is not in the store or its shard is damaged */
    public Evidence get(String id) {
        throw new UnsupportedOperationException("not written yet");
    }

    /** As {@link #get(String)} with only the {@code topK} most probable classes of each pixel, which is faster. */
    public Evidence get(String id, int topK) {
        throw new UnsupportedOperationException("not written yet");
    }

    /** The index line of a frame. */
    public FrameSummary summary(String id) {
        throw new UnsupportedOperationException("not written yet");
    }

    /** Index lines in manifest order, read as they are asked for; close the stream. */
    public Stream<FrameSummary> summaries() {
        throw new UnsupportedOperationException("not written yet");
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException("not written yet");
    }
}
