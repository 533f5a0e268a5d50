package dev.understudy.store;

import dev.understudy.files.DataException;
import dev.understudy.files.storage.Storage;
import dev.understudy.store.ShardCommits.ShardRecord;
import dev.understudy.store.ShardCommits.ShardRecord.StoredFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where the files of a store are. Names that come from files are checked before they become paths.
 *
 * <p>A shard's files are {@code <id>.h5} and the like on a local disk, where they are renamed to that once they are
 * complete. Where nothing can be renamed they are written under names that no other bytes have, {@code <id>.<start of
 * their SHA-256>.h5}, and it is the record that says which of them are the shard's.
 *
 * @param byContent whether files have names of the second kind
 */
record StoreLayout(Path root, boolean byContent) {
    static final String RECORD = ".json";
    static final String EVIDENCE = ".h5";
    static final String INDEX = ".jsonl";

    private static final Pattern SHARD_ID = Pattern.compile("[0-9]{6,9}-[0-9a-f]{8}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern ATTEMPT = Pattern.compile("[A-Za-z0-9-]{1,100}");

    private static final int DIGITS = 16;

    /** A store that is to be written: in the manner of where it lies. */
    StoreLayout(Path root) {
        this(root, Storage.isRemote(root));
    }

    /** A store that is to be read: as it was written, wherever it was copied since. */
    static StoreLayout found(Path root, List<ShardRecord> shards) {
        StoreLayout usual = new StoreLayout(root);
        if (shards.isEmpty() || !isShardId(shards.get(0).id()) || Files.exists(usual.index(shards.get(0)))) {
            return usual;
        }
        StoreLayout other = usual.other();
        return Files.exists(other.index(shards.get(0))) ? other : usual;
    }

    /** With names of the other kind. */
    StoreLayout other() {
        return new StoreLayout(root, !byContent);
    }

    boolean isRemote() {
        return Storage.isRemote(root);
    }

    static boolean isShardId(String id) {
        return SHARD_ID.matcher(id).matches();
    }

    Path description() {
        return root.resolve("store.json");
    }

    Path success() {
        return root.resolve("_SUCCESS");
    }

    Path lock() {
        return root.resolve(".lock");
    }

    Path temporaryFolder() {
        return root.resolve(".tmp");
    }

    Path shards() {
        return root.resolve("shards");
    }

    Path quarantineFolder() {
        return root.resolve("quarantine");
    }

    Path timingFolder() {
        return root.resolve("timing");
    }

    Path evidence(ShardRecord shard) {
        return shards().resolve(stem(shard, shard.evidence()) + EVIDENCE);
    }

    Path index(ShardRecord shard) {
        return shards().resolve(stem(shard, shard.index()) + INDEX);
    }

    private String stem(ShardRecord shard, StoredFile file) {
        if (byContent && !SHA256.matcher(file.sha256()).matches()) {
            throw new DataException(
                    record(shard.id()) + ": '" + file.sha256() + "' is no SHA-256; the record is damaged");
        }
        return checked(shard.id()) + (byContent ? "." + file.sha256().substring(0, DIGITS) : "");
    }

    Path record(String shardId) {
        return shards().resolve(checked(shardId) + RECORD);
    }

    /** @throws IllegalArgumentException if every frame was labelled */
    Path quarantine(ShardRecord shard) {
        StoredFile file = shard.quarantine();
        if (file == null) {
            throw new IllegalArgumentException("shard " + shard.id() + " has no quarantine");
        }
        return quarantineFolder().resolve(stem(shard, file) + INDEX);
    }

    Path timing(String shardId) {
        return timingFolder().resolve(checked(shardId) + INDEX);
    }

    /** The files of one attempt at one shard, on a local disk. */
    TemporaryShard temporary(String shardId, String attempt) {
        return temporary(temporaryFolder(), shardId, attempt);
    }

    /** @param folder of the local disk */
    static TemporaryShard temporary(Path folder, String shardId, String attempt) {
        if (!ATTEMPT.matcher(attempt).matches()) {
            throw new IllegalArgumentException("attempt '" + attempt + "', expected " + ATTEMPT);
        }
        String stem = checked(shardId) + "." + attempt;
        return new TemporaryShard(
                folder.resolve(stem + EVIDENCE),
                folder.resolve(stem + INDEX),
                folder.resolve(stem + ".quarantine" + INDEX),
                folder.resolve(stem + ".timing" + INDEX));
    }

    private static String checked(String shardId) {
        if (!isShardId(shardId)) {
            throw new IllegalArgumentException("shard id '" + shardId + "', expected " + SHARD_ID);
        }
        return shardId;
    }

    record TemporaryShard(Path evidence, Path index, Path quarantine, Path timing) {
        void delete() throws IOException {
            for (Path file : List.of(evidence, index, quarantine, timing)) {
                Files.deleteIfExists(file);
            }
        }
    }
}
