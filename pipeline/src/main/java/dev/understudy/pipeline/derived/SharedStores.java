package dev.understudy.pipeline.derived;

import dev.understudy.conf.PathText;
import dev.understudy.store.LabelStore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The stores that a job reads, opened once a JVM: that takes reading the index of every shard. Safe for several
 * threads.
 */
public final class SharedStores {
    private static @Nullable List<String> openPaths;
    private static List<LabelStore> open = List.of();

    private SharedStores() {}

    /** They stay open until others are asked for, since more tasks will come. */
    public static synchronized List<LabelStore> open(List<String> paths) {
        if (!paths.equals(openPaths)) {
            close();
            open = paths.stream()
                    .map(path -> LabelStore.open(PathText.parse(path)))
                    .toList();
            openPaths = List.copyOf(paths);
        }
        return open;
    }

    /** When a job of this JVM is over: the next one may find the stores changed. */
    public static synchronized void close() {
        openPaths = null;
        open.forEach(LabelStore::close);
        open = List.of();
    }
}
