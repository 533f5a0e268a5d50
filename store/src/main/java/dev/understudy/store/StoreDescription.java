package dev.understudy.store;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.ClassSpace.SemanticClass;
import dev.understudy.files.DataException;
import dev.understudy.store.FrameSummary.SegmentationSummary;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code store.json}: what a label store holds and what made it.
 *
 * @param formatVersion of the store, {@link #FORMAT_VERSION} when written by this program
 * @param tasks what the evidence speaks of: segmentation, depth or both, in that order
 * @param classes name of the class space of the labels; null without segmentation
 * @param numberOfClasses 1–255; 0 without segmentation
 * @param ownClasses names and colours of {@code classes} in index order, where that is a space of a user's own; null =
 *     a built-in one, or a store of before they were written down
 * @param classMap how the expert's classes become those of {@code classes}, in a canonical form of the caller's;
 *     {@code identity} when they are the same
 * @param knownClasses indices of {@code classes} that the expert can say, rising; null = all of them
 * @param engine what runs the expert, with its version and precision, and how many frames it is shown at once if
 *     several, canonical; null = {@link #FIRST_ENGINE}, as before it was written down, or the evidence of several
 *     experts
 * @param preprocessing what is done to a picture before the expert sees it, canonical
 * @param views test-time views in order, canonical; one entry when there is only the frame itself
 * @param topK classes kept per pixel; 0 without segmentation
 * @param shardSize frames a shard
 * @param plan {@link ShardPlan#digest()} of the frames that are labelled
 * @param calibration null until the store is calibrated
 * @param derivation what other stores this one was made of, and how; null for what experts said
 */
@RecordBuilder
public record StoreDescription(
        int formatVersion,
        List<Task> tasks,
        @Nullable String classes,
        int numberOfClasses,
        @Nullable List<OwnClass> ownClasses,
        String classMap,
        @Nullable List<Integer> knownClasses,
        ExpertIdentity expert,
        @Nullable String engine,
        String preprocessing,
        List<String> views,
        int topK,
        int shardSize,
        String plan,
        @Nullable Calibration calibration,
        @Nullable Derivation derivation)
        implements StoreDescriptionBuilder.With, Serializable {
    /**
     * Since version 2 the last step of a probability or an entropy may differ from what version 1 has, so that one is
     * not gone on with by the other; they are laid out alike and read alike.
     */
    public static final int FORMAT_VERSION = 2;

    /** The oldest version that is read. */
    static final int OLDEST_VERSION = 1;

    /**
     * What ran the networks of this program's own before that was written down. It is left out of the fingerprint, so
     * that what was begun then can be gone on with as long as that still runs them.
     */
    public static final String FIRST_ENGINE = "own networks on libtorch 2.7.1, float32";

    /** In words it would be another fingerprint, and every store of depth alone another store. */
    private static final String NO_CLASSES = "null (0)";

    public StoreDescription {
        tasks = List.copyOf(tasks);
        views = List.copyOf(views);
        knownClasses = knownClasses == null ? null : checked(knownClasses, numberOfClasses);
        ownClasses = ownClasses == null ? null : List.copyOf(ownClasses);
        if (tasks.isEmpty() || tasks.contains(Task.NORMALS)) {
            throw new IllegalArgumentException("a label store keeps segmentation, depth or both, not " + tasks);
        }
        boolean segmentation = tasks.contains(Task.SEGMENTATION);
        if (segmentation
                && (classes == null
                        || numberOfClasses < 1
                        || numberOfClasses > 255
                        || topK < 1
                        || topK > numberOfClasses)) {
            throw new IllegalArgumentException(
                    "top " + topK + " of " + numberOfClasses + " classes of space " + classes
                            + ": expected a class space of 1 to 255 classes and a top-k of at least 1 and at most their number");
        }
        if (!segmentation && (classes != null || numberOfClasses != 0 || topK != 0)) {
            throw new IllegalArgumentException("classes in a store without segmentation");
        }
        if (ownClasses != null && ownClasses.size() != numberOfClasses) {
            throw new IllegalArgumentException(ownClasses.size() + " names of " + numberOfClasses + " classes");
        }
        if (views.isEmpty()) {
            throw new IllegalArgumentException("no test-time view; the frame itself counts as one");
        }
        if (shardSize < 1) {
            throw new IllegalArgumentException("shard size " + shardSize + ", expected at least 1");
        }
    }

    private static List<Integer> checked(List<Integer> known, int numberOfClasses) {
        int last = -1;
        for (int index : known) {
            if (index <= last || index >= numberOfClasses) {
                throw new IllegalArgumentException(
                        "known classes " + known + ", expected rising indices below " + numberOfClasses);
            }
            last = index;
        }
        return List.copyOf(known);
    }

    /**
     * A class of a user's own space, as the space's file has it.
     *
     * @param colour red, green and blue, 0–255 each
     */
    public record OwnClass(String name, List<Integer> colour) implements Serializable {
        public OwnClass {
            colour = List.copyOf(colour);
            if (name.isBlank() || colour.size() != 3 || colour.stream().anyMatch(part -> part < 0 || part > 255)) {
                throw new IllegalArgumentException(
                        "class '" + name + "' in colour " + colour + ", expected a name and three numbers of 0 to 255");
            }
        }

        private static OwnClass of(SemanticClass one) {
            return new OwnClass(one.name(), List.of(one.colour() >> 16, one.colour() >> 8 & 0xFF, one.colour() & 0xFF));
        }

        private SemanticClass semantic() {
            return new SemanticClass(name, colour.get(0) << 16 | colour.get(1) << 8 | colour.get(2));
        }
    }

    /** {@link #ownClasses} of a space; null for a built-in one. */
    public static @Nullable List<OwnClass> ownClasses(ClassSpace space) {
        return space.isBuiltIn()
                ? null
                : space.classes().stream().map(OwnClass::of).toList();
    }

    /**
     * The class space of the labels, wherever the store was made; null without segmentation.
     *
     * @throws DataException if neither the store nor this program knows its classes
     */
    public @Nullable ClassSpace classSpace() {
        if (classes == null) {
            return null;
        }
        if (ownClasses != null) {
            return new ClassSpace(
                    classes, ownClasses.stream().map(OwnClass::semantic).toList(), Map.of(), Map.of());
        }
        ClassSpace known = builtIn(classes);
        if (known.size() != numberOfClasses) {
            throw new DataException("found labels of " + numberOfClasses + " classes, expected the " + known.size()
                    + " of " + classes + "; label the frames again");
        }
        return known;
    }

    private static ClassSpace builtIn(String name) {
        try {
            return ClassSpace.load(name);
        } catch (ConfigurationException e) {
            throw new DataException(
                    "labels are in the class space '" + name
                            + "', which is not built in, and store.json has no ownClasses;"
                            + " give the same label command once more, it adds them and labels nothing anew",
                    e);
        }
    }

    /**
     * How a store was made of others.
     *
     * @param parents fingerprints of the other stores, in the order in which they were given
     * @param method with all that the evidence depends on, canonical
     */
    public record Derivation(List<String> parents, String method) implements Serializable {
        public Derivation {
            parents = List.copyOf(parents);
            if (parents.isEmpty()) {
                throw new IllegalArgumentException("a derived store without parents");
            }
        }
    }

    /**
     * What evidence depends on. The plan and the shard size are not part of it: they say which frames, not what of
     * them.
     */
    public Fingerprint fingerprint() {
        TreeMap<String, String> parts = new TreeMap<>();
        parts.put("format version", Integer.toString(formatVersion));
        parts.put("tasks", tasks.stream().map(Task::key).toList().toString());
        parts.put("class space", classes == null ? NO_CLASSES : classes + " (" + numberOfClasses + ")");
        parts.put("class map", classMap);
        parts.put("expert architecture", expert.architecture());
        parts.put("expert checkpoint", expert.checkpointSha256());
        if (engine != null && !engine.equals(FIRST_ENGINE)) {
            parts.put("engine", engine);
        }
        parts.put("preprocessing", preprocessing);
        parts.put("test-time views", views.toString());
        parts.put("top-k", Integer.toString(topK));
        if (derivation != null) {
            parts.put("parents", derivation.parents().toString());
            parts.put("derivation", derivation.method());
        }
        return new Fingerprint(parts);
    }

    /** The value of a part of the fingerprint, as people read it. */
    public static String inWords(String value) {
        return value.equals(NO_CLASSES) ? "none" : value;
    }

    public boolean hasSegmentation() {
        return tasks.contains(Task.SEGMENTATION);
    }

    /** Whether the evidence of several views was put together, so that each pixel's number of views is kept. */
    public boolean hasViews() {
        return derivation != null && hasSegmentation();
    }

    public boolean hasDepth() {
        return tasks.contains(Task.DEPTH);
    }

    /**
     * How an expert's stored probabilities become honest ones.
     *
     * @param method {@code temperature}, {@code class-temperature} or {@code isotonic}
     * @param parameters the method's numbers by name
     */
    public record Calibration(String method, Map<String, List<Double>> parameters) implements Serializable {
        public Calibration {
            TreeMap<String, List<Double>> ordered = new TreeMap<>();
            parameters.forEach((name, values) -> ordered.put(name, List.copyOf(values)));
            parameters = java.util.Collections.unmodifiableMap(ordered);
        }
    }

    /**
     * Who labelled.
     *
     * @param architecture for example {@code lw-refinenet152}
     * @param checkpointSha256 of the checkpoint file's bytes, lower-case hexadecimal
     */
    public record ExpertIdentity(String architecture, String checkpointSha256) implements Serializable {
        public ExpertIdentity {
            if (architecture.isBlank()) {
                throw new IllegalArgumentException("an expert without an architecture");
            }
            if (!checkpointSha256.matches("[0-9a-f]{64}")) {
                throw new IllegalArgumentException(
                        "'" + checkpointSha256 + "' is no SHA-256 in lower-case hexadecimal");
            }
        }
    }

    /**
     * Sums over frames.
     *
     * @param frames labelled
     * @param quarantined frames that could not be labelled
     * @param pixels of the labelled frames
     * @param classPixels most probable class → number of pixels; empty without segmentation
     * @param confidenceSum p·255 of the most probable class, summed over pixels; 0 without segmentation
     */
    public record StoreTotals(
            long frames, long quarantined, long pixels, SortedMap<Integer, Long> classPixels, long confidenceSum)
            implements Serializable {
        public static final StoreTotals NONE = new StoreTotals(0, 0, 0, new TreeMap<>(), 0);

        public StoreTotals {
            classPixels = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(classPixels));
        }

        /** Of one labelled frame. */
        static StoreTotals of(FrameSummary frame) {
            TreeMap<Integer, Long> classes = new TreeMap<>();
            SegmentationSummary segmentation = frame.segmentation();
            if (segmentation != null) {
                segmentation.confidence().forEach((index, histogram) -> classes.put(index, histogram.total()));
            }
            return new StoreTotals(
                    1,
                    0,
                    (long) frame.width() * frame.height(),
                    classes,
                    segmentation == null ? 0 : segmentation.confidenceSum());
        }

        public StoreTotals plus(StoreTotals other) {
            TreeMap<Integer, Long> classes = new TreeMap<>(classPixels);
            other.classPixels.forEach((index, count) -> classes.merge(index, count, Long::sum));
            return new StoreTotals(
                    frames + other.frames,
                    quarantined + other.quarantined,
                    pixels + other.pixels,
                    classes,
                    confidenceSum + other.confidenceSum);
        }

        /** Mean probability of the most probable class over all pixels, 0–1; 0 when there are none. */
        public double meanConfidence() {
            return pixels == 0 ? 0 : confidenceSum / (255.0 * pixels);
        }
    }
}
