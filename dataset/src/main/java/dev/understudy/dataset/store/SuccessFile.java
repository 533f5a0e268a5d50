package dev.understudy.dataset.store;

import dev.understudy.dataset.DataException;
import dev.understudy.dataset.file.AtomicFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code _SUCCESS}: written last, when every shard is in. The first line has the totals, then comes the record of each
 * shard with the checksums of its files, one a line, in order.
 */
final class SuccessFile {
    private static final String FORMAT = "understudy label store, complete";

    private SuccessFile() {}

    /** @param frames labelled, of all shards */
    record Header(String format, int formatVersion, String fingerprint, String plan, int shards, StoreTotals totals) {}

    record Content(Header header, List<ShardRecord> shards) {}

    static void write(StoreLayout layout, StoreDescription description, StoreTotals totals, List<String> shardIds)
            throws IOException {
        Header header = new Header(
                FORMAT,
                StoreDescription.FORMAT_VERSION,
                description.fingerprint().digest(),
                description.plan(),
                shardIds.size(),
                totals);
        AtomicFile.write(layout.success(), out -> {
            out.write((StoreJson.line(header) + "\n").getBytes(StandardCharsets.UTF_8));
            for (String id : shardIds) {
                // Copied from disk rather than kept: the driver's memory must not grow with what is in the records
                out.write(Files.readAllBytes(layout.record(id)));
            }
        });
    }

    static Content read(StoreLayout layout) {
        String where = layout.success().toString();
        try (BufferedReader reader = Files.newBufferedReader(layout.success(), StandardCharsets.UTF_8)) {
            String first = reader.readLine();
            Header header = StoreJson.read(first == null ? "" : first, Header.class, where);
            if (!FORMAT.equals(header.format()) || header.formatVersion() != StoreDescription.FORMAT_VERSION) {
                throw new DataException(where + ": says '" + header.format() + "' version " + header.formatVersion()
                        + ", expected '" + FORMAT + "' version " + StoreDescription.FORMAT_VERSION);
            }
            List<ShardRecord> shards = new ArrayList<>();
            String line = reader.readLine();
            while (line != null) {
                shards.add(StoreJson.read(line, ShardRecord.class, where + " line " + (shards.size() + 2)));
                line = reader.readLine();
            }
            if (shards.size() != header.shards()) {
                throw new DataException(where + ": lists " + shards.size() + " shards, expected " + header.shards()
                        + "; the file is damaged, run the label job again");
            }
            return new Content(header, shards);
        } catch (NoSuchFileException e) {
            throw new DataException(
                    layout.root() + ": not complete, there is no _SUCCESS; run the same label job again to finish it",
                    e);
        } catch (IOException e) {
            throw new DataException(where + ": cannot be read: " + e, e);
        }
    }
}
