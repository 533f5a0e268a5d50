package dev.understudy.pipeline.filter;

import dev.understudy.labeler.calibration.CalibratedStore;
import dev.understudy.store.LabelStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The stores that policies may compare with, by the names that recipes use; open until closed. */
public final class OtherStores implements AutoCloseable {
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
