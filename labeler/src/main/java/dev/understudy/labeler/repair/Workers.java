package dev.understudy.labeler.repair;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Threads that work at once. Once closed none of them is at work. */
final class Workers implements AutoCloseable {
    private final ExecutorService workers;

    Workers(int threads) {
        this.workers = Executors.newFixedThreadPool(threads);
    }

    /**
     * Does all the work and waits for it. Where one fails, the others are cancelled.
     *
     * @return the results, in the order of the work
     */
    <T> List<T> all(List<Callable<T>> work) throws InterruptedException {
        List<Future<T>> futures = new ArrayList<>();
        work.forEach(each -> futures.add(workers.submit(each)));
        List<T> results = new ArrayList<>();
        for (Future<T> future : futures) {
            try {
                results.add(future.get());
            } catch (ExecutionException e) {
                futures.forEach(other -> other.cancel(true));
                if (e.getCause() instanceof RuntimeException failure) {
                    throw failure;
                }
                throw new IllegalStateException(e.getCause());
            }
        }
        return results;
    }

    /** Waits for those that are at work: what they read with is closed next. */
    @Override
    public void close() {
        workers.shutdownNow();
        boolean interrupted = false;
        for (boolean ended = false; !ended; ) {
            try {
                ended = workers.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
