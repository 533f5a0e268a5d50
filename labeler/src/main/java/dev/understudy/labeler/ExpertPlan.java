package dev.understudy.labeler;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.ClassSpace.ClassMap;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.labeler.CardExpert.DepthConversion;
import dev.understudy.model.checkpoint.CheckpointException;
import dev.understudy.model.checkpoint.CheckpointReader;
import dev.understudy.model.checkpoint.CheckpointReader.CheckpointFile;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.engine.Precision;
import dev.understudy.model.inference.ClassMerge;
import dev.understudy.model.inference.InferenceNetwork;
import dev.understudy.model.inference.Interpolation;
import dev.understudy.model.inference.NetworkPredictor;
import dev.understudy.model.inference.PictureNetwork;
import dev.understudy.model.inference.Preprocessing;
import dev.understudy.model.inference.Preprocessing.InputNormalisation;
import dev.understudy.model.inference.View;
import dev.understudy.model.network.Architecture;
import dev.understudy.model.network.Heads;
import dev.understudy.model.network.NetworkWeights;
import dev.understudy.store.ShardPlan;
import dev.understudy.store.StoreDescription;
import dev.understudy.store.StoreDescription.ExpertIdentity;
import dev.understudy.store.StoreDescriptionBuilder;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An expert as its configuration and its file together say, before its network is built: everything that its evidence
 * depends on.
 *
 * @param tasks whose answers are kept: segmentation, depth or both, in that order
 * @param labels class space of the labels; null without segmentation
 * @param merge from the network's outputs to {@code labels}; null without segmentation
 * @param classMap {@code merge} in canonical form
 * @param topK classes kept per pixel; 0 without segmentation
 * @param preprocessing canonical
 * @param interpolation of the network's answers
 * @param depth what its depth means
 * @param identity of the network and its file
 * @param engine that runs it, with its version and precision, canonical
 * @param network builds it
 */
@RecordBuilder
public record ExpertPlan(
        List<Task> tasks,
        @Nullable ClassSpace labels,
        @Nullable ClassMerge merge,
        String classMap,
        int topK,
        String preprocessing,
        Interpolation interpolation,
        DepthConversion depth,
        List<View> views,
        String device,
        ExpertIdentity identity,
        String engine,
        NetworkRecipe network) {
    private static final Set<Task> STORABLE = Set.of(Task.SEGMENTATION, Task.DEPTH);

    public ExpertPlan {
        tasks = List.copyOf(tasks);
        views = List.copyOf(views);
    }

    /**
     * Reads the expert's file, and builds nothing.
     *
     * @throws ConfigurationException if the configuration asks for what the network cannot do
     * @throws dev.understudy.files.DataException if the file cannot be read, or does not fit what is said of it
     */
    public static ExpertPlan of(ExpertConfiguration configuration) {
        Path card = configuration.card();
        return card == null ? BuiltInExpert.plan(configuration) : of(configuration, ExpertCard.load(card));
    }

    /** With a card that was read before; the configuration's says only where. */
    public static ExpertPlan of(ExpertConfiguration configuration, ExpertCard card) {
        if (card.network().architecture() == null) {
            return CardExpert.plan(configuration, card);
        }
        return BuiltInExpert.plan(configuration.builtIn(card));
    }

    /**
     * @param wanted null = all
     * @param possible what the network answers
     * @param file for the message
     */
    static List<Task> tasks(@Nullable List<Task> wanted, List<Task> possible, Path file) {
        List<Task> storable = possible.stream().filter(STORABLE::contains).toList();
        List<Task> kept = wanted == null ? storable : wanted;
        if (!storable.containsAll(kept) || kept.isEmpty()) {
            throw new ConfigurationException("tasks: " + keys(kept) + ", expected some of " + keys(storable)
                    + ", which " + file + " has heads for and the store keeps");
        }
        return storable.stream().filter(kept::contains).toList();
    }

    private static List<String> keys(List<Task> tasks) {
        return tasks.stream().map(Task::key).toList();
    }

    /** Classes that a pixel can have; that it has none may be among what competes, and is not counted. */
    static int most(ClassMerge merge) {
        return known(merge).size();
    }

    private static List<Integer> known(ClassMerge merge) {
        return Arrays.stream(merge.target())
                .filter(target -> target != LabelMap.IGNORE)
                .sorted()
                .distinct()
                .boxed()
                .toList();
    }

    /** Indices of the labels' classes that the expert can say, rising; null = all, or no segmentation. */
    public @Nullable List<Integer> knownClasses() {
        if (labels == null || merge == null || most(merge) == labels.size()) {
            return null;
        }
        return known(merge);
    }

    public PictureNetwork build(int threads) {
        return network.build(device, threads);
    }

    /** SHA-256 of the network's file, lower-case hexadecimal. */
    public String checkpointSha256() {
        return identity.checkpointSha256();
    }

    /**
     * Digest of all that its evidence depends on, the file and the card too; the same for every store that it writes.
     */
    public String fingerprint() {
        return describe(ShardPlan.of(List.of(), 1)).fingerprint().digest();
    }

    /** What a store that this expert writes says of itself. */
    public StoreDescription describe(ShardPlan plan) {
        return describe(plan, 1);
    }

    /**
     * As {@link #describe(ShardPlan)}, where it is shown several frames at once.
     *
     * @param batch of frames; with more than one, rounding may differ, so it is part of the fingerprint
     */
    public StoreDescription describe(ShardPlan plan, int batch) {
        return StoreDescriptionBuilder.builder()
                .formatVersion(StoreDescription.FORMAT_VERSION)
                .tasks(tasks)
                .classes(labels == null ? null : labels.name())
                .numberOfClasses(labels == null ? 0 : labels.size())
                .ownClasses(labels == null ? null : StoreDescription.ownClasses(labels))
                .classMap(classMap)
                .knownClasses(knownClasses())
                .expert(identity)
                .engine(batch == 1 ? engine : engine + ", batches of " + batch)
                .preprocessing(preprocessing)
                .views(views.stream().map(ExpertPlan::canonical).toList())
                .topK(topK)
                .shardSize(plan.shardSize())
                .plan(plan.digest())
                .build();
    }

    private static String canonical(View view) {
        return "scale " + view.scale() + (view.mirrored() ? " mirrored" : "");
    }

    /**
     * How to build an expert's network: the dear part, which all tasks of a JVM share. Building twice gives equal
     * networks.
     */
    @FunctionalInterface
    public interface NetworkRecipe {
        /**
         * @param device {@code cpu}, {@code gpu} or {@code gpu:<n>}
         * @param threads that one call of the network may use
         */
        PictureNetwork build(String device, int threads);
    }

    /** Plans experts of the built-in architectures. */
    private static final class BuiltInExpert {
        private static final Logger LOG = LoggerFactory.getLogger(BuiltInExpert.class);

        private BuiltInExpert() {}

        static ExpertPlan plan(ExpertConfiguration configuration) {
            Architecture architecture = Architecture.parse(Objects.requireNonNull(configuration.architecture()));
            CheckpointFile file = CheckpointReader.inspect(Objects.requireNonNull(configuration.checkpoint()));
            // Windows onto the file, so hardly any memory.
            NetworkWeights weights = weights(architecture, file);
            Heads heads = weights.heads();
            List<Task> tasks = ExpertPlan.tasks(configuration.tasks(), heads.tasks(), file.path());
            NetworkWeights asked = weights.only(tasks);
            Preprocessing preprocessing = preprocessing(configuration, architecture);
            Precision precision = configuration.precision().ofBuiltIn();
            ExpertPlanBuilder plan = ExpertPlanBuilder.builder()
                    .tasks(tasks)
                    .classMap("none")
                    .topK(0)
                    .preprocessing(preprocessing.toString())
                    .interpolation(preprocessing.interpolation())
                    .depth(DepthConversion.MAGNITUDE)
                    .views(configuration.views())
                    .device(configuration.device())
                    .identity(new ExpertIdentity(architecture.key(), file.sha256()))
                    .engine("own networks on libtorch " + NativeEngine.version() + ", " + precision.key())
                    .network((device, threads) -> new NetworkPredictor(
                            InferenceNetwork.of(asked, NativeEngine.start(device), threads, precision),
                            preprocessing,
                            threads));
            if (tasks.contains(Task.SEGMENTATION)) {
                Labels labels = Labels.of(configuration, file.path(), architecture, heads);
                plan.labels(labels.space)
                        .merge(labels.merge)
                        .classMap(labels.canonical)
                        .topK(Math.min(configuration.topK(), ExpertPlan.most(labels.merge)));
            }
            return plan.build();
        }

        private static NetworkWeights weights(Architecture architecture, CheckpointFile file) {
            try {
                NetworkWeights weights =
                        NetworkWeights.of(architecture, file.checkpoint().normalised());
                weights.notes().forEach(note -> LOG.warn("{}: {}", file.path(), note));
                return weights;
            } catch (CheckpointException e) {
                throw e.about(file.path().toString());
            }
        }

        private static Preprocessing preprocessing(ExpertConfiguration configuration, Architecture architecture) {
            Preprocessing usual =
                    architecture == Architecture.MT_LW_REFINENET ? Preprocessing.STUDENT : Preprocessing.EXPERT;
            Interpolation interpolation = configuration.interpolation();
            InputNormalisation normalisation = configuration.normalisation();
            Preprocessing resized = interpolation == null ? usual : usual.with(interpolation);
            return normalisation == null ? resized : resized.with(normalisation);
        }

        /** How the outputs of a segmentation head become labels. */
        private record Labels(ClassSpace space, ClassMerge merge, String canonical) {
            static Labels of(ExpertConfiguration configuration, Path file, Architecture architecture, Heads heads) {
                ClassSpace outputs = ClassSpace.load(outputs(configuration, file, architecture, heads));
                if (outputs.size() != heads.classes()) {
                    throw new ConfigurationException("classes: " + outputs.name() + " has " + outputs.size()
                            + " classes, but " + file + " has " + heads.classes()
                            + " outputs; name the class space that it was trained for");
                }
                if (configuration.mapTo() == null) {
                    return new Labels(outputs, ClassMerge.none(outputs.size()), "identity");
                }
                ClassSpace target = ClassSpace.load(configuration.mapTo());
                ClassMap map = outputs.mapTo(target);
                int[] table = IntStream.range(0, outputs.size()).map(map::apply).toArray();
                return new Labels(
                        target,
                        new ClassMerge(table),
                        outputs.name() + " to " + target.name() + " " + Arrays.toString(table));
            }

            /** The classes that the authors' own files have need not be named. */
            private static String outputs(
                    ExpertConfiguration configuration, Path file, Architecture architecture, Heads heads) {
                if (configuration.classes() != null) {
                    return configuration.classes();
                }
                if (heads.classes() != architecture.usualHeads().classes()) {
                    throw new ConfigurationException(file + ": has " + heads.classes() + " classes where "
                            + architecture.key() + " usually has "
                            + architecture.usualHeads().classes() + "; name their class space with --classes");
                }
                return architecture == Architecture.WIDE_RESNET_38 ? "cityscapes19" : "nyud40";
            }
        }
    }
}
