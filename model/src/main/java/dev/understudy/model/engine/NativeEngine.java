package dev.understudy.model.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.Utils;
import com.sun.jna.NativeLibrary;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.files.FolderLock;
import dev.understudy.files.FolderLock.LockedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads libtorch once per process, offline, and answers for devices and threads. Safe for several threads.
 */
public final class NativeEngine {
    private static final Logger LOG = LoggerFactory.getLogger(NativeEngine.class);
    private static final String NAME = "PyTorch";

    /** Unpacking takes seconds, and a minute where everything is slow. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static volatile @Nullable Engine loaded;

    /** What this thread last asked for; OpenMP keeps the number of threads per calling thread. */
    private static final ThreadLocal<Integer> THREADS = ThreadLocal.withInitial(() -> 0);

    private NativeEngine() {}

    /**
     * Makes sure that the engine runs and that a device is there.
     *
     * @param device {@code cpu}, {@code gpu} or {@code gpu:<n>}
     * @throws ConfigurationException if this machine has no such device, or the natives cannot be unpacked
     */
    public static Device start(String device) {
        Engine engine = engine();
        Device found = parse(device);
        if (found.isGpu() && found.getDeviceId() >= engine.getGpuCount()) {
            throw new ConfigurationException("device " + device + ": the native library sees " + engine.getGpuCount()
                    + " GPUs; use device cpu, or point PYTORCH_LIBRARY_PATH at a libtorch for CUDA");
        }
        LOG.info("libtorch {} on {}", engine.getVersion(), found);
        return found;
    }

    /**
     * Makes sure that several devices are there.
     *
     * @param devices as for {@link #start}, with commas between them
     */
    public static List<Device> startAll(String devices) {
        return Arrays.stream(devices.split(",", -1))
                .map(String::strip)
                .map(NativeEngine::start)
                .toList();
    }

    /** The engine on the processor. */
    public static Device cpu() {
        return start("cpu");
    }

    /** Version of libtorch, for example {@code 2.7.1}. */
    public static String version() {
        return engine().getVersion();
    }

    /** A root manager on a device; the caller closes it. */
    public static NDManager newManager(Device device) {
        return engine().newBaseManager(device);
    }

    /**
     * Sets how many threads an operation that is called from this thread may use. Cheap when nothing changes. With k
     * slots that work at once, use cores / k.
     */
    public static void useThreads(int threads) {
        if (threads < 1) {
            throw new ConfigurationException("threads: " + threads + ", expected at least 1");
        }
        Engine engine = engine();
        if (THREADS.get() != threads) {
            JniUtils.setNumThreads(threads);
            THREADS.set(threads);
            LOG.debug("{} {} intra-op threads", engine.getEngineName(), threads);
        }
    }

    /** How many threads an operation that is called from this thread may use. */
    public static int threads() {
        engine();
        return JniUtils.getNumThreads();
    }

    /** Seeds the engine's own generator, which dropout draws from. */
    public static void seed(long seed) {
        engine().setRandomSeed((int) (seed ^ seed >>> 32));
    }

    /** Gives memory that networks no longer use back to the system; the next network asks for it anew. */
    public static void releaseFreedBlocks() {
        NativeMemory.releaseFreedBlocks();
    }

    private static Device parse(String device) {
        if (device.matches("cpu|gpu(:\\d{1,3})?")) {
            return Device.fromName(device.equals("gpu") ? "gpu0" : device.replace(":", ""));
        }
        throw new ConfigurationException("device: " + device + ", expected cpu, gpu or gpu:<n>");
    }

    /**
     * Loads on first use. A failure is not remembered: whoever comes next learns of it first hand, or has better luck.
     */
    private static Engine engine() {
        Engine engine = loaded;
        if (engine == null) {
            synchronized (NativeEngine.class) {
                engine = loaded;
                if (engine == null) {
                    engine = load();
                    loaded = engine;
                }
            }
        }
        return engine;
    }

    /** Several processes at once would unpack the natives over each other. */
    private static Engine load() {
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        NativeMemory.keepFreedBlocks();
        NativeThreads.letIdleOnesSleep();
        NativeGate.closeOnExit();
        Path cache = Utils.getEngineCacheDir();
        try (FolderLock lock = FolderLock.acquire(cache.resolve("understudy.lock"), PATIENCE, "unpacking libraries")) {
            return loadOnThreadOfItsOwn();
        } catch (LockedException e) {
            throw new ConfigurationException(
                    e.getMessage() + "; stop that process if it hangs, or set DJL_CACHE_DIR to another folder", e);
        } catch (IOException e) {
            throw new ConfigurationException(
                    "cannot unpack native libraries into " + cache + ": " + e.getMessage()
                            + "; set DJL_CACHE_DIR to a folder that can be written",
                    e);
        }
    }

    /**
     * libtorch stays in inference mode on the thread that loads it, and what is created there can never be trained.
     * So no thread of ours is that thread.
     */
    private static Engine loadOnThreadOfItsOwn() {
        CompletableFuture<Engine> engine = new CompletableFuture<>();
        Thread loader = new Thread(
                () -> {
                    try {
                        engine.complete(Engine.getEngine(NAME));
                    } catch (Throwable e) {
                        engine.completeExceptionally(e);
                    }
                },
                "libtorch-loader");
        loader.setDaemon(true);
        loader.start();
        try {
            return engine.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof TimeoutException) {
                throw new ConfigurationException(
                        "libtorch has not loaded within " + PATIENCE.toSeconds()
                                + " s from " + Utils.getEngineCacheDir()
                                + "; if that folder is on a slow disk, set DJL_CACHE_DIR to one that is not",
                        e);
            }
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /**
     * Keeps the C library from handing memory back between layers. By default glibc maps every large block anew and
     * unmaps it when it is freed; the page faults then cost several times what a layer computes (a 256×120×160
     * upsampling took 43 ms instead of 7). Kept blocks are reused by the next layer and the next frame.
     */
    static final class NativeMemory {
        private static final Logger LOG = LoggerFactory.getLogger(NativeMemory.class);

        // From glibc's malloc.h.
        private static final int M_TRIM_THRESHOLD = -1;
        private static final int M_MMAP_MAX = -4;
        private static final int M_ARENA_MAX = -8;
        /** As a trimming threshold; the largest int would be only 2 GB, which a training step's memory exceeds. */
        private static final int NEVER = -1;

        private NativeMemory() {}

        /** Does nothing where the C library is not glibc. */
        static void keepFreedBlocks() {
            if (!System.getProperty("os.name").equals("Linux")) {
                return;
            }
            try {
                NativeLibrary c = NativeLibrary.getInstance("c");
                set(c, M_MMAP_MAX, 0);
                set(c, M_TRIM_THRESHOLD, NEVER);
                set(c, M_ARENA_MAX, 1);
            } catch (UnsatisfiedLinkError e) {
                LOG.debug("no mallopt in this C library", e);
            }
        }

        /** Hands freed blocks back after all. */
        static void releaseFreedBlocks() {
            if (System.getProperty("os.name").equals("Linux")) {
                try {
                    NativeLibrary.getInstance("c").getFunction("malloc_trim").invokeInt(new Object[] {0L});
                } catch (UnsatisfiedLinkError e) {
                    LOG.debug("no malloc_trim in this C library", e);
                }
            }
        }

        private static void set(NativeLibrary c, int option, int value) {
            if (c.getFunction("mallopt").invokeInt(new Object[] {option, value}) != 1) {
                LOG.debug("mallopt({}, {}) was refused", option, value);
            }
        }
    }

    /** How the engine's own threads wait between operations. */
    private static final class NativeThreads {
        private static final Logger LOG = LoggerFactory.getLogger(NativeThreads.class);

        private NativeThreads() {}

        /**
         * By default OpenMP's threads spin while they wait for work. On processors that others use too, a spinning
         * thread keeps the one away that it waits for: a training step beside a build took four times as long. Takes
         * effect before the engine is loaded; a policy that the user has set stays.
         */
        static void letIdleOnesSleep() {
            if (!System.getProperty("os.name").equals("Linux")) {
                return;
            }
            try {
                ProcessEnvironment.set("OMP_WAIT_POLICY", "passive", false);
            } catch (UnsatisfiedLinkError e) {
                LOG.debug("no setenv in this C library", e);
            }
        }
    }

    /**
     * Variables of the process's environment as native code sees them; {@link System#getenv} shows those that the
     * process began with. To be used before the library that reads them is loaded. Safe for several threads.
     */
    public static final class ProcessEnvironment {
        private ProcessEnvironment() {}

        /**
         * @param overwrite what is there already
         * @throws UnsatisfiedLinkError if this platform's C library has no setenv, as that of Windows
         */
        public static void set(String name, String value, boolean overwrite) {
            NativeLibrary.getInstance("c").getFunction("setenv").invokeInt(new Object[] {name, value, overwrite ? 1 : 0
            });
        }
    }

    /**
     * Lets what runs in native code come to its end before the process does. A process that exits runs libtorch's own
     * clean-up, and a thread that computes there meanwhile crashes: Ctrl-C would leave a core dump. So a process that
     * is on its way out waits for the operations that run, and those that would begin wait for its end.
     */
    static final class NativeGate {
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
}
