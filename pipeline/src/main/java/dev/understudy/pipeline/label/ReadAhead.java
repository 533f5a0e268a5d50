package dev.understudy.pipeline.label;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.files.DataException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Reads frames on threads of its own, a little ahead of the expert, in order. For one thread at a time. */
final class ReadAhead implements Iterator<ReadAhead.Item>, AutoCloseable {
    private final Iterator<FrameRecord> records;
    private final FrameReading reading;
    private final ExecutorService threads;
    private final Queue<Future<Item>> begun = new ArrayDeque<>();

    /**
     * A frame, or why there is none.
     *
     * @param millis how long reading took
     */
    record Item(
            FrameRecord record,
            @Nullable Frame frame,
            @Nullable DataException failure,
            double millis) {}

    ReadAhead(List<FrameRecord> records, FrameReading reading) {
        this.records = records.iterator();
        this.reading = reading;
        threads = Executors.newFixedThreadPool(reading.atOnce(), work -> {
            Thread t = new Thread(work, "read-ahead");
            t.setDaemon(true);
            return t;
        });
        // One more hides a slow file behind the expert; decoded frames are large.
        for (int i = 0; i < reading.atOnce() + 1; i++) {
            begin();
        }
    }

    @Override
    public boolean hasNext() {
        return !begun.isEmpty();
    }

    @Override
    public Item next() {
        Future<Item> next = begun.poll();
        if (next == null) {
            throw new NoSuchElementException();
        }
        try {
            Item item = next.get();
            begin();
            return item;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while reading frames", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("reading a frame failed unexpectedly", e.getCause());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private void begin() {
        if (records.hasNext()) {
            FrameRecord record = records.next();
            begun.add(threads.submit(() -> read(record)));
        }
    }

    private Item read(FrameRecord record) {
        long start = System.nanoTime();
        Frame frame = null;
        DataException failure = null;
        try {
            frame = reading.read(record);
        } catch (RuntimeException | OutOfMemoryError e) {
            failure = FrameTrouble.inFilesOf(record, e);
            if (failure == null) {
                throw e;
            }
        }
        return new Item(record, frame, failure, (System.nanoTime() - start) * 1e-6);
    }
}
