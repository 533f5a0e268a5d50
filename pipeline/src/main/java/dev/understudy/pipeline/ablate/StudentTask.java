package dev.understudy.pipeline.ablate;

import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.FramePredictor;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.evaluation.Evaluation;
import dev.understudy.evaluation.EvaluationListener;
import dev.understudy.evaluation.EvaluationOptions;
import dev.understudy.evaluation.EvaluationReport;
import dev.understudy.evaluation.FrameSums;
import dev.understudy.pipeline.ablate.result.StudentFrames;
import dev.understudy.pipeline.ablate.result.StudentScores;
import dev.understudy.pipeline.predict.Students;
import dev.understudy.pipeline.registry.file.FolderLock;
import dev.understudy.pipeline.step.StepFolder;
import dev.understudy.pipeline.train.TrainConfiguration;
import dev.understudy.pipeline.train.TrainRun;
import dev.understudy.pipeline.train.ValidationConfiguration;
import dev.understudy.trainer.TrainingSummary;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Trains and scores one student on an executor, which must reach all files. A student that was killed goes on from its newest
 * checkpoint; one that is done is only read.
 *
 * @param place of the student in the plan
 * @param folder where it works
 * @param recipe {@link TrainConfiguration} as YAML
 * @param test {@link ValidationConfiguration} as YAML
 */
record StudentTask(int place, String folder, String fingerprint, String recipe, String test) implements Serializable {
    /** A task that was given up may take a moment to notice. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    static StudentTask of(int place, StudentPlan.Student student, ValidationConfiguration test) {
        return new StudentTask(
                place,
                student.folder().path().toString(),
                student.folder().fingerprint(),
                ConfigurationWriter.toYaml(student.recipe()),
                ConfigurationWriter.toYaml(test));
    }

    /** @return its place; the scores are in the folder */
    int run() throws IOException {
        StepFolder<StudentScores> work = new StepFolder<>(Path.of(folder), fingerprint, StudentScores.class);
        // Training takes the lock of its folder itself.
        try (FolderLock lock = FolderLock.acquire(work.path().resolve(".task.lock"), PATIENCE, "train a student")) {
            Optional<StudentScores> before = work.done(line -> {});
            if (before.isEmpty() || !Files.exists(frames())) {
                work.markDone(train());
            }
        }
        return place;
    }

    private StudentScores train() throws IOException {
        TrainConfiguration configuration =
                ConfigurationLoader.parse(folder, recipe, TrainConfiguration.class, List.of());
        ValidationConfiguration on = ConfigurationLoader.parse(folder, test, ValidationConfiguration.class, List.of());
        TrainingSummary summary = new TrainRun(configuration).run(true, List.of());
        FrameSource frames = new DiskFrameSource(Manifest.read(on.manifest(), on.split()));
        ClassSpace classes = ClassSpace.load(configuration.classes());
        EvaluationOptions options = EvaluationOptions.of(classes.name(), classes.names(), on.depthRange());
        List<FrameSums> sums = new ArrayList<>();
        try (FramePredictor student = Students.open(summary.last(), configuration.processors())) {
            EvaluationReport report = Evaluation.run(frames, student, options, EvaluationListener.NONE, sums::add);
            StudentFrames.FORMAT.write(frames(), new StudentFrames(sums));
            return StudentScores.of(report, summary.steps());
        }
    }

    private Path frames() {
        return Path.of(folder).resolve(StudentFrames.FILE);
    }
}
