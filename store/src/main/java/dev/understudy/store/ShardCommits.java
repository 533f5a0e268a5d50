package dev.understudy.store;

import dev.understudy.files.AtomicFile;
import dev.understudy.files.DataException;
import dev.understudy.files.storage.Requests;
import dev.understudy.files.storage.Storage;
import dev.understudy.store.ShardCommits.ShardRecord.ShardRecordFile;
import dev.understudy.store.ShardCommits.ShardRecord.StoredFile;
import dev.understudy.store.ShardWriter.ShardResult;
import dev.understudy.store.StoreDescription.StoreTotals;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a shard that a task has written comes to be in the store. For the holder of the store's lock. */
interface ShardCommits {
    static ShardCommits of(StoreLayout layout) {
        return layout.isRemote() ? new Recorded(layout) : new Renamed(layout);
    }

    /**
     * Publishes the files of a result, and its record last.
     *
     * @param replace whether the record that is there, if there is one, is of no use
     * @return the record that is there now: the result's, or that of somebody else who was first
     */
    ShardRecord commit(ShardResult result, boolean replace) throws IOException;

    /** Throws a result away whose shard is in the store. */
    void discard(ShardResult result) throws IOException;

    private static void requireSize(Path file, StoredFile expected) throws IOException {
        long found = Files.size(file);
        if (found != expected.bytes()) {
            throw new IOException(file + ": " + found + " bytes, but the task wrote " + expected.bytes());
        }
    }

    /** On a local disk the files are renamed. */
    record Renamed(StoreLayout layout) implements ShardCommits {
        @Override
        public ShardRecord commit(ShardResult result, boolean replace) throws IOException {
            ShardRecord record = result.record();
            StoreLayout.TemporaryShard temporary = layout.temporary(record.id(), result.attempt());
            requireSize(temporary.evidence(), record.evidence());
            requireSize(temporary.index(), record.index());
            Files.deleteIfExists(layout.record(record.id()));
            AtomicFile.publish(temporary.evidence(), layout.evidence(record));
            AtomicFile.publish(temporary.index(), layout.index(record));
            publishQuarantine(temporary.quarantine(), record);
            publishTiming(temporary.timing(), record);
            AtomicFile.write(layout.record(record.id()), StoreJson.line(record) + "\n");
            return record;
        }

        private void publishQuarantine(Path temporary, ShardRecord record) throws IOException {
            if (record.quarantine() == null) {
                Files.deleteIfExists(layout.quarantineFolder().resolve(record.id() + StoreLayout.INDEX));
                return;
            }
            requireSize(temporary, record.quarantine());
            Files.createDirectories(layout.quarantineFolder());
            AtomicFile.publish(temporary, layout.quarantine(record));
        }

        private void publishTiming(Path temporary, ShardRecord record) throws IOException {
            if (Files.exists(temporary)) {
                Files.createDirectories(layout.timingFolder());
                AtomicFile.publish(temporary, layout.timing(record.id()));
            }
        }

        @Override
        public void discard(ShardResult result) throws IOException {
            layout.temporary(result.record().id(), result.attempt()).delete();
        }
    }

    /**
     * Elsewhere they stay where they are, and are the shard's from when a record says so, which only one can create.
     */
    record Recorded(StoreLayout layout) implements ShardCommits {
        @Override
        public ShardRecord commit(ShardResult result, boolean replace) throws IOException {
            ShardRecord record = result.record();
            Map<Path, StoredFile> sent = new LinkedHashMap<>();
            sent.put(layout.evidence(record), record.evidence());
            sent.put(layout.index(record), record.index());
            if (record.quarantine() != null) {
                sent.put(layout.quarantine(record), record.quarantine());
            }
            Requests.forEach(layout.root(), sent.keySet(), one -> requireSize(one, sent.get(one)));
            Path file = layout.record(record.id());
            if (replace) {
                Files.deleteIfExists(file);
            }
            byte[] line = (StoreJson.line(record) + "\n").getBytes(StandardCharsets.UTF_8);
            Storage storage = Storage.of(file).orElseThrow();
            while (!storage.create(Storage.name(file), line)) {
                ShardRecord first = first(file, record);
                if (first != null) {
                    return first;
                }
                Files.deleteIfExists(file);
            }
            return record;
        }

        /** What somebody else has recorded since this run took stock; null if it is of no use. */
        private @Nullable ShardRecord first(Path file, ShardRecord ours) throws IOException {
            try {
                ShardRecord first = ShardRecordFile.read(file);
                boolean same = first.id().equals(ours.id()) && first.ordinal() == ours.ordinal();
                return same && ShardCheck.sizes(layout, first) == null ? first : null;
            } catch (DataException e) {
                return null;
            }
        }

        /** Its files have the bytes of those that are in, or are swept when the store is complete. */
        @Override
        public void discard(ShardResult result) {}
    }

    /**
     * {@code shards/<id>.json}: written last of a shard's files, so a shard is there when its record is.
     *
     * @param id of the shard
     * @param ordinal its place in the plan
     * @param evidence the {@code .h5}
     * @param index the {@code .jsonl}, one line a frame
     * @param quarantine null when every frame was labelled
     */
    record ShardRecord(
            String id,
            int ordinal,
            StoreTotals totals,
            StoredFile evidence,
            StoredFile index,
            @Nullable StoredFile quarantine)
            implements Serializable {
        /**
         * A file of a shard as it was when it was written.
         *
         * @param sha256 of its bytes, lower-case hexadecimal
         */
        public record StoredFile(long bytes, String sha256) implements Serializable {}

        /** Reads {@code shards/<id>.json}, of which no program of ours writes more than a few thousand bytes. */
        static final class ShardRecordFile {
            /** A record has a number for each class of at most 255. */
            static final int MOST_BYTES = 1 << 20;

            private ShardRecordFile() {}

            /**
             * @throws DataException if it is not what it should be
             * @throws IOException if it cannot be read
             */
            static ShardRecord read(Path file) throws IOException {
                try (InputStream in = Files.newInputStream(file)) {
                    byte[] bytes = in.readNBytes(MOST_BYTES + 1);
                    if (bytes.length > MOST_BYTES) {
                        throw new DataException(
                                file + ": found more than " + MOST_BYTES + " bytes, expected the record of a"
                                        + " shard; the store is damaged, run the label job again");
                    }
                    return StoreJson.read(
                            new String(bytes, StandardCharsets.UTF_8), ShardRecord.class, file.toString());
                }
            }
        }
    }
}
