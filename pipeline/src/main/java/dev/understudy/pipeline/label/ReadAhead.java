package dev.understudy.pipeline.label;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.files.DataException;
import dev.understudy.pipeline.label.LabelTarget.FrameReading;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
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

    /**
     * Tells what is the fault of a frame from what is not: a picture that is damaged, too large to compute with at its
     * scales, or wants more memory than there is must not end a job of many thousands.
     */
    static final class FrameTrouble {
        /** As libtorch, ONNX Runtime and the JVM say it, whatever they wrap it in. */
        private static final Pattern NO_MEMORY = Pattern.compile(
                "can't allocate memory|cannot allocate|failed to allocate|not enough memory|out of memory|bad_alloc"
                        + "|direct buffer memory|java heap space|exceeds vm limit");

        private FrameTrouble() {}

        /** @return why the frame cannot be labelled; null if that is nothing that one frame is to blame for */
        static @Nullable DataException of(FrameRecord frame, Throwable failure) {
            if (failure instanceof DataException told) {
                return told;
            }
            if (isMemory(failure)) {
                return new DataException(
                        frame.id()
                                + ": there is not enough memory for it; scale the picture down, use smaller scales, or give"
                                + " the job more memory and label with --retry-quarantined",
                        failure);
            }
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                if (cause instanceof ArithmeticException || cause instanceof NegativeArraySizeException) {
                    return new DataException(
                            frame.id() + ": cannot be computed with (" + cause.getMessage()
                                    + "); scale the picture down, use"
                                    + " smaller scales, or copy it again if it is damaged",
                            failure);
                }
            }
            return null;
        }

        /** As {@link #of}, of what went wrong while the frame was read: then its files are to blame. */
        static @Nullable DataException inFilesOf(FrameRecord frame, Throwable failure) {
            boolean decoded =
                    failure instanceof IndexOutOfBoundsException || failure instanceof IllegalArgumentException;
            return decoded
                    ? new DataException(
                            frame.id() + ": cannot be read (" + failure.getMessage() + "); copy its files again",
                            failure)
                    : of(frame, failure);
        }

        /** Whether memory ran out, here or in native code. */
        static boolean isMemory(Throwable failure) {
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
                if (NO_MEMORY.matcher(message).find()) {
                    return true;
                }
            }
            return false;
        }
    }
}
