package dev.understudy.store;

import dev.understudy.files.AtomicFile;
import dev.understudy.files.DataException;
import dev.understudy.files.TextLines;
import dev.understudy.files.storage.Requests;
import dev.understudy.store.ShardCommits.ShardRecord;
import dev.understudy.store.ShardCommits.ShardRecord.ShardRecordFile;
import dev.understudy.store.StoreDescription.StoreTotals;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * {@code _SUCCESS}: written last, when every shard is in. The first line has the totals, then comes the record of each
 * shard with the checksums of its files, one a line, in order.
 */
final class SuccessFile {
    private static final String FORMAT = "understudy label store, complete";

    private static final int MOST_LINES = 10_000_000;

    private SuccessFile() {}

    /** @param frames labelled, of all shards */
    record Header(String format, int formatVersion, String fingerprint, String plan, int shards, StoreTotals totals) {}

    record Content(Header header, List<ShardRecord> shards) {}

    static void write(StoreLayout layout, StoreDescription description, StoreTotals totals, Collection<String> shardIds)
            throws IOException {
        Header header = new Header(
                FORMAT,
                description.formatVersion(),
                description.fingerprint().digest(),
                description.plan(),
                shardIds.size(),
                totals);
        AtomicFile.write(layout.success(), out -> {
            out.write((StoreJson.line(header) + "\n").getBytes(StandardCharsets.UTF_8));
            // Copied from disk rather than kept: the driver's memory must not grow with what is in the records
            Requests.inOrder(
                    layout.root(),
                    shardIds,
                    id -> Files.readAllBytes(layout.record(id)),
                    (id, record) -> out.write(record));
        });
    }

    static Content read(StoreLayout layout) {
        Path file = layout.success();
        if (Files.notExists(file)) {
            throw new DataException(
                    layout.root() + ": not complete, there is no _SUCCESS; run the same label job again to finish it");
        }
        try (TextLines in = new TextLines(file, ShardRecordFile.MOST_BYTES, MOST_LINES)) {
            String first = in.next();
            Header header = StoreJson.read(first == null ? "" : first, Header.class, file.toString());
            if (!FORMAT.equals(header.format())
                    || header.formatVersion() < StoreDescription.OLDEST_VERSION
                    || header.formatVersion() > StoreDescription.FORMAT_VERSION) {
                throw new DataException(file + ": says '" + header.format() + "' version " + header.formatVersion()
                        + ", expected '" + FORMAT + "' version " + StoreDescription.OLDEST_VERSION
                        + " to " + StoreDescription.FORMAT_VERSION);
            }
            return new Content(header, shards(file, in, header.shards()));
        }
    }

    private static List<ShardRecord> shards(Path file, TextLines in, int expected) {
        List<ShardRecord> shards = new ArrayList<>();
        for (String line = in.next(); line != null; line = in.next()) {
            shards.add(StoreJson.read(line, ShardRecord.class, file + " line " + in.number()));
        }
        if (shards.size() != expected) {
            throw new DataException(file + ": lists " + shards.size() + " shards, expected " + expected
                    + "; the file is damaged, run the label job again");
        }
        return shards;
    }
}
