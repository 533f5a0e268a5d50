package dev.understudy.retrain.registry;

import java.nio.file.Path;
import java.time.Clock;

/** A registry that kills its process at a point of {@link Ledger.Steps}. */
public final class DyingRegistry {
    public static final int KILLED = 137;

    private DyingRegistry() {}

    public static Registry at(Path folder, String point) {
        return new Registry(folder, Clock.systemUTC(), reached -> {
            if (reached.equals(point)) {
                Runtime.getRuntime().halt(KILLED);
            }
        });
    }
}
