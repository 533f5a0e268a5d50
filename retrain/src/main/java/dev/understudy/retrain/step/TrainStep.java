package dev.understudy.retrain.step;

import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.files.Sha256;
import dev.understudy.model.engine.Precision;
import dev.understudy.pipeline.RunObserver;
import dev.understudy.pipeline.train.SourceConfiguration;
import dev.understudy.pipeline.train.TrainConfiguration;
import dev.understudy.pipeline.train.TrainConfiguration.ValidationConfiguration;
import dev.understudy.pipeline.train.TrainRun;
import dev.understudy.pipeline.train.TrainingProgress;
import dev.understudy.retrain.cycle.CycleRecord.Measure;
import dev.understudy.retrain.cycle.CycleRecord.Outcome;
import dev.understudy.retrain.cycle.CycleStep;
import dev.understudy.retrain.cycle.CycleStep.CycleContext;
import dev.understudy.retrain.cycle.CycleStep.StepResult;
import dev.understudy.retrain.registry.Registry;
import dev.understudy.retrain.step.FileStamps.StoreStamp;
import dev.understudy.retrain.step.StudentRecipe.PseudoSource;
import dev.understudy.trainer.Trainer.TrainingSummary;
import dev.understudy.trainer.loss.JointLoss.NonFiniteLossException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Trains the challenger; goes on from the newest whole checkpoint when it was killed. Ends the cycle when training
 * leaves the numbers: the same frames would do it again.
 */
public record TrainStep(StudentRecipe recipe, LabellingRecipe labelling, Registry registry, RunObserver observer)
        implements CycleStep {
    public static final String NAME = "train";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public SortedMap<String, String> inputs(CycleContext context) throws IOException {
        SortedMap<String, String> inputs = new TreeMap<>(Map.of(
                "recipe", ConfigurationWriter.toYaml(recipe),
                "real", real(),
                "policy", ConfigurationWriter.toYaml((Record) PseudoSource.policy(labelling, context)),
                "policy-frames", FileStamps.of(labelling.policy()),
                "validation", validation(),
                "frames", context.output(IntakeStep.NAME, "to-learn-sha256"),
                "store", StoreStamp.of(LabelStep.store(context)),
                "other-store", StoreStamp.of(LabelStep.otherStore(context)),
                "initial", initialSha256(context)));
        if (recipe.trainer().precision() == Precision.AUTO) {
            StudentRecipe.addPrecision(inputs);
        }
        return inputs;
    }

    private String real() throws IOException {
        StringBuilder stamps = new StringBuilder();
        for (Map.Entry<String, SourceConfiguration> source : recipe.sources().entrySet()) {
            stamps.append(source.getKey())
                    .append(' ')
                    .append(FileStamps.of(source.getValue()))
                    .append('\n');
        }
        return stamps.toString();
    }

    /** What decides which weights are best. */
    private String validation() throws IOException {
        @Nullable ValidationConfiguration validation = recipe.validation();
        return validation == null
                ? CycleFrames.NONE
                : FileStamps.of(Manifest.read(validation.manifest(), validation.split()));
    }

    private String initialSha256(CycleContext context) throws IOException {
        Path initial = recipe.trainer().network().initial();
        return CycleFrames.champion(context).isEmpty() && initial != null
                ? Sha256.of(initial)
                : CycleFrames.championSha256(context);
    }

    @Override
    public boolean holds(StepResult result) throws IOException {
        String weights = result.outputs().get("weights");
        return weights == null
                || Files.exists(Path.of(weights))
                        && Sha256.of(Path.of(weights)).equals(result.outputs().get("weights-sha256"));
    }

    @Override
    public StepResult run(CycleContext context) throws IOException {
        Optional<String> champion = CycleFrames.champion(context);
        @Nullable Path initial = champion.isEmpty() ? null : registry.weights(champion.get());
        TrainConfiguration training =
                recipe.training(context.work().resolve("run"), PseudoSource.of(labelling, context), initial);
        try {
            TrainingSummary summary =
                    new TrainRun(training).run(true, List.of(new TrainingProgress(observer, "train")));
            Path weights = recipe.validation() == null ? summary.last() : summary.best();
            return StepResult.done(
                    Map.of(
                            "weights", weights.toString(),
                            "weights-sha256", Sha256.of(weights),
                            "configuration",
                                    training.out().resolve("train.yaml").toString()),
                    List.of(Measure.of("training_steps", summary.steps())));
        } catch (NonFiniteLossException e) {
            return StepResult.ending(Outcome.NOT_PROMOTED, "training diverged: " + e.getMessage(), Map.of(), List.of());
        }
    }
}
