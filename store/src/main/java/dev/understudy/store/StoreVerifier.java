package dev.understudy.store;

import dev.understudy.files.DataException;
import dev.understudy.store.ShardCommits.ShardRecord;
import dev.understudy.store.ShardCommits.ShardRecord.ShardRecordFile;
import dev.understudy.store.StoreDescription.StoreTotals;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Reads a whole store and compares every checksum. */
public final class StoreVerifier {
    private StoreVerifier() {}

    /**
     * @param progress told how many shards are done, after each
     * @return what is wrong, in order of shards; empty when nothing is
     */
    public static List<StoreProblem> verify(Path store, IntConsumer progress) {
        StoreLayout layout = new StoreLayout(store);
        List<StoreProblem> problems = new ArrayList<>();
        SuccessFile.Content success;
        try {
            StoreDescription description = StoreDescriptionFile.read(layout.description());
            success = SuccessFile.read(layout);
            if (!success.header().fingerprint().equals(description.fingerprint().digest())
                    || !success.header().plan().equals(description.plan())) {
                problems.add(new StoreProblem(null, layout.success() + ": not of the store that store.json describes"));
            }
        } catch (DataException e) {
            return List.of(new StoreProblem(null, String.valueOf(e.getMessage())));
        }
        StoreTotals sum = StoreTotals.NONE;
        layout = StoreLayout.found(store, success.shards());
        for (int i = 0; i < success.shards().size(); i++) {
            ShardRecord shard = success.shards().get(i);
            verify(layout, shard, problems);
            sum = sum.plus(shard.totals());
            progress.accept(i + 1);
        }
        if (!sum.equals(success.header().totals())) {
            problems.add(new StoreProblem(null, layout.success() + ": totals are not the sum of the shards"));
        }
        return problems;
    }

    private static void verify(StoreLayout layout, ShardRecord shard, List<StoreProblem> problems) {
        if (!StoreLayout.isShardId(shard.id())) {
            problems.add(new StoreProblem(null, layout.success() + ": '" + shard.id() + "' is no shard id"));
            return;
        }
        String problem = ShardCheck.checksums(layout, shard);
        if (problem == null) {
            problem = record(layout, shard);
        }
        if (problem != null) {
            problems.add(new StoreProblem(shard.id(), problem));
        }
    }

    private static @Nullable String record(StoreLayout layout, ShardRecord shard) {
        Path file = layout.record(shard.id());
        try {
            ShardRecord found = ShardRecordFile.read(file);
            return found.equals(shard) ? null : file + ": not what " + layout.success() + " says of the shard";
        } catch (IOException e) {
            return file + ": missing";
        } catch (DataException e) {
            return e.getMessage();
        }
    }

    /**
     * Something that is wrong with a store.
     *
     * @param shard id; null when the store as a whole is meant
     * @param message names the file, what was found and what was expected
     */
    public record StoreProblem(@Nullable String shard, String message) {}
}
