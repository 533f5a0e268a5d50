package dev.understudy.store;

import dev.understudy.files.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads {@code shards/<id>.json}, of which no program of ours writes more than a few thousand bytes. */
final class ShardRecordFile {
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
                throw new DataException(file + ": found more than " + MOST_BYTES + " bytes, expected the record of a"
                        + " shard; the store is damaged, run the label job again");
            }
            return StoreJson.read(new String(bytes, StandardCharsets.UTF_8), ShardRecord.class, file.toString());
        }
    }
}
