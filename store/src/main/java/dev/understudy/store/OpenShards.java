package dev.understudy.store;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** The shards that were used last, kept open. */
final class OpenShards implements AutoCloseable {
    private final int capacity;
    private final Map<Path, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private boolean closed;

    OpenShards(int capacity) {
        this.capacity = capacity;
    }

    <T> T use(Path path, Function<ShardFile, T> action) {
        Entry entry = acquire(path);
        try {
            return action.apply(entry.file);
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
            entry = new Entry(new ShardFile(path));
            entries.put(path, entry);
            evict(capacity);
        }
        entry.users++;
        return entry;
    }

    private synchronized void release(Entry entry) {
        entry.users--;
        if (entry.evicted && entry.users == 0) {
            entry.file.close();
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
                entry.file.close();
            }
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        evict(0);
    }

    private static final class Entry {
        private final ShardFile file;
        private int users;
        private boolean evicted;

        private Entry(ShardFile file) {
            this.file = file;
        }
    }
}
