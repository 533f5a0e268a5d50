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
import dev.understudy.files.AtomicFile;
import dev.understudy.files.FolderLock;
import dev.understudy.files.FolderLock.LockedException;
import dev.understudy.pipeline.StepFolder;
import dev.understudy.pipeline.ablate.AblationResults.StudentFrames;
import dev.understudy.pipeline.ablate.AblationResults.StudentScores;
import dev.understudy.pipeline.label.ModelFile;
import dev.understudy.pipeline.spark.SparkRuntime.TaskGpus;
import dev.understudy.pipeline.spark.TaskStop;
import dev.understudy.pipeline.train.TrainConfiguration;
import dev.understudy.pipeline.train.TrainConfiguration.ValidationConfiguration;
import dev.understudy.pipeline.train.TrainRun;
import dev.understudy.trainer.Trainer.TrainingSummary;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Trains and scores one student on an executor, which must reach all files. A student that was killed goes on from its
 * newest checkpoint; one that is done is only read.
 *
 * <p>Spark may run the same task twice at a time ({@code spark.speculation}, or an executor that it believes lost).
 * Each attempt works in a folder of its own, {@code attempt-0} and on: the first whose lock is free, which is that of
 * an attempt that was killed, or a new one. Whichever is done first gives its folder the name {@code student} and
 * writes the scores, which are the same for all; the others' work is removed.
 *
 * @param place of the student in the plan
 * @param folder of the student
 * @param recipe {@link TrainConfiguration} as YAML
 * @param test {@link ValidationConfiguration} as YAML
 */
public record StudentTask(int place, String folder, String fingerprint, String recipe, String test)
        implements Serializable {
    /** For writing the scores, which takes no time. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final String ATTEMPT = "attempt-";
    private static final String KEPT = "student";
    private static final int MOST_ATTEMPTS = 100;

    static StudentTask of(int place, StudentPlan.Student student, ValidationConfiguration test) {
        return new StudentTask(
                place,
                student.folder().path().toString(),
                student.folder().fingerprint(),
                ConfigurationWriter.toYaml(student.recipe()),
                ConfigurationWriter.toYaml(test));
    }

    /** @return its place; the scores are in the folder */
    public int run() throws IOException {
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            Path own = Path.of(folder, ATTEMPT + attempt);
            Optional<FolderLock> lock = FolderLock.tryAcquire(lockOf(own), "train a student");
            if (lock.isPresent()) {
                try (FolderLock held = lock.get()) {
                    runIn(own);
                }
                return place;
            }
        }
        throw new LockedException(folder + ": found " + MOST_ATTEMPTS + " attempts at work on one student, expected one"
                + " or two; end the other ablations in this folder");
    }

    private void runIn(Path own) throws IOException {
        try {
            if (!isDone()) {
                commit(own, train(own));
            }
        } finally {
            if (isDone()) {
                delete(own);
            }
        }
    }

    private void commit(Path own, StudentScores scores) throws IOException {
        try (FolderLock lock = FolderLock.acquire(lockOf(Path.of(folder, KEPT)), PATIENCE, "keep a student")) {
            if (!isDone()) {
                Path kept = Path.of(folder, KEPT);
                // Of one who died right here.
                delete(kept);
                AtomicFile.publish(own, kept);
                work().markDone(scores);
            }
        }
    }

    /** Removes what attempts have left that were killed because another one was first. */
    public void removeLostAttempts() throws IOException {
        for (int attempt = 0; attempt < MOST_ATTEMPTS && isDone(); attempt++) {
            Path left = Path.of(folder, ATTEMPT + attempt);
            if (Files.isDirectory(left)) {
                Optional<FolderLock> lock = FolderLock.tryAcquire(lockOf(left), "remove what a student left");
                if (lock.isPresent()) {
                    try (FolderLock held = lock.get()) {
                        delete(left);
                    }
                }
            }
        }
    }

    private StepFolder<StudentScores> work() {
        return new StepFolder<>(Path.of(folder), fingerprint, StudentScores.class);
    }

    private boolean isDone() throws IOException {
        return work().done(line -> {}).isPresent() && Files.exists(frames());
    }

    private static Path lockOf(Path attempt) {
        return attempt.resolveSibling("." + attempt.getFileName() + ".lock");
    }

    private static void delete(Path tree) throws IOException {
        if (Files.isDirectory(tree, LinkOption.NOFOLLOW_LINKS)) {
            try (Stream<Path> files = Files.walk(tree)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /** On the GPUs that this task was given; stops between two steps or frames when Spark asks it to. */
    private StudentScores train(Path own) throws IOException {
        TrainConfiguration configuration = ConfigurationLoader.parse(
                        folder, recipe, TrainConfiguration.class, List.of())
                .withOut(own);
        configuration = configuration.withDevice(TaskGpus.given(configuration.device()));
        ValidationConfiguration on = ConfigurationLoader.parse(folder, test, ValidationConfiguration.class, List.of());
        TrainingSummary summary = new TrainRun(configuration).run(true, List.of(new TaskStop.BetweenSteps()));
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
