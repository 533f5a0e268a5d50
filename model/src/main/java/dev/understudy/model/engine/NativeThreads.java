package dev.understudy.model.engine;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the engine's own threads wait between operations. */
final class NativeThreads {
    private static final Logger LOG = LoggerFactory.getLogger(NativeThreads.class);

    private NativeThreads() {}

    /**
     * By default OpenMP's threads spin while they wait for work. On processors that others use too, a spinning thread keeps
     * the one away that it waits for: a training step beside a build took four times as long. Takes effect before the
     * engine is loaded; a policy that the user has set stays.
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
