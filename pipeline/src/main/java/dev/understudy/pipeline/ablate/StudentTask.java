package dev.understudy.pipeline.ablate;

import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.dataset.frame.FramePredictor;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.evaluation.Evaluation;
import dev.understudy.evaluation.EvaluationOptions;
import dev.understudy.evaluation.EvaluationReport;
import dev.understudy.evaluation.FrameSums;
import dev.understudy.pipeline.StepFolder;
import dev.understudy.pipeline.ablate.AblationResults.StudentFrames;
import dev.understudy.pipeline.ablate.AblationResults.StudentScores;
import dev.understudy.pipeline.label.ModelFile;
import dev.understudy.pipeline.spark.TaskStop;
import dev.understudy.pipeline.train.TrainConfiguration;
import dev.understudy.pipeline.train.TrainConfiguration.ValidationConfiguration;
import dev.understudy.pipeline.train.TrainRun;
import dev.understudy.trainer.Trainer.TrainingSummary;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Trains and scores one student on an executor, which must reach all files. A student that was killed goes on from its
 * newest checkpoint, one that Spark tries twice is kept once, see {@link TrainingAttempts}, and one that is done is
 * only read.
 *
 * @param place of the student in the plan
 * @param folder of the student
 * @param recipe {@link TrainConfiguration} as YAML
 * @param test {@link ValidationConfiguration} as YAML
 * @param beginning of it that has been trained already; null = none
 */
public record StudentTask(
        int place,
        String folder,
        String fingerprint,
        String recipe,
        String test,
        @Nullable BeginningTask beginning) implements Serializable {

    static StudentTask of(int place, StudentPlan.Student student, ValidationConfiguration test) {
        return new StudentTask(
                place,
                student.folder().path().toString(),
                student.folder().fingerprint(),
                ConfigurationWriter.toYaml(student.recipe()),
                ConfigurationWriter.toYaml(test),
                student.beginning());
    }

    /** @return its place; the scores are in the folder */
    public int run() throws IOException {
        attempts().run(this::train);
        return place;
    }

    /** Removes what attempts have left that were killed because another one was first. */
    public void removeLostAttempts() throws IOException {
        attempts().removeLost();
    }

    private TrainingAttempts<StudentScores> attempts() {
        return new TrainingAttempts<>(
                new StepFolder<>(Path.of(folder), fingerprint, StudentScores.class), List.of(frames()));
    }

    /** On the GPUs that this task was given; stops between two steps or frames when Spark asks it to. */
    private StudentScores train(Path own) throws IOException {
        TrainConfiguration configuration = TrainingAttempts.recipe(folder, recipe, own);
        ValidationConfiguration on = ConfigurationLoader.parse(folder, test, ValidationConfiguration.class, List.of());
        TrainingSummary summary = new TrainRun(configuration, beginning == null ? null : beginning.beginning())
                .run(true, List.of(new TaskStop.BetweenSteps()));
        FrameSource frames = on.source();
        ClassSpace classes = ClassSpace.load(configuration.classes());
        EvaluationOptions options = EvaluationOptions.of(classes.name(), classes.names(), on.depthRange())
                .withSequences(on.sequences());
        List<FrameSums> sums = new ArrayList<>();
        try (FramePredictor student = ModelFile.student(summary.last(), configuration.processors())) {
            EvaluationReport report =
                    Evaluation.run(frames, student, options, (done, total, frame) -> TaskStop.check(), sums::add);
            StudentFrames.FORMAT.write(frames(), new StudentFrames(sums));
            return StudentScores.of(report, summary.steps());
        }
    }

    private Path frames() {
        return Path.of(folder).resolve(StudentFrames.FILE);
    }
}
