package dev.understudy.store;

import dev.understudy.files.DataException;
import dev.understudy.files.Sha256;
import dev.understudy.store.ShardCommits.ShardRecord;
import dev.understudy.store.ShardCommits.ShardRecord.StoredFile;
import dev.understudy.store.StoreDescription.StoreTotals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Whether a shard's files are those that its record speaks of. */
final class ShardCheck {
    private ShardCheck() {}

    /** Compares sizes, which costs next to nothing. @return what is wrong, or null */
    static @Nullable String sizes(StoreLayout layout, ShardRecord shard) {
        return each(layout, shard, ShardCheck::size);
    }

    /** Reads everything, compares checksums and counts again. @return what is wrong, or null */
    static @Nullable String checksums(StoreLayout layout, ShardRecord shard) {
        String problem = each(layout, shard, ShardCheck::checksum);
        return problem == null ? totals(layout, shard) : problem;
    }

    private static @Nullable String totals(StoreLayout layout, ShardRecord shard) {
        try {
            int quarantined = shard.quarantine() == null
                    ? 0
                    : ShardIndex.lines(layout.quarantine(shard)).size();
            StoreTotals counted = new StoreTotals(0, quarantined, 0, new TreeMap<>(), 0);
            for (FrameSummary frame : ShardIndex.summaries(layout.index(shard))) {
                counted = counted.plus(StoreTotals.of(frame));
            }
            return counted.equals(shard.totals())
                    ? null
                    : layout.record(shard.id()) + ": its totals are not those of its frames: its bytes have changed";
        } catch (DataException e) {
            return e.getMessage();
        }
    }

    private static @Nullable String each(StoreLayout layout, ShardRecord shard, FileCheck check) {
        String problem = check.of(layout.evidence(shard), shard.evidence());
        if (problem == null) {
            problem = check.of(layout.index(shard), shard.index());
        }
        if (problem == null && shard.quarantine() != null) {
            problem = check.of(layout.quarantine(shard), shard.quarantine());
        }
        return problem;
    }

    private static @Nullable String size(Path file, StoredFile expected) {
        try {
            long found = Files.size(file);
            return found == expected.bytes()
                    ? null
                    : file + ": " + found + " bytes, expected " + expected.bytes() + ": cut off or overwritten";
        } catch (IOException e) {
            return file + ": missing";
        }
    }

    private static @Nullable String checksum(Path file, StoredFile expected) {
        String problem = size(file, expected);
        if (problem != null) {
            return problem;
        }
        try {
            String found = Sha256.of(file);
            return found.equals(expected.sha256())
                    ? null
                    : file + ": SHA-256 " + found + ", expected " + expected.sha256() + ": its bytes have changed";
        } catch (IOException e) {
            return file + ": cannot be read: " + e;
        }
    }

    @FunctionalInterface
    private interface FileCheck {
        @Nullable
        String of(Path file, StoredFile expected);
    }
}
