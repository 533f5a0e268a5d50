package dev.understudy.store;

import dev.understudy.dataset.evidence.DepthEvidence;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.LevelHistogram;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.DataException;
import dev.understudy.files.Sha256;
import dev.understudy.files.storage.Requests;
import dev.understudy.files.storage.Storage;
import dev.understudy.store.FrameGroupWriter.PlaneDeflater;
import dev.understudy.store.LabelStore.QuarantinedFrame;
import dev.understudy.store.ShardCommits.ShardRecord;
import dev.understudy.store.ShardCommits.ShardRecord.StoredFile;
import dev.understudy.store.ShardPlan.Shard;
import dev.understudy.store.StoreDescription.StoreTotals;
import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.exceptions.HdfException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes one shard under names that are not the shard's yet, on an executor; called by one thread. In a storage without
 * a rename it is written on the local disk first and put there when it is finished, under names that no other bytes
 * have. The bytes depend on the shard's frames and their evidence alone, on a given operating system and Java's zlib.
 *
 * <p>jHDF buffers what it is given until the end: what {@code height·width·(2·topK + 2)} bytes a frame deflate to with
 * segmentation, and {@code height·width·8} with depth. The shard size bounds it.
 */
public final class ShardWriter implements AutoCloseable {
    private final StoreLayout layout;
    private final StoreDescription description;
    private final Shard shard;
    private final String attempt;
    private final StoreLayout.TemporaryShard files;
    private final WritableHdfFile hdf;
    private final PlaneDeflater deflater;
    private final List<String> index = new ArrayList<>();
    private final List<String> quarantine = new ArrayList<>();
    private final List<String> timing = new ArrayList<>();
    private final LevelHistogram confidence = new LevelHistogram();
    private StoreTotals totals = StoreTotals.NONE;
    private int next;
    private boolean hdfClosed;
    private boolean finished;

    private ShardWriter(
            StoreLayout layout,
            StoreDescription description,
            Shard shard,
            String attempt,
            StoreLayout.TemporaryShard files,
            int threads) {
        this.layout = layout;
        this.description = description;
        this.shard = shard;
        this.attempt = attempt;
        this.files = files;
        this.hdf = HdfFile.write(files.evidence());
        this.deflater = new PlaneDeflater(threads);
        hdf.putAttribute("format", "understudy label shard");
        hdf.putAttribute("formatVersion", description.formatVersion());
        hdf.putAttribute("shard", shard.id());
        hdf.putAttribute("fingerprint", description.fingerprint().digest());
    }

    /**
     * @param store the store's folder
     * @param attempt unique for each try of each task in each job, {@code [A-Za-z0-9-]+}
     * @param threads that may deflate, at least 1
     * @throws IOException if the folder cannot be written, or the attempt has been used before
     */
    public static ShardWriter create(Path store, StoreDescription description, Shard shard, String attempt, int threads)
            throws IOException {
        StoreLayout layout = new StoreLayout(store);
        Path folder = layout.isRemote() ? Files.createTempDirectory("understudy-shard") : layout.temporaryFolder();
        Files.createDirectories(folder);
        StoreLayout.TemporaryShard files = StoreLayout.temporary(folder, shard.id(), attempt);
        if (Files.exists(files.evidence())) {
            // jHDF would write over the start of the old file and leave its end
            throw new FileAlreadyExistsException(files.evidence().toString());
        }
        try {
            return new ShardWriter(layout, description, shard, attempt, files, threads);
        } catch (HdfException e) {
            throw new IOException(files.evidence() + ": cannot be written: " + causeOf(e), e);
        }
    }

    /**
     * Takes the next frame of the shard. Frames come in the shard's order.
     *
     * @throws dev.understudy.files.DataException if this evidence cannot be stored; the frame can be quarantined then
     * @throws IllegalArgumentException if it is not of the kind that the store keeps
     */
    public void put(FrameRecord frame, Evidence evidence) {
        expect(frame.id());
        EvidenceCheck.check(description, frame.id(), evidence);
        FrameGroupWriter group = new FrameGroupWriter(
                hdf.putGroup(ShardFormat.groupOf(frame.id())), deflater, evidence.height(), evidence.width());
        SegmentationEvidence segmentation = evidence.segmentation();
        DepthEvidence depth = evidence.depth();
        if (segmentation != null) {
            group.write(segmentation);
        }
        if (depth != null) {
            group.write(depth);
        }
        FrameSummary summary = FrameSummary.of(frame.id(), evidence);
        index.add(StoreJson.line(summary));
        totals = totals.plus(StoreTotals.of(summary));
        if (summary.segmentation() != null) {
            summary.segmentation().confidence().values().forEach(confidence::merge);
        }
        next++;
    }

    /**
     * Takes the next frame of the shard as one that could not be labelled.
     *
     * @param reason one line; the same on every machine, or the store's bytes depend on luck
     * @param errorClass simple name of the exception
     */
    public void quarantine(String id, String reason, String errorClass) {
        expect(id);
        quarantine.add(StoreJson.line(new QuarantinedFrame(id, reason, errorClass)));
        totals = totals.plus(new StoreTotals(0, 1, 0, new TreeMap<>(), 0));
        next++;
    }

    /** Optional; goes into a file that nothing depends on. */
    public void timing(FrameTiming frame) {
        timing.add(StoreJson.line(frame));
    }

    /** Writes, fsyncs, reads back and hashes. Every frame of the shard must have been put or quarantined. */
    public ShardResult finish() throws IOException {
        if (next != shard.frames().size()) {
            throw new IllegalStateException("shard " + shard.id() + " has had " + next + " of its "
                    + shard.frames().size() + " frames");
        }
        closeHdf();
        AtomicFile.force(files.evidence());
        if (!timing.isEmpty()) {
            write(files.timing(), timing);
        }
        StoredFile written = write(files.index(), index);
        ShardResult result = new ShardResult(
                attempt,
                new ShardRecord(
                        shard.id(),
                        shard.ordinal(),
                        totals,
                        new StoredFile(Files.size(files.evidence()), Sha256.of(files.evidence())),
                        written,
                        quarantine.isEmpty() ? null : write(files.quarantine(), quarantine)),
                confidence);
        if (layout.isRemote()) {
            send(result.record());
        } else {
            finished = true;
        }
        return result;
    }

    /** After that only a record is missing; {@link #close} removes what is left here. */
    private void send(ShardRecord record) throws IOException {
        Map<Path, Path> targets = new LinkedHashMap<>();
        targets.put(files.evidence(), layout.evidence(record));
        targets.put(files.index(), layout.index(record));
        if (record.quarantine() != null) {
            targets.put(files.quarantine(), layout.quarantine(record));
        }
        if (!timing.isEmpty()) {
            targets.put(files.timing(), layout.timing(record.id()));
        }
        Requests.forEach(layout.root(), targets.keySet(), file -> {
            if (file.equals(files.timing())) {
                AtomicFile.publish(file, targets.get(file));
            } else {
                send(file, targets.get(file));
            }
        });
    }

    /** What is there by that name has these bytes, and may be being read. */
    private static void send(Path file, Path target) throws IOException {
        Storage storage = Storage.of(target).orElseThrow();
        long size = Files.size(file);
        if (storage.find(Storage.name(target))
                .filter(there -> there.size() == size)
                .isEmpty()) {
            storage.put(Storage.name(target), Storage.Content.of(file));
        }
    }

    /** Without {@link #finish}, removes what was begun. */
    @Override
    public void close() throws IOException {
        if (finished) {
            return;
        }
        try {
            closeHdf();
        } finally {
            files.delete();
            if (layout.isRemote()) {
                Files.deleteIfExists(files.evidence().getParent());
            }
        }
    }

    private void closeHdf() throws IOException {
        if (hdfClosed) {
            return;
        }
        hdfClosed = true;
        deflater.close();
        try {
            hdf.close();
        } catch (HdfException e) {
            throw new IOException(files.evidence() + ": cannot be written: " + causeOf(e), e);
        }
    }

    private void expect(String id) {
        if (next >= shard.frames().size() || !shard.frames().get(next).id().equals(id)) {
            throw new IllegalStateException("shard " + shard.id() + " got frame " + id + ", expected "
                    + (next < shard.frames().size() ? shard.frames().get(next).id() : "no more"));
        }
    }

    private static StoredFile write(Path file, List<String> lines) throws IOException {
        var written = AtomicFile.write(file, lines.isEmpty() ? "" : String.join("\n", lines) + "\n");
        return new StoredFile(written.size(), written.sha256());
    }

    /** What jHDF wraps says more than the wrapping: "No space left on device". */
    private static @Nullable Object causeOf(HdfException e) {
        return e.getCause() == null ? e.getMessage() : e.getCause();
    }

    /** Whether evidence is what a store keeps, before it is written. */
    private static final class EvidenceCheck {
        private EvidenceCheck() {}

        static void check(StoreDescription store, String frameId, Evidence evidence) {
            if (evidence.width() > ShardFormat.MAX_SIDE || evidence.height() > ShardFormat.MAX_SIDE) {
                throw new DataException(frameId + ": " + evidence.width() + "×" + evidence.height()
                        + " pixels, a store keeps at most " + ShardFormat.MAX_SIDE + " a side; scale the picture down");
            }
            SegmentationEvidence segmentation = evidence.segmentation();
            DepthEvidence depth = evidence.depth();
            if ((segmentation != null) != store.hasSegmentation() || (depth != null) != store.hasDepth()) {
                throw new IllegalArgumentException(
                        frameId + ": evidence of " + (segmentation != null ? "segmentation " : "")
                                + (depth != null ? "depth " : "") + "for a store of " + store.tasks());
            }
            if (segmentation != null) {
                checkClasses(store, frameId, segmentation);
            }
            if (depth != null) {
                checkFinite(frameId, depth.metres());
                checkFinite(frameId, depth.spread());
            }
        }

        private static void checkClasses(StoreDescription store, String frameId, SegmentationEvidence evidence) {
            if (evidence.topK() != store.topK()) {
                throw new IllegalArgumentException(
                        frameId + ": top-" + evidence.topK() + " evidence for a store of top-" + store.topK());
            }
            if (!evidence.isWhole()) {
                throw new IllegalArgumentException(frameId + ": evidence that was read in part");
            }
            if (evidence.views().length > 0 != store.hasViews()) {
                throw new IllegalArgumentException(frameId + ": evidence " + (store.hasViews() ? "without" : "with")
                        + " numbers of views for a store that " + (store.hasViews() ? "keeps" : "does not keep")
                        + " them");
            }
            int wrong = StoredClasses.firstWrong(evidence.classes(), store.numberOfClasses());
            if (wrong >= 0) {
                throw new IllegalArgumentException(frameId + ": class " + (evidence.classes()[wrong] & 0xFF)
                        + " in a store of " + store.numberOfClasses() + " classes (" + store.classes() + ")");
            }
        }

        private static void checkFinite(String frameId, float[] values) {
            for (float value : values) {
                if (!Float.isFinite(value)) {
                    throw new DataException(frameId + ": the expert's depth is " + value
                            + " somewhere; check the checkpoint and the picture");
                }
            }
        }
    }

    /**
     * How long a frame took. Kept apart from everything that is hashed, since no two runs take the same time.
     *
     * @param readMillis reading and decoding
     * @param predictMillis the expert
     * @param worker who did it: host and process
     */
    public record FrameTiming(String id, double readMillis, double predictMillis, String worker) {}

    /**
     * What a task hands to the driver: a shard that is written, on disk and read back under its temporary names, and
     * waits to be published. Small: nothing in it grows with pixels or frames.
     *
     * @param attempt the temporary names are {@code .tmp/<shard-id>.<attempt>.*}
     * @param confidence histogram of the most probable class's probability over the pixels; for watching, it is not
     * stored
     */
    public record ShardResult(String attempt, ShardRecord record, LevelHistogram confidence) implements Serializable {}
}
