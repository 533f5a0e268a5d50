package dev.understudy.pipeline.ablate;

import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.pipeline.StepFolder;
import dev.understudy.pipeline.spark.TaskStop;
import dev.understudy.pipeline.train.TrainConfiguration;
import dev.understudy.pipeline.train.TrainRun;
import dev.understudy.trainer.Trainer.Beginning;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;

/**
 * Trains, on an executor, the first stages of students that differ in what comes after them, in a folder that all
 * executors must reach. Killed and tried again like {@link StudentTask}.
 *
 * @param folder of the beginning
 * @param recipe {@link TrainConfiguration} of these stages alone, as YAML
 * @param stages how many they are
 */
public record BeginningTask(String folder, String fingerprint, String recipe, int stages) implements Serializable {
    /** What is kept of a beginning beside its checkpoint. */
    record Trained(long steps) {}

    static BeginningTask of(StepFolder<Trained> folder, TrainConfiguration recipe) {
        return new BeginningTask(
                folder.path().toString(),
                folder.fingerprint(),
                ConfigurationWriter.toYaml(recipe),
                recipe.trainer().stages().size());
    }

    /** @return itself */
    public BeginningTask run() throws IOException {
        attempts()
                .run(own -> new Trained(new TrainRun(TrainingAttempts.recipe(folder, recipe, own))
                        .run(true, List.of(new TaskStop.BetweenSteps()))
                        .steps()));
        return this;
    }

    boolean isDone() throws IOException {
        return attempts().isDone();
    }

    /** Where students start once this is done. */
    Beginning beginning() {
        return new Beginning(TrainingAttempts.kept(attempts().work()), stages);
    }

    /** Removes what attempts have left that were killed because another one was first. */
    public void removeLostAttempts() throws IOException {
        attempts().removeLost();
    }

    private TrainingAttempts<Trained> attempts() {
        StepFolder<Trained> work = new StepFolder<>(Path.of(folder), fingerprint, Trained.class);
        return new TrainingAttempts<>(work, List.of(TrainingAttempts.kept(work)));
    }
}
