package dev.understudy.retrain.step;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.labeler.filter.PolicyRecipe;
import dev.understudy.labeler.filter.Promise;
import dev.understudy.labeler.filter.StoreAgreement;
import dev.understudy.labeler.filter.Then.AllOf;
import dev.understudy.model.engine.Precision;
import dev.understudy.pipeline.train.SourceConfiguration;
import dev.understudy.pipeline.train.TrainConfiguration;
import dev.understudy.pipeline.train.TrainConfiguration.ValidationConfiguration;
import dev.understudy.pipeline.train.TrainConfigurationBuilder;
import dev.understudy.retrain.cycle.CycleStep.CycleContext;
import dev.understudy.retrain.measure.ExportRecipe;
import dev.understudy.retrain.step.LabellersStep.Labellers;
import dev.understudy.trainer.TrainerConfiguration;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a challenger is trained. Stages are given in steps, so that a cycle has a budget however many frames there are,
 * and mix the configured sources with {@code pseudo}, the frames of all cycles with their labels. Training starts from
 * the champion's weights; for the first cycle from {@code trainer.network.initial}, or fresh.
 *
 * @param classes class space of the student's segmentation, a name or a file
 * @param sources frames with real labels, by the names that the stages use
 * @param validation null = the last weights are the challenger; else those that validated best
 * @param device {@code cpu}, {@code gpu} or {@code gpu:<n>}; several, with commas between them, share the frames of a
 *     batch
 * @param threads that the network may use; 0 = all processors
 * @param export how versions are kept as files for robots too, and judged by these; null = not at all
 */
public record StudentRecipe(
        @Default("nyud40") String classes,
        Map<String, SourceConfiguration> sources,
        @Nullable ValidationConfiguration validation,
        TrainerConfiguration trainer,
        @Default("cpu") String device,
        @Default("0") int threads,
        @Nullable ExportRecipe export) {
    public StudentRecipe {
        sources = Collections.unmodifiableMap(new TreeMap<>(sources));
        int size = ClassSpace.load(classes).size();
        Checks checks = new Checks()
                .that(!sources.containsKey(PseudoSource.NAME), "sources.pseudo", "is made by the cycle; rename yours")
                .that(
                        trainer.network().classes() == size,
                        "trainer.network.classes",
                        "must be " + size + ", as many as " + classes + " has, found "
                                + trainer.network().classes())
                .inRange("threads", threads, 0, 1024);
        for (int i = 0; i < trainer.stages().size(); i++) {
            checks.that(
                    trainer.stages().get(i).steps() != null,
                    "trainer.stages." + i + ".steps",
                    "must be given: a cycle has a budget of steps");
        }
        checks.verify();
    }

    /** The device that a model is measured on: the first, where training has several. */
    public String measuredOn() {
        return device.split(",")[0].strip();
    }

    /**
     * Makes what students are calculated in part of what a step is known by, since the environment may say another next
     * time. Float32 is not written down, so that cycles go on that know of nothing else.
     */
    static void addPrecision(SortedMap<String, String> inputs) {
        addPrecision(Precision.AUTO.ofBuiltIn(), inputs);
    }

    /** @param precision that students are calculated in */
    static void addPrecision(Precision precision, SortedMap<String, String> inputs) {
        if (precision != Precision.FLOAT32) {
            inputs.put("precision", precision.key());
        }
    }

    int processors() {
        return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    }

    /** @param champion weights to start from; null = those of the recipe */
    TrainConfiguration training(Path out, SourceConfiguration pseudo, @Nullable Path champion) {
        Map<String, SourceConfiguration> all = new TreeMap<>(sources);
        all.put(PseudoSource.NAME, pseudo);
        return TrainConfigurationBuilder.builder()
                .out(out)
                .classes(classes)
                .sources(all)
                .validation(validation)
                .trainer(
                        champion == null
                                ? trainer
                                : trainer.withNetwork(trainer.network().withInitial(champion)))
                .device(device)
                .threads(threads)
                .build();
    }

    /** The frames of a cycle, with the labels that its policy keeps, as a source to train on. */
    static final class PseudoSource {
        /** By this name stages of the recipe mix it in. */
        static final String NAME = "pseudo";

        /** By this name policies compare with the student's labels. */
        static final String STUDENT = "student";

        private PseudoSource() {}

        static SourceConfiguration of(LabellingRecipe recipe, CycleContext context) {
            CycleFrames frames = CycleFrames.of(context);
            return SourceConfiguration.of(frames.toLearn())
                    .store(LabelStep.store(context))
                    .policy(policy(recipe, context))
                    .otherStores(otherStores(context))
                    .root(frames.root())
                    .build();
        }

        /** As the recipe has it, with the thresholds that its promises got in this cycle. */
        static PolicyRecipe policy(LabellingRecipe recipe, CycleContext context) {
            PolicyRecipe policy = unrenewed(recipe, LabellersStep.of(context));
            return policy.promises().isEmpty() ? policy : PromiseStep.renewed(context);
        }

        /** Where the student labels too, only what it agrees with; a promise is then of what both agree on. */
        static PolicyRecipe unrenewed(LabellingRecipe recipe, Labellers labellers) {
            PolicyRecipe policy = recipe.policy();
            if (labellers != Labellers.BOTH) {
                return policy;
            }
            return policy instanceof Promise promise
                    ? new Promise(
                            promise.wrong(),
                            promise.confidence(),
                            promise.examples(),
                            promise.split(),
                            agreed(promise.of()))
                    : agreed(policy);
        }

        private static PolicyRecipe agreed(PolicyRecipe policy) {
            return new AllOf(List.of(policy, new StoreAgreement(STUDENT, 0)));
        }

        static Map<String, Path> otherStores(CycleContext context) {
            String other = LabelStep.otherStore(context);
            return other.equals(CycleFrames.NONE) ? Map.of() : Map.of(STUDENT, Path.of(other));
        }
    }
}
