package dev.understudy.files.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Asks a storage about many things at once, where each answer takes a while, and takes the answers in order. */
public final class Requests {
    private static final int AT_ONCE = 16;
    private static final int AHEAD = 4 * AT_ONCE;

    private Requests() {}

    /** What is asked about one thing; on several threads at once. */
    @FunctionalInterface
    public interface Request<T, R> {
        R send(T about) throws IOException;
    }

    /** Takes an answer; on the caller's thread. */
    @FunctionalInterface
    public interface Answer<T, R> {
        void take(T about, R answer) throws IOException;
    }

    /** What is done about one thing; on several threads at once. */
    @FunctionalInterface
    public interface Errand<T> {
        void run(T about) throws IOException;
    }

    /**
     * Runs an errand for each thing, on the local disk one after the other. All are done when it returns; the first
     * failure ends it.
     *
     * @param where what the errands go to
     */
    public static <T> void forEach(Path where, Iterable<T> things, Errand<T> errand) throws IOException {
        inOrder(
                where,
                things,
                thing -> {
                    errand.run(thing);
                    return thing;
                },
                (thing, done) -> {});
    }

    /**
     * Sends a request for each thing and takes the answers in the order of the things; on the local disk one after the
     * other. No more than a few dozen answers are held at once. The first failure ends it.
     *
     * @param where what the requests go to
     */
    public static <T, R> void inOrder(Path where, Iterable<T> things, Request<T, R> request, Answer<T, R> answer)
            throws IOException {
        if (!Storage.isRemote(where)) {
            for (T thing : things) {
                answer.take(thing, request.send(thing));
            }
            return;
        }
        record Open<T, R>(T about, Future<R> answer) {}
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE, work -> {
            Thread thread = new Thread(work, "requests");
            thread.setDaemon(true);
            return thread;
        });
        try {
            Queue<Open<T, R>> open = new ArrayDeque<>();
            Iterator<T> rest = things.iterator();
            while (rest.hasNext() || !open.isEmpty()) {
                while (rest.hasNext() && open.size() < AHEAD) {
                    T thing = rest.next();
                    open.add(new Open<>(thing, threads.submit(() -> request.send(thing))));
                }
                Open<T, R> first = open.remove();
                answer.take(first.about, answered(first.answer));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static <R> R answered(Future<R> answer) throws IOException {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for a storage", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            if (e.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
