package dev.understudy.store;

import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.files.DataException;
import dev.understudy.files.storage.Requests;
import dev.understudy.store.ShardCommits.ShardRecord;
import dev.understudy.store.ShardCommits.ShardRecord.StoredFile;
import dev.understudy.store.ShardIndex.IndexHead;
import dev.understudy.store.StoreDescription.StoreTotals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a complete store. Safe for use by several threads at once; keeps a bounded number of shards open. Memory: about
 * 150 bytes a frame for the ids; for the frames that were read last, up to a bounded number, another 300 for where they
 * lie, so that reading in random order costs what reading in sequence does; and nothing per pixel.
 */
public final class LabelStore implements AutoCloseable {
    private static final int OPEN_SHARDS = 16;
    private static final int FOUND_FRAMES = 1 << 17;

    private final StoreLayout layout;
    private final StoreDescription description;
    private final StoreTotals totals;
    private final List<ShardRecord> shards;
    private final List<String> ids;
    private final Map<String, Place> places;
    private final OpenShards open = new OpenShards(OPEN_SHARDS);
    private final ShardDirectory.Recent directories = new ShardDirectory.Recent(FOUND_FRAMES);
    private final Map<Integer, List<String>> recentIndexes = Collections.synchronizedMap(new RecentIndexes());

    private LabelStore(
            StoreLayout layout,
            StoreDescription description,
            SuccessFile.Content success,
            List<String> ids,
            Map<String, Place> places) {
        this.layout = layout;
        this.description = description;
        this.totals = success.header().totals();
        this.shards = success.shards();
        this.ids = Collections.unmodifiableList(ids);
        this.places = places;
    }

    /**
     * Opens a store. Sizes are checked, checksums are not: {@link StoreVerifier} does that.
     *
     * @throws DataException if there is no store, it is not complete, or is damaged
     */
    public static LabelStore open(Path store) {
        StoreLayout layout = new StoreLayout(store);
        StoreDescription description = StoreDescriptionFile.read(layout.description());
        SuccessFile.Content success = SuccessFile.read(layout);
        if (!success.header().fingerprint().equals(description.fingerprint().digest())) {
            throw new DataException(layout.success() + ": fingerprint "
                    + success.header().fingerprint() + ", but store.json has "
                    + description.fingerprint().digest() + "; put back the files that belong together");
        }
        StoreLayout found = StoreLayout.found(store, success.shards());
        List<String> ids = new ArrayList<>();
        Map<String, Place> places = new HashMap<>();
        List<Integer> numbers =
                IntStream.range(0, success.shards().size()).boxed().toList();
        try {
            Requests.inOrder(
                    store,
                    numbers,
                    number -> ids(found, success.shards().get(number)),
                    (number, ofShard) ->
                            addIds(found.index(success.shards().get(number)), ofShard, number, ids, places));
        } catch (IOException e) {
            throw new DataException(store + ": cannot be read: " + e.getMessage() + "; open it again", e);
        }
        return new LabelStore(found, description, success, ids, places);
    }

    private static List<String> ids(StoreLayout layout, ShardRecord shard) {
        if (!StoreLayout.isShardId(shard.id())) {
            throw new DataException(layout.success() + ": '" + shard.id() + "' is no shard id; the file is damaged");
        }
        String problem = ShardCheck.sizes(layout, shard);
        if (problem != null) {
            throw new DataException(problem + "; run the label job again to label the shard anew");
        }
        Path index = layout.index(shard);
        List<String> ofShard = ShardIndex.ids(index);
        if (ofShard.size() != shard.totals().frames()) {
            throw new DataException(index + ": " + ofShard.size() + " frames, expected "
                    + shard.totals().frames() + "; the store is damaged, verify it");
        }
        return ofShard;
    }

    private static void addIds(
            Path index, List<String> ofShard, int number, List<String> ids, Map<String, Place> places) {
        for (int line = 0; line < ofShard.size(); line++) {
            if (places.put(ofShard.get(line), new Place(number, line)) != null) {
                throw new DataException(
                        index + ": frame " + ofShard.get(line) + " is in the store twice; the store is damaged");
            }
        }
        ids.addAll(ofShard);
    }

    public StoreDescription description() {
        return description;
    }

    /**
     * Names and colours of the labels' classes; null without segmentation.
     *
     * @throws DataException if neither the store nor this program knows them
     */
    public @Nullable ClassSpace classSpace() {
        try {
            return description.classSpace();
        } catch (DataException e) {
            throw new DataException(path() + ": " + e.getMessage(), e);
        }
    }

    /**
     * @throws DataException if frame {@code index} has a segmentation, and that in another class space than the labels
     */
    public void requireSameClasses(FrameSource frames, int index) {
        FrameRecord record = frames.record(index);
        if (record.segmentation() == null || record.classes() == null) {
            return;
        }
        if (!record.classes().equals(description.classes())) {
            throw new DataException("frame " + record.id() + " is annotated in the class space " + record.classes()
                    + ", but the store " + path() + " is in " + description.classes()
                    + "; map the annotation, or choose the other store");
        }
        ClassSpace annotated = frames.classSpace(index);
        ClassSpace labels = classSpace();
        if (annotated != null && labels != null && !annotated.names().equals(labels.names())) {
            throw new DataException("frame " + record.id() + " and the store " + path()
                    + " have class spaces of one name, " + record.classes() + ", and of different classes, "
                    + annotated.names() + " and " + labels.names()
                    + "; label again with the annotation's class space file");
        }
    }

    public StoreTotals totals() {
        return totals;
    }

    /** The folder. */
    public Path path() {
        return layout.root();
    }

    /** Labelled frames in manifest order. */
    public List<String> ids() {
        return ids;
    }

    /** Those frames of a source that this store has labelled, in the source's order. */
    public FrameSource labelled(FrameSource frames) {
        return frames.where(index -> contains(frames.record(index).id()));
    }

    public boolean contains(String id) {
        return places.containsKey(id);
    }

    /** @throws DataException if the frame is not in the store or its shard is damaged */
    public Evidence get(String id) {
        return get(id, EvidencePlanes.ALL);
    }

    /**
     * As {@link #get(String)} with only the {@code topK} most probable classes of each pixel, which is faster.
     *
     * @param topK 1 to what the store keeps; without meaning for a store of depth alone
     */
    public Evidence get(String id, int topK) {
        if (description.hasSegmentation() && (topK < 1 || topK > description.topK())) {
            throw new IllegalArgumentException("top " + topK + " of a store that keeps " + description.topK());
        }
        return get(id, new EvidencePlanes(Math.max(1, topK), true, true, true, true));
    }

    /**
     * As {@link #get(String)} with only some of the planes: a label map alone takes a third of the time of everything.
     */
    public Evidence get(String id, EvidencePlanes planes) {
        Place place = place(id);
        ShardRecord record = shards.get(place.shard());
        return open.use(
                layout.evidence(record),
                record.evidence(),
                shard -> new FrameReader(shard, directory(place, shard).frame(place.line()), description).read(planes));
    }

    /** The index line of a frame. @throws DataException as {@link #get(String)} */
    public FrameSummary summary(String id) {
        Place place = place(id);
        return ShardIndex.parse(index(place), line(place));
    }

    private ShardDirectory directory(Place place, ShardFile file) {
        int frames = (int) shards.get(place.shard()).totals().frames();
        return directories.get(
                place.shard(), frames, () -> ShardDirectory.of(file, heads(index(place), frames), description));
    }

    private static List<IndexHead> heads(Path index, int frames) {
        List<IndexHead> heads = new ArrayList<>();
        ShardIndex.lines(index).forEach(line -> heads.add(ShardIndex.head(index, line)));
        if (heads.size() != frames) {
            throw new DataException(index + ": has changed since the store was opened, open it again");
        }
        return heads;
    }

    private Path index(Place place) {
        return layout.index(shards.get(place.shard()));
    }

    private String line(Place place) {
        Path index = index(place);
        List<String> lines = recentIndexes.computeIfAbsent(place.shard(), shard -> ShardIndex.lines(index));
        if (place.line() >= lines.size()) {
            throw new DataException(index + ": has become shorter since the store was opened");
        }
        return lines.get(place.line());
    }

    /** Index lines in manifest order, a shard at a time as they are asked for. */
    public Stream<FrameSummary> summaries() {
        return shards.stream().flatMap(shard -> ShardIndex.summaries(layout.index(shard)).stream());
    }

    /** Sums over all index lines; reads no pixels. */
    public StoreStatistics statistics() {
        StoreStatistics statistics = new StoreStatistics();
        summaries().forEach(statistics::add);
        return statistics;
    }

    /** The frames that could not be labelled, in manifest order. */
    public List<QuarantinedFrame> quarantined() {
        List<QuarantinedFrame> frames = new ArrayList<>();
        for (ShardRecord shard : shards) {
            if (shard.quarantine() != null) {
                Path file = layout.quarantine(shard);
                ShardIndex.lines(file)
                        .forEach(line -> frames.add(StoreJson.read(line, QuarantinedFrame.class, file.toString())));
            }
        }
        return frames;
    }

    private Place place(String id) {
        @Nullable Place place = places.get(id);
        if (place == null) {
            throw new DataException(layout.root() + ": frame " + id + " is not in the store"
                    + (Files.isDirectory(layout.quarantineFolder()) ? " (it may be in quarantine)" : "")
                    + "; label it, or leave it out");
        }
        return place;
    }

    @Override
    public void close() {
        open.close();
    }

    /** @param shard number in {@link #shards} */
    private record Place(int shard, int line) {}

    /** The index lines of the shards that were asked for last. */
    private static final class RecentIndexes extends java.util.LinkedHashMap<Integer, List<String>> {
        RecentIndexes() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, List<String>> eldest) {
            return size() > OPEN_SHARDS;
        }
    }

    /** The shards that were used last, kept open; what lies elsewhere is copied to the local disk as long as it is. */
    private static final class OpenShards implements AutoCloseable {
        private final int capacity;
        private final Map<Path, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
        private boolean closed;

        OpenShards(int capacity) {
            this.capacity = capacity;
        }

        /** @param expected what the shard's record says of the file */
        <T> T use(Path path, StoredFile expected, Function<ShardFile, T> action) {
            Entry entry = acquire(path);
            try {
                return action.apply(entry.file(path, expected));
            } finally {
                release(entry);
            }
        }

        private synchronized Entry acquire(Path path) {
            if (closed) {
                throw new IllegalStateException("the label store is closed");
            }
            Entry entry = entries.get(path);
            if (entry == null) {
                entry = new Entry();
                entries.put(path, entry);
                evict(capacity);
            }
            entry.users++;
            return entry;
        }

        private synchronized void release(Entry entry) {
            entry.users--;
            if (entry.evicted && entry.users == 0) {
                entry.close();
            }
        }

        /** A shard that is being read is closed by its last reader. */
        private void evict(int keep) {
            Iterator<Entry> oldest = entries.values().iterator();
            while (entries.size() > keep) {
                Entry entry = oldest.next();
                oldest.remove();
                entry.evicted = true;
                if (entry.users == 0) {
                    entry.close();
                }
            }
        }

        @Override
        public synchronized void close() {
            closed = true;
            evict(0);
        }

        private static final class Entry {
            private @Nullable ShardFile file;
            private int users;
            private boolean evicted;

            /**
             * Opened outside of the common lock, since that may mean to bring it here. Where it fails, the next one
             * tries again.
             */
            synchronized ShardFile file(Path path, StoredFile expected) {
                if (file == null) {
                    file = new ShardFile(path, expected);
                }
                return file;
            }

            synchronized void close() {
                if (file != null) {
                    file.close();
                }
            }
        }
    }

    /**
     * One line of {@code quarantine/<shard-id>.jsonl}: a frame that could not be labelled.
     *
     * @param reason one line
     * @param errorClass simple name of the exception
     */
    public record QuarantinedFrame(String id, String reason, String errorClass) {}
}
