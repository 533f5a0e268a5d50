package dev.understudy.store;

import java.nio.file.Path;
import java.util.regex.Pattern;

/** Where the files of a store are. Names that come from files are checked before they become paths. */
record StoreLayout(Path root) {
    static final String RECORD = ".json";
    static final String EVIDENCE = ".h5";
    static final String INDEX = ".jsonl";

    private static final Pattern SHARD_ID = Pattern.compile("[0-9]{6,9}-[0-9a-f]{8}");
    private static final Pattern ATTEMPT = Pattern.compile("[A-Za-z0-9-]{1,100}");

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

    Path evidence(String shardId) {
        return shards().resolve(checked(shardId) + EVIDENCE);
    }

    Path index(String shardId) {
        return shards().resolve(checked(shardId) + INDEX);
    }

    Path record(String shardId) {
        return shards().resolve(checked(shardId) + RECORD);
    }

    Path quarantine(String shardId) {
        return quarantineFolder().resolve(checked(shardId) + INDEX);
    }

    Path timing(String shardId) {
        return timingFolder().resolve(checked(shardId) + INDEX);
    }

    /** The files of one attempt at one shard. */
    TemporaryShard temporary(String shardId, String attempt) {
        if (!ATTEMPT.matcher(attempt).matches()) {
            throw new IllegalArgumentException("attempt '" + attempt + "', expected " + ATTEMPT);
        }
        String stem = checked(shardId) + "." + attempt;
        Path folder = temporaryFolder();
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

    record TemporaryShard(Path evidence, Path index, Path quarantine, Path timing) {}
}
