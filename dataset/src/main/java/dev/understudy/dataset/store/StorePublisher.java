package dev.understudy.dataset.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The driver's side of a store: decides what is missing, gives finished shards their names, and says when all is done.
 * Holds the store's lock from {@link #open} to {@link #close}. Safe for use by several threads.
 */
public final class StorePublisher implements AutoCloseable {
    private StorePublisher() {}

    /**
     * Takes the lock, then makes the store or checks that this run may go on with it, and sweeps stale temporary files.
     *
     * @throws dev.understudy.conf.ConfigurationException if another process holds the store, or the store was made by
     *     another expert, class map, preprocessing, shard size or manifest; the message names each difference
     * @throws dev.understudy.dataset.DataException if {@code store.json} is damaged or the folder holds something else
     */
    public static StorePublisher open(Path store, StoreDescription description, ShardPlan plan, ResumeOptions options)
            throws IOException {
        throw new UnsupportedOperationException("not written yet");
    }

    /** The shards of the plan that are not in the store, or damaged, or to be tried again. */
    public List<Shard> missing() {
        throw new UnsupportedOperationException("not written yet");
    }

    /** Sums over the shards that are in. */
    public StoreTotals totals() {
        throw new UnsupportedOperationException("not written yet");
    }

    /**
     * Publishes a shard. A shard that is in already (a speculative twin, a retried stage) is left as it is and the result
     * is thrown away.
     *
     * @return whether it was new
     */
    public boolean commit(ShardResult result) throws IOException {
        throw new UnsupportedOperationException("not written yet");
    }

    /** Writes {@code _SUCCESS}. @throws IllegalStateException if shards are missing */
    public StoreTotals complete() throws IOException {
        throw new UnsupportedOperationException("not written yet");
    }

    /** Gives the lock back. */
    @Override
    public void close() throws IOException {
        throw new UnsupportedOperationException("not written yet");
    }
}
