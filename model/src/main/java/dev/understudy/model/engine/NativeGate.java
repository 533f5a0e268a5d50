package dev.understudy.model.engine;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Lets what runs in native code come to its end before the process does. A process that exits runs libtorch's own
 * clean-up, and a thread that computes there meanwhile crashes: Ctrl-C would leave a core dump. So a process that is on
 * its way out waits for the operations that run, and those that would begin wait for its end.
 */
final class NativeGate {
    /** No single operation takes so long; if one does, better a crash than a process that does not end. */
    private static final long PATIENCE_SECONDS = 60;

    private static final ReentrantReadWriteLock GATE = new ReentrantReadWriteLock();

    private NativeGate() {}

    /** Once, when the library is loaded. */
    static void closeOnExit() {
        Runtime.getRuntime().addShutdownHook(new Thread(NativeGate::close, "native-gate"));
    }

    /** Runs an operation that may take long. */
    static <R> R pass(Supplier<R> operation) {
        GATE.readLock().lock();
        try {
            return operation.get();
        } finally {
            GATE.readLock().unlock();
        }
    }

    private static void close() {
        try {
            GATE.writeLock().tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
