package dev.understudy.labeler;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.classes.ClassMap;
import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.store.ExpertIdentity;
import dev.understudy.dataset.store.ShardPlan;
import dev.understudy.dataset.store.StoreDescription;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.CheckpointException;
import dev.understudy.model.checkpoint.CheckpointFile;
import dev.understudy.model.checkpoint.CheckpointReader;
import dev.understudy.model.inference.ClassMerge;
import dev.understudy.model.inference.InputNormalisation;
import dev.understudy.model.inference.Interpolation;
import dev.understudy.model.inference.Preprocessing;
import dev.understudy.model.inference.View;
import dev.understudy.model.network.Architecture;
import dev.understudy.model.network.Heads;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * An expert as its configuration and its checkpoint file together say, before its network is built: everything that its
 * evidence depends on.
 *
 * @param heads all that the file has
 * @param tasks whose answers are kept: segmentation, depth or both, in that order
 * @param labels class space of the labels; null without segmentation
 * @param merge from the network's outputs to {@code labels}; null without segmentation
 * @param classMap {@code merge} in canonical form
 * @param topK classes kept per pixel; 0 without segmentation
 * @param checkpoint windows onto the file, so hardly any memory
 */
public record ExpertPlan(
        Architecture architecture,
        Heads heads,
        List<Task> tasks,
        @Nullable ClassSpace labels,
        @Nullable ClassMerge merge,
        String classMap,
        int topK,
        Preprocessing preprocessing,
        List<View> views,
        String device,
        Checkpoint checkpoint,
        String checkpointSha256) {

    private static final Set<Task> STORABLE = Set.of(Task.SEGMENTATION, Task.DEPTH);

    /**
     * Reads the checkpoint file, and builds nothing.
     *
     * @throws ConfigurationException if the configuration asks for what the network cannot do
     * @throws CheckpointException if the file cannot be read or is of another architecture
     */
    public static ExpertPlan of(ExpertConfiguration configuration) {
        Architecture architecture = Architecture.parse(configuration.architecture());
        CheckpointFile file = CheckpointReader.inspect(configuration.checkpoint());
        Checkpoint checkpoint = file.checkpoint().normalised();
        Heads heads = architecture
                .headsIn(checkpoint)
                .orElseThrow(() -> new CheckpointException(file.path() + ": " + misfit(architecture, checkpoint)));
        architecture.graph(heads).check(checkpoint);
        List<Task> tasks = tasks(configuration, heads);
        Labels labels = tasks.contains(Task.SEGMENTATION) ? Labels.of(configuration, architecture, heads) : null;
        return new ExpertPlan(
                architecture,
                heads,
                tasks,
                labels == null ? null : labels.space,
                labels == null ? null : labels.merge,
                labels == null ? "none" : labels.canonical,
                labels == null ? 0 : Math.min(configuration.topK(), labels.most()),
                preprocessing(configuration, architecture),
                configuration.views(),
                configuration.device(),
                checkpoint,
                file.sha256());
    }

    private static String misfit(Architecture wanted, Checkpoint checkpoint) {
        return "has no head of " + wanted.key() + "; "
                + Architecture.guess(checkpoint)
                        .map(guess ->
                                "the file seems to be " + guess.architecture().key())
                        .orElse("see what it is with 'understudy checkpoint inspect'");
    }

    private static List<Task> tasks(ExpertConfiguration configuration, Heads heads) {
        List<Task> possible = heads.tasks().stream().filter(STORABLE::contains).toList();
        List<Task> wanted = configuration.tasks() == null ? possible : configuration.tasks();
        if (!possible.containsAll(wanted) || wanted.isEmpty()) {
            throw new ConfigurationException("tasks: " + keys(wanted) + ", expected some of " + keys(possible)
                    + ", which " + configuration.checkpoint() + " has heads for and the store keeps");
        }
        return possible.stream().filter(wanted::contains).toList();
    }

    private static List<String> keys(List<Task> tasks) {
        return tasks.stream().map(Task::key).toList();
    }

    private static Preprocessing preprocessing(ExpertConfiguration configuration, Architecture architecture) {
        Preprocessing usual =
                architecture == Architecture.MT_LW_REFINENET ? Preprocessing.STUDENT : Preprocessing.EXPERT;
        Interpolation interpolation = configuration.interpolation();
        InputNormalisation normalisation = configuration.normalisation();
        Preprocessing resized = interpolation == null ? usual : usual.with(interpolation);
        return normalisation == null ? resized : resized.with(normalisation);
    }

    /** What a store that this expert writes says of itself. */
    public StoreDescription describe(ShardPlan plan) {
        return new StoreDescription(
                StoreDescription.FORMAT_VERSION,
                tasks,
                labels == null ? null : labels.name(),
                labels == null ? 0 : labels.size(),
                classMap,
                new ExpertIdentity(architecture.key(), checkpointSha256),
                preprocessing.toString(),
                views.stream().map(ExpertPlan::canonical).toList(),
                topK,
                plan.shardSize(),
                plan.digest(),
                null);
    }

    private static String canonical(View view) {
        return "scale " + view.scale() + (view.mirrored() ? " mirrored" : "");
    }

    /** How the outputs of a segmentation head become labels. */
    private record Labels(ClassSpace space, ClassMerge merge, String canonical) {
        static Labels of(ExpertConfiguration configuration, Architecture architecture, Heads heads) {
            ClassSpace outputs = ClassSpace.load(outputs(configuration, architecture, heads));
            if (outputs.size() != heads.classes()) {
                throw new ConfigurationException(
                        "classes: " + outputs.name() + " has " + outputs.size() + " classes, but "
                                + configuration.checkpoint() + " has " + heads.classes()
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
        private static String outputs(ExpertConfiguration configuration, Architecture architecture, Heads heads) {
            if (configuration.classes() != null) {
                return configuration.classes();
            }
            if (heads.classes() != architecture.usualHeads().classes()) {
                throw new ConfigurationException(configuration.checkpoint() + ": has " + heads.classes()
                        + " classes where " + architecture.key() + " usually has "
                        + architecture.usualHeads().classes() + "; name their class space with --classes");
            }
            return architecture == Architecture.WIDE_RESNET_38 ? "cityscapes19" : "nyud40";
        }

        /** Classes that a pixel can have; that it has none may be among what competes, and is not counted. */
        int most() {
            return (int) Arrays.stream(merge.target())
                    .filter(target -> target != LabelMap.IGNORE)
                    .distinct()
                    .count();
        }
    }
}
