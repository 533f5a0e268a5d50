package dev.understudy.dataset.store;

import dev.understudy.dataset.frame.FrameRecord;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Writes one shard under temporary names. Runs on an executor; one thread. Evidence is buffered until {@link #finish}.
 */
public final class ShardWriter implements AutoCloseable {
    private ShardWriter() {}

    /**
     * @param store the store's folder
     * @param attempt unique for each try of each task in each job, {@code [A-Za-z0-9-]+}
     */
    public static ShardWriter create(Path store, StoreDescription description, Shard shard, String attempt)
            throws IOException {
        throw new UnsupportedOperationException("not written yet");
    }

    /** @throws dev.understudy.dataset.DataException if the evidence is not what the store keeps; the frame is not in then */
    public void put(FrameRecord frame, Evidence evidence) {
        throw new UnsupportedOperationException("not written yet");
    }

    /** @param errorClass simple name of the exception */
    public void quarantine(String id, String reason, String errorClass) {
        throw new UnsupportedOperationException("not written yet");
    }

    /** Optional, for each frame; goes into a file that nothing depends on. */
    public void timing(FrameTiming timing) {
        throw new UnsupportedOperationException("not written yet");
    }

    /** Writes, fsyncs, reads back and hashes. Every frame of the shard must have been put or quarantined. */
    public ShardResult finish() throws IOException {
        throw new UnsupportedOperationException("not written yet");
    }

    /** Without {@link #finish}, removes what was begun. */
    @Override
    public void close() {
        throw new UnsupportedOperationException("not written yet");
    }
}
