package dev.understudy.pipeline;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.PathText;
import dev.understudy.dataset.evidence.DepthEvidence;
import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.files.DataException;
import dev.understudy.files.Sha256;
import dev.understudy.store.LabelStore;
import dev.understudy.store.ShardPlan;
import dev.understudy.store.StoreDescription;
import dev.understudy.store.StoreDescription.Derivation;
import dev.understudy.store.StoreDescription.ExpertIdentity;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Stores of segmentation in one class space, of which another is made. They are {@link SharedStores}: who is done
 * with the job closes those.
 *
 * @param paths absolute, as executors open them
 */
public record ParentStores(List<String> paths, List<LabelStore> stores) {
    private static final EvidencePlanes DEPTH = new EvidencePlanes(1, false, false, true);

    public ParentStores {
        paths = List.copyOf(paths);
        stores = List.copyOf(stores);
    }

    /**
     * @param command that asks, for messages
     * @throws ConfigurationException if the stores do not go together
     * @throws DataException if one cannot be read
     */
    public static ParentStores open(List<Path> folders, String command) {
        List<String> paths = folders.stream().map(ParentStores::absolute).toList();
        List<LabelStore> stores = SharedStores.open(paths);
        requireOneKind(stores, command);
        return new ParentStores(paths, stores);
    }

    /** As executors are told of a path. */
    public static String absolute(Path path) {
        return path.toAbsolutePath().normalize().toString();
    }

    private static void requireOneKind(List<LabelStore> stores, String command) {
        LabelStore first = stores.get(0);
        for (LabelStore store : stores) {
            StoreDescription one = store.description();
            if (!one.hasSegmentation()) {
                throw new ConfigurationException(
                        store.path() + ": holds depth alone; " + command + " needs stores of segmentation");
            }
            if (!String.valueOf(one.classes()).equals(first.description().classes())
                    || one.numberOfClasses() != first.description().numberOfClasses()) {
                throw new ConfigurationException(store.path() + ": its class space is " + one.classes() + ", that of "
                        + first.path() + " " + first.description().classes()
                        + "; label with both experts into one class space (--map-to)");
            }
            if (!space(store).names().equals(space(first).names())) {
                throw new ConfigurationException(store.path() + ": its class space " + one.classes()
                        + " has other classes than that of " + first.path() + ", "
                        + space(store).names() + " and " + space(first).names()
                        + "; label both with one class space file");
            }
        }
    }

    private static ClassSpace space(LabelStore store) {
        return Objects.requireNonNull(store.classSpace());
    }

    /** That all stores are in. */
    public ClassSpace classSpace() {
        return space(stores.get(0));
    }

    /** The frames that are in all stores. @throws DataException if there are none */
    public List<FrameRecord> common(Manifest manifest, Path named) {
        List<FrameRecord> frames = manifest.frames().stream()
                .filter(frame -> stores.stream().allMatch(store -> store.contains(frame.id())))
                .toList();
        if (frames.isEmpty()) {
            throw new DataException(named + ": none of " + manifest.size() + " frames is in "
                    + stores.stream().map(LabelStore::path).toList() + "; name the manifest that was labelled");
        }
        return frames;
    }

    public List<StoreDescription> descriptions() {
        return stores.stream().map(LabelStore::description).toList();
    }

    public List<String> fingerprints() {
        return descriptions().stream()
                .map(parent -> parent.fingerprint().digest())
                .toList();
    }

    /** Classes a pixel that the fullest of the stores keeps. */
    public int topK() {
        return descriptions().stream().mapToInt(StoreDescription::topK).max().orElseThrow();
    }

    /** Classes that a store's expert can say, rising. */
    public static int[] known(StoreDescription store) {
        List<Integer> known = store.knownClasses();
        return known == null
                ? IntStream.range(0, store.numberOfClasses()).toArray()
                : known.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Classes that some of the experts can say; null = all. */
    public @Nullable List<Integer> known() {
        TreeSet<Integer> known = new TreeSet<>();
        for (StoreDescription parent : descriptions()) {
            if (parent.knownClasses() == null) {
                return null;
            }
            known.addAll(parent.knownClasses());
        }
        return List.copyOf(known);
    }

    /**
     * What a store that is made of these says of itself.
     *
     * @param method with all that its evidence depends on, canonical
     */
    public StoreDescription derived(ShardPlan plan, @Nullable List<Integer> knownClasses, String method) {
        List<StoreDescription> parents = descriptions();
        StoreDescription first = parents.get(0);
        String architectures =
                parents.stream().map(parent -> parent.expert().architecture()).collect(Collectors.joining(" + "));
        boolean alone = parents.size() == 1;
        return first.with(store -> store.tasks(
                        parents.stream().anyMatch(StoreDescription::hasDepth)
                                ? List.of(Task.SEGMENTATION, Task.DEPTH)
                                : List.of(Task.SEGMENTATION))
                .classMap(alone ? first.classMap() : "of the parents")
                .knownClasses(knownClasses)
                .expert(
                        alone
                                ? first.expert()
                                : new ExpertIdentity(
                                        architectures, Sha256.of(fingerprints().toString())))
                .engine(alone ? first.engine() : null)
                .preprocessing(alone ? first.preprocessing() : "of the parents")
                .views(alone ? first.views() : List.of("of the parents"))
                .topK(topK())
                .shardSize(plan.shardSize())
                .plan(plan.digest())
                .calibration(null)
                .derivation(new Derivation(fingerprints(), method)));
    }

    /** The depth of the first store that has some. */
    public static @Nullable DepthEvidence depth(List<LabelStore> stores, String id) {
        return stores.stream()
                .filter(store -> store.description().hasDepth())
                .findFirst()
                .map(store -> store.get(id, DEPTH).depth())
                .orElse(null);
    }

    /**
     * The stores that a job reads, opened once a JVM: that takes reading the index of every shard. Safe for several
     * threads.
     */
    public static final class SharedStores {
        private static @Nullable List<String> openPaths;
        private static List<LabelStore> open = List.of();

        private SharedStores() {}

        /** They stay open until others are asked for, since more tasks will come. */
        public static synchronized List<LabelStore> open(List<String> paths) {
            if (!paths.equals(openPaths)) {
                close();
                open = paths.stream()
                        .map(path -> LabelStore.open(PathText.parse(path)))
                        .toList();
                openPaths = List.copyOf(paths);
            }
            return open;
        }

        /** When a job of this JVM is over: the next one may find the stores changed. */
        public static synchronized void close() {
            openPaths = null;
            open.forEach(LabelStore::close);
            open = List.of();
        }
    }
}
