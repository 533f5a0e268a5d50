package dev.understudy.trainer;

import ai.djl.Device;
import dev.understudy.conf.Checks;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.ClassSpace.ClassSlice;
import dev.understudy.files.Sha256;
import dev.understudy.model.checkpoint.CheckpointException;
import dev.understudy.model.checkpoint.CheckpointReader;
import dev.understudy.model.engine.Precision;
import dev.understudy.model.network.Architecture;
import dev.understudy.model.network.DataParallelNetwork;
import dev.understudy.model.network.Heads;
import dev.understudy.model.network.Network;
import dev.understudy.model.network.StartingWeights;
import dev.understudy.trainer.data.AugmentationConfiguration;
import dev.understudy.trainer.data.BatchLoader.LoaderConfiguration;
import dev.understudy.trainer.loss.CrossEntropy;
import dev.understudy.trainer.loss.LossConfiguration;
import dev.understudy.trainer.optimiser.OptimiserConfiguration;
import dev.understudy.trainer.progress.TrainingListener.Score;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A recipe for training, without where its data lie.
 *
 * @param network what is trained
 * @param precision in what numbers a step's pass through the network is calculated, there and back; weights, losses and
 *     the optimiser's state are float32. {@code auto} is float32; in float16, which is for GPUs, the loss is scaled,
 *     see {@link dev.understudy.trainer.optimiser.LossScale}
 * @param seed of weights, order and augmentation
 * @param stages one after the other, each from where the last ended
 * @param slices outputs of the segmentation head that a source uses, by its name; the others use all
 */
@RecordBuilder
public record TrainerConfiguration(
        @Default("{}") StudentConfiguration network,
        @Default("auto") Precision precision,
        @Default("1") long seed,
        List<StageConfiguration> stages,
        @Default("{}") Map<String, ClassSlice> slices,
        @Default("{}") LossConfiguration loss,
        @Default("{}") OptimiserConfiguration optimiser,
        @Default("{}") AugmentationConfiguration augmentation,
        @Default("{}") LoaderConfiguration loader,
        @Default("{}") CheckpointConfiguration checkpoints)
        implements TrainerConfigurationBuilder.With {

    public TrainerConfiguration {
        stages = List.copyOf(stages);
        slices = Collections.unmodifiableMap(new TreeMap<>(slices));
        Checks checks = new Checks().notEmpty("stages", stages);
        slices.forEach((name, slice) -> checks.that(
                slice.to() <= network.classes(),
                "slices." + name,
                "must end at most at the network's " + network.classes() + " classes, found " + slice.to()));
        for (int i = 0; i < stages.size(); i++) {
            int pass = stages.get(i).batch() / stages.get(i).accumulate();
            checks.that(
                    !loss.temporal().isOn()
                            || (pass > 1 && (pass % 2 == 0 || stages.get(i).accumulate() == 1)),
                    "stages." + i + ".batch",
                    "must give every pass of accumulate an even number of frames, because loss.temporal compares pairs of them,"
                            + " found " + pass);
        }
        if (network.tasks().contains(Task.SEGMENTATION) && loss.segmentation() instanceof CrossEntropy crossEntropy) {
            checks.that(
                    crossEntropy.classWeights().isEmpty()
                            || crossEntropy.classWeights().size() == network.classes(),
                    "loss.segmentation.classWeights",
                    "must be one for each of the network's " + network.classes() + " classes, found "
                            + crossEntropy.classWeights().size());
        }
        checks.verify();
    }

    /** Its first {@code count} stages alone, with the slices of their sources. */
    public TrainerConfiguration first(int count) {
        if (count == stages.size()) {
            return this;
        }
        Map<String, ClassSlice> used = new TreeMap<>(slices);
        used.keySet().retainAll(sources(stages.subList(0, count)));
        return withStages(stages.subList(0, count)).withSlices(used);
    }

    private static Set<String> sources(List<StageConfiguration> stages) {
        return stages.stream()
                .flatMap(stage -> stage.sources().keySet().stream())
                .collect(Collectors.toSet());
    }

    /**
     * SHA-256 of all that decides what is learned and kept as best: how frames are loaded and when is saved does not.
     */
    String fingerprint() {
        return Sha256.of(ConfigurationWriter.toYaml(TrainerConfigurationBuilder.builder()
                .network(network)
                .precision(precision.ofBuiltIn())
                .seed(seed)
                .stages(stages)
                .slices(slices)
                .loss(loss)
                .optimiser(optimiser)
                .augmentation(augmentation)
                .loader(new LoaderConfiguration(1, 1, 0, 0))
                .checkpoints(new CheckpointConfiguration(1, 0, checkpoints.best()))
                .build()));
    }

    /**
     * When and what to keep.
     *
     * @param keep newest checkpoints
     * @param everySteps beside those of each validation and of the end of each stage; 0 = no others
     * @param best how the best weights are chosen
     */
    public record CheckpointConfiguration(
            @Default("2") int keep,
            @Default("0") int everySteps,
            @Default("all-tasks") BestRule best) {
        public CheckpointConfiguration {
            new Checks()
                    .atLeast("keep", keep, 1)
                    .atLeast("everySteps", everySteps, 0)
                    .verify();
        }

        /** Whether new weights are the best so far. The first to be validated always are. */
        public sealed interface BestRule {
            /**
             * @param scores of the new weights; the first of each task is its deciding one
             * @param best scores of the best so far, by name; empty if there are none
             */
            boolean improves(List<Score> scores, Map<String, Double> best);

            /** Every task's deciding score has improved: the authors' rule. */
            @Named("all-tasks")
            record AllTasks() implements BestRule {
                @Override
                public boolean improves(List<Score> scores, Map<String, Double> best) {
                    Map<Task, Score> deciding = new EnumMap<>(Task.class);
                    scores.forEach(score -> deciding.putIfAbsent(score.task(), score));
                    return deciding.values().stream().allMatch(score -> beats(score, best));
                }
            }

            /**
             * One metric has improved.
             *
             * @param name for example {@code segmentation.miou}
             */
            @Named("metric")
            record Metric(String name) implements BestRule {
                public Metric {
                    new Checks().notBlank("name", name).verify();
                }

                @Override
                public boolean improves(List<Score> scores, Map<String, Double> best) {
                    Score score = scores.stream()
                            .filter(s -> s.name().equals(name))
                            .findFirst()
                            .orElseThrow(() -> new ConfigurationException("checkpoints.best.metric.name: " + name
                                    + ", expected one of "
                                    + String.join(
                                            ", ",
                                            scores.stream().map(Score::name).toList())));
                    return beats(score, best);
                }
            }

            private static boolean beats(Score score, Map<String, Double> best) {
                Double before = best.get(score.name());
                return before == null || before.isNaN() ? !Double.isNaN(score.value()) : score.beats(before);
            }
        }
    }

    /**
     * The network that is trained.
     *
     * @param architecture as on the command line
     * @param tasks its heads
     * @param classes of its segmentation head
     * @param initial checkpoint to start from; null = fresh weights, which the seed decides. Batch-norms of it that
     *     know no picture, as where batch-norm was folded into the convolutions, get the statistics of the first
     *     batches before the first step, which changes no output
     * @param initialPart what is taken from it
     */
    public record StudentConfiguration(
            @Default("mt-lw-refinenet") String architecture,
            @Default("[segmentation, depth]") List<Task> tasks,
            @Default("40") int classes,
            @Nullable Path initial,
            @Default("whole") InitialPart initialPart) {
        private static final Logger LOG = LoggerFactory.getLogger(StudentConfiguration.class);

        /** What a network starts with from a checkpoint. */
        public enum InitialPart {
            /** Every parameter; the file must have just these. */
            WHOLE,
            /** The encoder, from ImageNet weights in torchvision's or the authors' names, or from any student. */
            ENCODER,
            /** All but the heads, from a student of other tasks or classes. */
            BODY
        }

        public StudentConfiguration {
            tasks = List.copyOf(tasks);
            new Checks()
                    .notBlank("architecture", architecture)
                    .notEmpty("tasks", tasks)
                    .inRange("classes", classes, 1, 255)
                    .verify();
        }

        /** The same network from other {@code initial} weights; null = fresh ones. */
        public StudentConfiguration withInitial(@Nullable Path other) {
            return new StudentConfiguration(architecture, tasks, classes, other, InitialPart.WHOLE);
        }

        /**
         * Builds it; the caller closes it.
         *
         * @param devices several share the pictures of a batch
         */
        public Network create(List<Device> devices, long seed) {
            Architecture which = Architecture.parse(architecture);
            Heads heads = Heads.of(tasks, classes);
            if (initial == null) {
                return DataParallelNetwork.create(which.graph(heads), devices, seed);
            }
            StartingWeights weights = new StartingWeights(which, heads, CheckpointReader.read(initial));
            weights.notes().forEach(note -> LOG.warn("{}: {}", initial, note));
            Network network = DataParallelNetwork.create(weights.graph(), devices, seed);
            try {
                take(weights, network);
                return network;
            } catch (RuntimeException e) {
                network.close();
                throw e;
            }
        }

        private void take(StartingWeights weights, Network network) {
            try {
                switch (initialPart) {
                    case WHOLE -> weights.loadWhole(network);
                    case ENCODER -> weights.loadEncoder(network);
                    case BODY -> weights.loadBody(network);
                }
            } catch (CheckpointException e) {
                String remedy = initialPart == InitialPart.WHOLE
                        ? "; to start from a part of them, set initialPart to body (all but the heads) or encoder"
                        : "";
                throw new CheckpointException(initial + ": " + e.getMessage() + remedy, e);
            }
        }
    }
}
