package dev.understudy.labeler.filter;

import dev.understudy.dataset.store.LabelStore;
import dev.understudy.dataset.store.StoreStatistics;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a policy may know of the store that it filters when it is built.
 *
 * @param classNames of the store's class space, in index order
 * @param statistics sums over the store's index lines, not over pixels; asked for only by policies that need them
 */
public record FilterContext(List<String> classNames, Supplier<StoreStatistics> statistics) {
    public FilterContext {
        classNames = List.copyOf(classNames);
    }

    public static FilterContext of(LabelStore store, List<String> classNames) {
        return new FilterContext(classNames, new Once(store::statistics));
    }

    /** A composed policy asks several times; the index is read once. */
    private static final class Once implements Supplier<StoreStatistics> {
        private final Supplier<StoreStatistics> source;
        private @Nullable StoreStatistics value;

        private Once(Supplier<StoreStatistics> source) {
            this.source = source;
        }

        @Override
        public synchronized StoreStatistics get() {
            StoreStatistics known = value;
            if (known == null) {
                known = source.get();
                value = known;
            }
            return known;
        }
    }
}
