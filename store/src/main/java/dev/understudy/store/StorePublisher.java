package dev.understudy.store;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.DataException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The driver's side of a store: decides what is missing, gives finished shards their names, and says when all is done.
 * Holds the store's lock from {@link #open} to {@link #close}. Safe for use by several threads. Its memory grows with the
 * number of shards, not with frames or pixels.
 */
public final class StorePublisher implements AutoCloseable {
    private final StoreLayout layout;
    private final StoreDescription description;
    private final ShardPlan plan;
    private final StoreLock lock;
    private final Map<String, Shard> missing = new LinkedHashMap<>();
    private StoreTotals totals = StoreTotals.NONE;
    /** Whether the store still is what an earlier run completed; it stays so until the first shard of this run is in. */
    private boolean asItWas;

    private StorePublisher(StoreLayout layout, StoreDescription description, ShardPlan plan, StoreLock lock) {
        this.layout = layout;
        this.description = description;
        this.plan = plan;
        this.lock = lock;
    }

    /**
     * Takes the lock, then makes the store or checks that this run may go on with it, and sweeps stale temporary files.
     *
     * @param description of this run; a calibration that the store has is kept
     * @throws ConfigurationException if another process holds the store, or the store was made by another expert, class
     *     map, preprocessing, shard size or manifest; the message names each difference
     * @throws DataException if {@code store.json} is damaged or the folder holds something else
     */
    public static StorePublisher open(Path store, StoreDescription description, ShardPlan plan, ResumeOptions options)
            throws IOException {
        if (!description.plan().equals(plan.digest()) || description.shardSize() != plan.shardSize()) {
            throw new IllegalArgumentException("the description is of another plan");
        }
        StoreLayout layout = new StoreLayout(store);
        StoreLock lock = lock(layout);
        try {
            StoreDescription settled = settle(layout, description, plan, options);
            StoreSweep.sweep(layout);
            Files.createDirectories(layout.shards());
            StorePublisher publisher = new StorePublisher(layout, settled, plan, lock);
            publisher.takeStock(options);
            return publisher;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static StoreLock lock(StoreLayout layout) throws IOException {
        try {
            Files.createDirectories(layout.root());
            return StoreLock.acquire(layout.lock());
        } catch (FileSystemException e) {
            String reason = e instanceof AccessDeniedException
                    ? "permission denied"
                    : e instanceof FileAlreadyExistsException ? "it is a file" : e.getReason();
            throw new ConfigurationException(
                    layout.root() + ": no store can be written here, " + reason
                            + "; choose a folder that you may write to",
                    e);
        }
    }

    /** Stores the chosen calibration, or removes it; the evidence stays as it is. */
    public static void calibrate(Path store, @Nullable Calibration calibration) throws IOException {
        StoreLayout layout = new StoreLayout(store);
        StoreDescription description = StoreDescriptionFile.read(layout.description());
        try (StoreLock lock = StoreLock.acquire(layout.lock())) {
            StoreDescriptionFile.write(layout.description(), description.withCalibration(calibration));
        }
    }

    private static StoreDescription settle(
            StoreLayout layout, StoreDescription run, ShardPlan plan, ResumeOptions options) throws IOException {
        if (!Files.exists(layout.description())) {
            refuseForeignFiles(layout);
            StoreDescriptionFile.write(layout.description(), run);
            return run;
        }
        StoreDescription stored = StoreDescriptionFile.read(layout.description());
        StoreAgreement.check(layout, stored, run, plan, options);
        return run.withCalibration(stored.calibration());
    }

    private static void refuseForeignFiles(StoreLayout layout) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(
                layout.root(), path -> !path.getFileName().toString().startsWith("."))) {
            for (Path file : files) {
                throw new DataException(layout.root() + ": holds " + file.getFileName()
                        + " and no store.json; choose an empty folder or one that does not exist");
            }
        }
    }

    private void takeStock(ResumeOptions options) throws IOException {
        for (Shard shard : plan.shards()) {
            ShardRecord record = usable(shard, options);
            if (record == null) {
                missing.put(shard.id(), shard);
            } else {
                totals = totals.plus(record.totals());
            }
        }
        asItWas = true;
    }

    /** From here on the store is this run's: what it says of itself first, and that it is not complete. */
    private void begin() throws IOException {
        if (asItWas) {
            Files.deleteIfExists(layout.success());
            describe();
            asItWas = false;
        }
    }

    private void describe() throws IOException {
        if (!StoreDescriptionFile.read(layout.description()).equals(description)) {
            StoreDescriptionFile.write(layout.description(), description);
        }
    }

    /** The record of a shard that can stay as it is, or null. */
    private @Nullable ShardRecord usable(Shard shard, ResumeOptions options) throws IOException {
        Path file = layout.record(shard.id());
        if (!Files.exists(file)) {
            return null;
        }
        ShardRecord record;
        try {
            record = ShardRecordFile.read(file);
        } catch (DataException e) {
            return null;
        }
        boolean retry = options.retryQuarantined() && record.totals().quarantined() > 0;
        String problem = options.checksums() ? ShardCheck.checksums(layout, record) : ShardCheck.sizes(layout, record);
        boolean same = record.id().equals(shard.id()) && record.ordinal() == shard.ordinal();
        return !retry && problem == null && same ? record : null;
    }

    /** What the store says of itself, with the calibration that it had. */
    public StoreDescription description() {
        return description;
    }

    /** The shards of the plan that are not in the store, or damaged, or to be tried again; in order. */
    public synchronized List<Shard> missing() {
        return List.copyOf(missing.values());
    }

    /** Sums over the shards that are in. */
    public synchronized StoreTotals totals() {
        return totals;
    }

    /**
     * Publishes a shard: its files are renamed, its record comes last. A shard that is in already (a speculative twin, a
     * retried stage) is left as it is, and the result is thrown away. Sizes are compared with the result, checksums are
     * not, since the task has read the file back and the driver must not read every byte of a large store.
     *
     * @return whether it was missing
     * @throws IOException if files are not what the result says, or cannot be renamed; the store is as it was, or lacks
     *     this shard
     */
    public synchronized boolean commit(ShardResult result) throws IOException {
        ShardRecord record = result.record();
        StoreLayout.TemporaryShard temporary = layout.temporary(record.id(), result.attempt());
        if (!missing.containsKey(record.id())) {
            discard(temporary);
            return false;
        }
        requireSize(temporary.evidence(), record.evidence());
        requireSize(temporary.index(), record.index());
        begin();
        Files.deleteIfExists(layout.record(record.id()));
        AtomicFile.publish(temporary.evidence(), layout.evidence(record.id()));
        AtomicFile.publish(temporary.index(), layout.index(record.id()));
        publishQuarantine(temporary.quarantine(), record);
        publishTiming(temporary.timing(), record);
        AtomicFile.write(layout.record(record.id()), StoreJson.line(record) + "\n");
        missing.remove(record.id());
        totals = totals.plus(record.totals());
        return true;
    }

    private void publishQuarantine(Path temporary, ShardRecord record) throws IOException {
        if (record.quarantine() == null) {
            Files.deleteIfExists(layout.quarantine(record.id()));
            return;
        }
        requireSize(temporary, record.quarantine());
        Files.createDirectories(layout.quarantineFolder());
        AtomicFile.publish(temporary, layout.quarantine(record.id()));
    }

    private void publishTiming(Path temporary, ShardRecord record) throws IOException {
        if (Files.exists(temporary)) {
            Files.createDirectories(layout.timingFolder());
            AtomicFile.publish(temporary, layout.timing(record.id()));
        }
    }

    private static void discard(StoreLayout.TemporaryShard temporary) throws IOException {
        for (Path file : List.of(temporary.evidence(), temporary.index(), temporary.quarantine(), temporary.timing())) {
            Files.deleteIfExists(file);
        }
    }

    private static void requireSize(Path file, StoredFile expected) throws IOException {
        long found = Files.size(file);
        if (found != expected.bytes()) {
            throw new IOException(file + ": " + found + " bytes, but the task wrote " + expected.bytes());
        }
    }

    /**
     * Says that the store is complete: removes what an earlier plan left and writes {@code _SUCCESS}.
     *
     * @throws IllegalStateException if shards are missing
     */
    public synchronized StoreTotals complete() throws IOException {
        if (!missing.isEmpty()) {
            throw new IllegalStateException(missing.size() + " shards are missing, "
                    + missing.keySet().iterator().next() + " the first");
        }
        describe();
        removeSuperseded();
        SuccessFile.write(
                layout,
                description,
                totals,
                plan.shards().stream().map(Shard::id).toList());
        StoreSweep.sweep(layout);
        return totals;
    }

    /** A last, partly filled shard has another name once frames were added to it. */
    private void removeSuperseded() throws IOException {
        Set<String> planned = new HashSet<>();
        plan.shards().forEach(shard -> planned.add(shard.id()));
        Set<String> superseded = new TreeSet<>(StoreAgreement.publishedIds(layout));
        superseded.removeAll(planned);
        for (String id : superseded) {
            for (Path file : List.of(
                    layout.record(id),
                    layout.evidence(id),
                    layout.index(id),
                    layout.quarantine(id),
                    layout.timing(id))) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Gives the lock back. */
    @Override
    public void close() throws IOException {
        lock.close();
    }
}
