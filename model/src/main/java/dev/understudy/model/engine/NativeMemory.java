package dev.understudy.model.engine;

import com.sun.jna.NativeLibrary;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the C library from handing memory back between layers. By default glibc maps every large block anew and unmaps
 * it when it is freed; the page faults then cost several times what a layer computes (a 256×120×160 upsampling took 43
 * ms instead of 7). Kept blocks are reused by the next layer and the next frame.
 */
final class NativeMemory {
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
