package dev.understudy.store;

import dev.understudy.files.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * {@code shards/<id>.json}: written last of a shard's files, so a shard is there when its record is.
 *
 * @param id of the shard
 * @param ordinal its place in the plan
 * @param evidence the {@code .h5}
 * @param index the {@code .jsonl}, one line a frame
 * @param quarantine null when every frame was labelled
 */
public record ShardRecord(
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
                return StoreJson.read(new String(bytes, StandardCharsets.UTF_8), ShardRecord.class, file.toString());
            }
        }
    }
}
