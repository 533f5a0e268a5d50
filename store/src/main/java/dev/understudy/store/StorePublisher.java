package dev.understudy.store;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.DataException;
import dev.understudy.files.FolderLock;
import dev.understudy.files.FolderLock.LockedException;
import dev.understudy.files.storage.Lease;
import dev.understudy.files.storage.Requests;
import dev.understudy.store.ShardCommits.ShardRecord;
import dev.understudy.store.ShardCommits.ShardRecord.ShardRecordFile;
import dev.understudy.store.ShardPlan.Shard;
import dev.understudy.store.ShardWriter.ShardResult;
import dev.understudy.store.StoreDescription.Calibration;
import dev.understudy.store.StoreDescription.StoreTotals;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The driver's side of a store: decides what is missing, gives finished shards their names, and says when all is done.
 * Holds the store's lock from {@link #open} to {@link #close}. Safe for use by several threads. Its memory grows with
 * the number of shards, not with frames or pixels.
 */
public final class StorePublisher implements AutoCloseable {
    private final StoreLayout layout;
    private final StoreDescription description;
    private final ShardPlan plan;
    private final Lock lock;
    /** Shards whose records are there and will not do. */
    private final Set<String> replaced = ConcurrentHashMap.newKeySet();

    private final Map<String, Shard> missing = new LinkedHashMap<>();
    private StoreTotals totals = StoreTotals.NONE;
    /**
     * Whether the store still is what an earlier run completed; it stays so until the first shard of this run is in.
     */
    private boolean asItWas;
    /** Whether {@code store.json} is known to be this run's. */
    private boolean described;

    private StorePublisher(StoreLayout layout, StoreDescription description, ShardPlan plan, Lock lock) {
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
        Lock lock = lock(layout);
        try {
            StoreDescription settled = settle(layout, description, plan, options);
            if (!layout.isRemote()) {
                StoreSweep.sweep(layout);
                Files.createDirectories(layout.shards());
            }
            StorePublisher publisher = new StorePublisher(layout, settled, plan, lock);
            publisher.takeStock(options);
            return publisher;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** Keeps other writers out: a lock of the operating system, or a lease where there is none. */
    private interface Lock {
        void close() throws IOException;

        /** @throws IOException if somebody else may be writing by now */
        default void check() throws IOException {}
    }

    private static Lock lock(StoreLayout layout) throws IOException {
        try {
            if (layout.isRemote()) {
                return lease(layout);
            }
            return FolderLock.acquire(layout.lock(), Duration.ZERO, "writing a label store")::close;
        } catch (LockedException e) {
            throw new ConfigurationException(
                    layout.root() + ": another job writes this store (" + FolderLock.holder(layout.lock())
                            + "); wait for it, stop it, or choose another folder",
                    e);
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

    private static Lock lease(StoreLayout layout) throws IOException {
        try {
            Lease lease = Lease.acquire(layout.root(), "writing a label store");
            return new Lock() {
                @Override
                public void close() throws IOException {
                    lease.close();
                }

                @Override
                public void check() throws IOException {
                    lease.check();
                }
            };
        } catch (Lease.HeldException e) {
            throw new ConfigurationException(
                    layout.root() + ": another job writes this store (" + e.getMessage()
                            + "); wait for it, stop it, or choose another folder",
                    e);
        }
    }

    /** Stores the chosen calibration, or removes it; the evidence stays as it is. */
    public static void calibrate(Path store, @Nullable Calibration calibration) throws IOException {
        StoreLayout layout = new StoreLayout(store);
        StoreDescription description = StoreDescriptionFile.read(layout.description());
        Lock lock = lock(layout);
        try {
            StoreDescriptionFile.write(layout.description(), description.withCalibration(calibration));
        } finally {
            lock.close();
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
        ResumeCheck.check(layout, stored, run, plan, options);
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
        Requests.inOrder(
                layout.root(), plan.shards(), shard -> Optional.ofNullable(usable(shard, options)), (shard, record) -> {
                    if (record.isPresent()) {
                        totals = totals.plus(record.get().totals());
                    } else {
                        missing.put(shard.id(), shard);
                    }
                });
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
        if (!described && !StoreDescriptionFile.read(layout.description()).equals(description)) {
            StoreDescriptionFile.write(layout.description(), description);
        }
        described = true;
    }

    /** The record of a shard that can stay as it is, or null. */
    private @Nullable ShardRecord usable(Shard shard, ResumeOptions options) throws IOException {
        ShardRecord record;
        try {
            record = ShardRecordFile.read(layout.record(shard.id()));
        } catch (NoSuchFileException e) {
            return null;
        } catch (DataException e) {
            replaced.add(shard.id());
            return null;
        }
        boolean retry = options.retryQuarantined() && record.totals().quarantined() > 0;
        boolean same = record.id().equals(shard.id()) && record.ordinal() == shard.ordinal();
        String problem = !same
                ? "of another shard"
                : options.checksums() ? ShardCheck.checksums(layout, record) : ShardCheck.sizes(layout, record);
        if (problem != null && same && ShardCheck.sizes(layout.other(), record) == null) {
            throw new ConfigurationException(layout.root() + ": this store was copied here from "
                    + (layout.isRemote() ? "a local disk" : "a storage without renames")
                    + ", where its files have other names; it can be read here, go on with it where it was made");
        }
        if (!retry && problem == null) {
            return record;
        }
        replaced.add(shard.id());
        if (layout.isRemote() && problem != null && options.checksums()) {
            // Their names say that they have the bytes that they have not, so that nobody would write them anew.
            Files.deleteIfExists(layout.evidence(record));
            Files.deleteIfExists(layout.index(record));
            if (record.quarantine() != null) {
                Files.deleteIfExists(layout.quarantine(record));
            }
        }
        return null;
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
     * Publishes a shard: its files get their names, its record comes last. A shard that is in already (a speculative
     * twin, a retried stage) is left as it is, and the result is thrown away. Sizes are compared with the result,
     * checksums are not, since the task has read the file back and the driver must not read every byte of a large
     * store.
     *
     * @return whether it was missing
     * @throws IOException if files are not what the result says, or cannot be named, or somebody else may be writing
     *     here by now; the store is as it was, or lacks this shard
     */
    public synchronized boolean commit(ShardResult result) throws IOException {
        ShardRecord record = result.record();
        if (!missing.containsKey(record.id())) {
            ShardCommits.of(layout).discard(result);
            return false;
        }
        lock.check();
        begin();
        ShardRecord named = ShardCommits.of(layout).commit(result, replaced.contains(record.id()));
        missing.remove(record.id());
        totals = totals.plus(named.totals());
        return named.equals(record);
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
        lock.check();
        describe();
        Set<String> planned = new LinkedHashSet<>();
        plan.shards().forEach(shard -> planned.add(shard.id()));
        StoreSweep.removeSuperseded(layout, planned);
        SuccessFile.write(layout, description, totals, planned);
        StoreSweep.sweep(layout);
        return totals;
    }

    /** Gives the lock back. */
    @Override
    public void close() throws IOException {
        lock.close();
    }

    /** Removes what killed runs left unfinished, and what earlier plans left. For the holder of the store's lock. */
    private static final class StoreSweep {
        private StoreSweep() {}

        /** Where nothing is renamed files get there whole, and {@code _SUCCESS} says which belong to a whole store. */
        static void sweep(StoreLayout layout) throws IOException {
            if (layout.isRemote()) {
                removeUnnamed(layout);
                return;
            }
            for (Path folder :
                    List.of(layout.root(), layout.shards(), layout.quarantineFolder(), layout.timingFolder())) {
                remove(folder, ".*" + AtomicFile.TEMPORARY_SUFFIX);
            }
            remove(layout.temporaryFolder(), "*");
            try {
                Files.deleteIfExists(layout.temporaryFolder());
            } catch (DirectoryNotEmptyException e) {
                // A task that nobody waits for any more, on another machine, has begun another file; no reader looks
                // there.
            }
        }

        /** A last, partly filled shard has another name once frames were added to it. */
        static void removeSuperseded(StoreLayout layout, Set<String> planned) throws IOException {
            Set<String> superseded = new TreeSet<>(ResumeCheck.publishedIds(layout));
            superseded.removeAll(planned);
            for (String id : superseded) {
                Files.deleteIfExists(layout.record(id));
                Files.deleteIfExists(layout.timing(id));
                if (!layout.isRemote()) {
                    Files.deleteIfExists(layout.shards().resolve(id + StoreLayout.EVIDENCE));
                    Files.deleteIfExists(layout.shards().resolve(id + StoreLayout.INDEX));
                    Files.deleteIfExists(layout.quarantineFolder().resolve(id + StoreLayout.INDEX));
                }
            }
        }

        /** Files that no record names: of other attempts, with other bytes. */
        private static void removeUnnamed(StoreLayout layout) throws IOException {
            Set<Path> named = new HashSet<>();
            for (ShardRecord shard : SuccessFile.read(layout).shards()) {
                named.add(layout.record(shard.id()));
                named.add(layout.evidence(shard));
                named.add(layout.index(shard));
                if (shard.quarantine() != null) {
                    named.add(layout.quarantine(shard));
                }
            }
            for (Path folder : List.of(layout.shards(), layout.quarantineFolder())) {
                try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
                    for (Path file : files) {
                        if (!named.contains(file)) {
                            Files.deleteIfExists(file);
                        }
                    }
                } catch (NoSuchFileException e) {
                    // Nothing was quarantined
                }
            }
        }

        private static void remove(Path folder, String pattern) throws IOException {
            if (!Files.isDirectory(folder)) {
                return;
            }
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, pattern)) {
                for (Path file : files) {
                    if (!Files.isDirectory(file)) {
                        Files.deleteIfExists(file);
                    }
                }
            }
        }
    }

    /**
     * What to do with a store that is there already.
     *
     * @param extend go on when frames were added to the end of the manifest; otherwise a changed manifest is refused
     * @param retryQuarantined label shards with quarantined frames again
     * @param checksums read every shard and compare checksums before trusting it, rather than sizes; what is damaged is
     *     labelled again
     */
    public record ResumeOptions(boolean extend, boolean retryQuarantined, boolean checksums) {
        public static final ResumeOptions DEFAULT = new ResumeOptions(false, false, false);
    }
}
