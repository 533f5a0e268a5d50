package dev.understudy.trainer.loss;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The threads that losses may use: as many as they were given, whatever the machine has. Idle ones end by themselves.
 */
public final class Workers {
    private static final long IDLE_SECONDS = 10;

    private final int count;
    private final @Nullable ExecutorService pool;

    /** @param count at least 1; with 1 all work is done by the thread that asks for it */
    public Workers(int count) {
        if (count < 1) {
            throw new IllegalArgumentException(count + " threads");
        }
        this.count = count;
        this.pool = count == 1 ? null : pool(count);
    }

    /** Not a fork-join pool, in which whoever waits helps and is one too many. */
    private static ExecutorService pool(int count) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                count, count, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "loss");
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    int count() {
        return count;
    }

    /** Does {@code work} for 0 … tasks−1, in no order, and returns when all is done. */
    void forEach(int tasks, IntConsumer work) {
        if (pool == null || tasks == 1) {
            for (int i = 0; i < tasks; i++) {
                work.accept(i);
            }
            return;
        }
        List<Callable<Void>> calls = new ArrayList<>(tasks);
        for (int i = 0; i < tasks; i++) {
            int task = i;
            calls.add(() -> {
                work.accept(task);
                return null;
            });
        }
        try {
            for (Future<Void> done : pool.invokeAll(calls)) {
                done.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a loss was taken", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a loss could not be taken", e.getCause());
        }
    }
}
