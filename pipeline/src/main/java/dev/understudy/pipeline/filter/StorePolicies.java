package dev.understudy.pipeline.filter;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.labeler.calibration.CalibratedStore;
import dev.understudy.labeler.filter.FilterContext;
import dev.understudy.labeler.filter.FilteredStore;
import dev.understudy.labeler.filter.LearnedReliability;
import dev.understudy.labeler.filter.NoFilter;
import dev.understudy.labeler.filter.PolicyRecipe;
import dev.understudy.labeler.reliability.ReliabilityFile;
import dev.understudy.store.LabelStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes policies ready for stores. */
public final class StorePolicies {
    private StorePolicies() {}

    /** Names of the classes that a store's labels could have and its expert cannot say; empty if it can say all. */
    public static List<String> neverSaid(LabelStore store) {
        List<Integer> known = store.description().knownClasses();
        if (known == null) {
            return List.of();
        }
        List<String> names = new ArrayList<>(classSpace(store).names());
        known.forEach(index -> names.set(index, ""));
        names.removeIf(String::isEmpty);
        return names;
    }

    /** As people read {@link #neverSaid}; empty if it can say all. */
    public static List<String> neverSaidInWords(LabelStore store) {
        List<String> names = neverSaid(store);
        return names.isEmpty()
                ? List.of()
                : List.of("never said     " + names.size() + " of "
                        + store.description().numberOfClasses() + " classes: " + String.join(", ", names));
    }

    /** @throws ConfigurationException if the store keeps no segmentation */
    public static ClassSpace classSpace(LabelStore store) {
        ClassSpace space = store.classSpace();
        if (space == null) {
            throw new ConfigurationException(
                    store.path() + ": the store keeps depth alone, and filters are for labels");
        }
        return space;
    }

    /**
     * @param frames that the policy is applied to
     * @param others that the policy may compare with
     * @throws ConfigurationException if the policy does not fit the store
     */
    public static FilteredStore apply(PolicyRecipe recipe, LabelStore store, FrameSource frames, OtherStores others) {
        CalibratedStore calibrated = new CalibratedStore(store);
        FilterContext context = FilterContext.of(calibrated, classSpace(store).names(), others.byName(), frames);
        return new FilteredStore(calibrated, recipe.policy(context));
    }

    /**
     * All answers of a store with the best that is known of their reliability: what was learned of it, or else the
     * expert's own probability.
     */
    public static FilteredStore mostReliable(LabelStore store, FrameSource frames) {
        return apply(
                ReliabilityFile.exists(store.path()) ? new LearnedReliability(0, false) : new NoFilter(),
                store,
                frames);
    }

    /** With no other store to compare with. */
    public static FilteredStore apply(PolicyRecipe recipe, LabelStore store, FrameSource frames) {
        return apply(recipe, store, frames, OtherStores.NONE);
    }

    /** A policy as a user names it: a word for one that has nothing to set, or a YAML file. */
    public static final class FilterFile {
        private FilterFile() {}

        /** @param nameOrFile null = no filter */
        public static PolicyRecipe read(@Nullable String nameOrFile, List<String> overrides) {
            if (nameOrFile == null) {
                return new NoFilter();
            }
            boolean file = nameOrFile.endsWith(".yaml") || nameOrFile.endsWith(".yml");
            return file
                    ? ConfigurationLoader.load(Path.of(nameOrFile), PolicyRecipe.class, overrides)
                    : ConfigurationLoader.parse("--policy", nameOrFile, PolicyRecipe.class, overrides);
        }
    }

    /** The stores that policies may compare with, by the names that recipes use; open until closed. */
    public static final class OtherStores implements AutoCloseable {
        /** Closing it does nothing. */
        public static final OtherStores NONE = new OtherStores();

        private final List<LabelStore> open = new ArrayList<>();
        private final Map<String, CalibratedStore> byName = new TreeMap<>();

        private OtherStores() {}

        /** @throws dev.understudy.files.DataException if one of them is no complete store */
        public static OtherStores open(Map<String, Path> folders) {
            OtherStores stores = new OtherStores();
            try {
                folders.forEach((name, folder) -> {
                    LabelStore store = LabelStore.open(folder);
                    stores.open.add(store);
                    stores.byName.put(name, new CalibratedStore(store));
                });
                return stores;
            } catch (RuntimeException e) {
                stores.close();
                throw e;
            }
        }

        public Map<String, CalibratedStore> byName() {
            return byName;
        }

        @Override
        public void close() {
            open.forEach(LabelStore::close);
        }
    }
}
