package dev.understudy.store;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.store.ShardCommits.ShardRecord;
import dev.understudy.store.ShardCommits.ShardRecord.ShardRecordFile;
import dev.understudy.store.StorePublisher.ResumeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Whether a run may go on with a store that another run began. */
final class ResumeCheck {
    private ResumeCheck() {}

    /** @throws ConfigurationException that names every difference */
    static void check(
            StoreLayout layout, StoreDescription stored, StoreDescription run, ShardPlan plan, ResumeOptions options)
            throws IOException {
        List<String> differences = stored.fingerprint().differences(run.fingerprint());
        if (stored.shardSize() != run.shardSize()) {
            differences.add("shard size: the store has " + stored.shardSize() + ", this run " + run.shardSize());
        }
        if (!names(stored).equals(names(run)) && stored.ownClasses() != null) {
            differences.add(
                    "classes of " + run.classes() + ": the store has " + names(stored) + ", this run " + names(run));
        }
        if (!differences.isEmpty()) {
            List<String> problems = new ArrayList<>();
            differences.forEach(difference -> problems.add(layout.description() + ": " + difference));
            problems.add("A store holds the labels of one expert, made in one way; put these back or label into another"
                    + " folder.");
            throw new ConfigurationException(problems);
        }
        if (!stored.plan().equals(run.plan())) {
            checkExtension(layout, plan, options);
        }
    }

    /** Colours may change, as labels do not depend on them. */
    private static List<String> names(StoreDescription store) {
        return store.ownClasses() == null
                ? List.of()
                : store.ownClasses().stream()
                        .map(StoreDescription.OwnClass::name)
                        .toList();
    }

    private static void checkExtension(StoreLayout layout, ShardPlan plan, ResumeOptions options) throws IOException {
        if (plan.isGrouped()) {
            if (!options.extend()) {
                throw new ConfigurationException(
                        layout.root() + ": the frames have changed: others are listed, or they have"
                                + " other poses; fuse anew the scenes that have changed with --extend, or put the manifest back");
            }
            return;
        }
        Set<String> planned = new HashSet<>();
        plan.shards().forEach(shard -> planned.add(shard.id()));
        long stored = 0;
        for (String id : publishedIds(layout)) {
            ShardRecord record = ShardRecordFile.read(layout.record(id));
            int frames =
                    Math.toIntExact(record.totals().frames() + record.totals().quarantined());
            if (!planned.contains(id) && !plan.continues(id, record.ordinal(), frames)) {
                throw new ConfigurationException(
                        layout.root() + ": the frames to label have changed: those of shard " + id
                                + " (from number " + ((long) record.ordinal() * plan.shardSize() + 1)
                                + " of the manifest's frames to label) were moved, removed, or have other pictures; frames may"
                                + " only be added at the end, so put the manifest back or label into another folder");
            }
            stored += frames;
        }
        if (!options.extend()) {
            throw new ConfigurationException(layout.root() + ": the frames to label have changed: the manifest now has "
                    + plan.frames() + " and begins with the " + stored
                    + " that the store has so far; go on with --extend, or put the manifest back");
        }
    }

    /** Ids of the shards whose records are there, planned or not, in order. */
    static List<String> publishedIds(StoreLayout layout) throws IOException {
        try (var files = Files.list(layout.shards())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(StoreLayout.RECORD))
                    .map(name -> name.substring(0, name.length() - StoreLayout.RECORD.length()))
                    .filter(StoreLayout::isShardId)
                    .sorted()
                    .toList();
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        }
    }
}
