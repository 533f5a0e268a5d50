package dev.understudy.store;

import dev.understudy.store.ShardRecord.StoredFile;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The shards that were used last, kept open; what lies elsewhere is copied to the local disk as long as it is. */
final class OpenShards implements AutoCloseable {
    private final int capacity;
    private final Map<Path, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private boolean closed;

    OpenShards(int capacity) {
        this.capacity = capacity;
    }

    /** @param expected what the shard's record says of the file */
    <T> T use(Path path, StoredFile expected, Function<ShardFile, T> action) {
        Entry entry = acquire(path);
        try {
            return action.apply(entry.file(path, expected));
        } finally {
            release(entry);
        }
    }

    private synchronized Entry acquire(Path path) {
        if (closed) {
            throw new IllegalStateException("the label store is closed");
        }
        Entry entry = entries.get(path);
        if (entry == null) {
            entry = new Entry();
            entries.put(path, entry);
            evict(capacity);
        }
        entry.users++;
        return entry;
    }

    private synchronized void release(Entry entry) {
        entry.users--;
        if (entry.evicted && entry.users == 0) {
            entry.close();
        }
    }

    /** A shard that is being read is closed by its last reader. */
    private void evict(int keep) {
        Iterator<Entry> oldest = entries.values().iterator();
        while (entries.size() > keep) {
            Entry entry = oldest.next();
            oldest.remove();
            entry.evicted = true;
            if (entry.users == 0) {
                entry.close();
            }
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        evict(0);
    }

    private static final class Entry {
        private @Nullable ShardFile file;
        private int users;
        private boolean evicted;

        /** Opened outside of the common lock, since that may mean to bring it here. Where it fails, the next one tries again. */
        synchronized ShardFile file(Path path, StoredFile expected) {
            if (file == null) {
                file = new ShardFile(path, expected);
            }
            return file;
        }

        synchronized void close() {
            if (file != null) {
                file.close();
            }
        }
    }
}
