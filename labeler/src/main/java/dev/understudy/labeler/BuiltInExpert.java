package dev.understudy.labeler;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.classes.ClassMap;
import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.dataset.frame.Task;
import dev.understudy.labeler.CardExpert.DepthReading;
import dev.understudy.model.checkpoint.CheckpointException;
import dev.understudy.model.checkpoint.CheckpointFile;
import dev.understudy.model.checkpoint.CheckpointReader;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.engine.Precision;
import dev.understudy.model.inference.ClassMerge;
import dev.understudy.model.inference.InferenceNetwork;
import dev.understudy.model.inference.InputNormalisation;
import dev.understudy.model.inference.Interpolation;
import dev.understudy.model.inference.NetworkPredictor;
import dev.understudy.model.inference.Preprocessing;
import dev.understudy.model.network.Architecture;
import dev.understudy.model.network.Heads;
import dev.understudy.model.network.NetworkWeights;
import dev.understudy.store.StoreDescription.ExpertIdentity;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Plans experts of the built-in architectures. */
final class BuiltInExpert {
    private static final Logger LOG = LoggerFactory.getLogger(BuiltInExpert.class);

    private BuiltInExpert() {}

    static ExpertPlan plan(ExpertConfiguration configuration) {
        Architecture architecture = Architecture.parse(Objects.requireNonNull(configuration.architecture()));
        CheckpointFile file = CheckpointReader.inspect(Objects.requireNonNull(configuration.checkpoint()));
        // Windows onto the file, so hardly any memory.
        NetworkWeights weights = weights(architecture, file);
        Heads heads = weights.heads();
        List<Task> tasks = ExpertPlan.tasks(configuration.tasks(), heads.tasks(), file.path());
        Preprocessing preprocessing = preprocessing(configuration, architecture);
        Precision precision = configuration.precision().ofBuiltIn();
        ExpertPlanBuilder plan = ExpertPlanBuilder.builder()
                .tasks(tasks)
                .classMap("none")
                .topK(0)
                .preprocessing(preprocessing.toString())
                .interpolation(preprocessing.interpolation())
                .depth(DepthReading.MAGNITUDE)
                .views(configuration.views())
                .device(configuration.device())
                .identity(new ExpertIdentity(architecture.key(), file.sha256()))
                .engine("own networks on libtorch " + NativeEngine.version() + ", " + precision.key())
                .network((device, threads) -> new NetworkPredictor(
                        InferenceNetwork.of(weights, NativeEngine.start(device), threads, precision),
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
