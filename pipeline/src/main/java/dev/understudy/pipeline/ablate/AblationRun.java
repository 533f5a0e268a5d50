package dev.understudy.pipeline.ablate;

import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.FolderLock;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.engine.Precision;
import dev.understudy.pipeline.RunObserver;
import dev.understudy.pipeline.RunObserver.Progress;
import dev.understudy.pipeline.StepFolder;
import dev.understudy.pipeline.ablate.AblationResults.LabelStage;
import dev.understudy.pipeline.ablate.AblationResults.StudentFrames;
import dev.understudy.pipeline.ablate.AblationResults.StudentResult;
import dev.understudy.pipeline.ablate.AblationResults.StudentScores;
import dev.understudy.pipeline.spark.SparkRuntime;
import dev.understudy.pipeline.spark.TaskResults;
import dev.understudy.pipeline.spark.TaskResults.ExecutorWatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.SparkContext;

/**
 * One ablation from its configuration. Only one at a time works in a folder; whatever was done there with the same
 * inputs is not done again.
 */
public final class AblationRun {
    private final AblationConfiguration ablation;
    private final AblationReporter reporter;
    private final RunObserver observer;

    /** @param reporter shows the results to people */
    public AblationRun(AblationConfiguration ablation, AblationReporter reporter, RunObserver observer) {
        this.ablation = ablation;
        this.reporter = reporter;
        this.observer = observer;
    }

    /**
     * @throws dev.understudy.conf.ConfigurationException if policies do not fit the store, or recipes their frames
     * @throws dev.understudy.files.DataException if frames or stores cannot be read
     */
    public AblationResults run() throws IOException, InterruptedException {
        Path out = ablation.out();
        try (FolderLock lock = FolderLock.acquire(out.resolve(".lock"), Duration.ZERO, "an ablation");
                LabelScoring labels = LabelScoring.open(ablation)) {
            AtomicFile.write(out.resolve("ablate.yaml"), ConfigurationWriter.toYaml(ablation));
            AblationFiles files = new AblationFiles();
            LabelStage stage = labels(labels, files);
            Precision precision = Precision.AUTO.ofBuiltIn();
            List<StudentPlan.Student> plan =
                    new StudentPlan(ablation, classes(labels.classes()), files, precision).students(stage.labels());
            AblationResults results =
                    AblationResults.of(stage.labels(), students(plan), LabelChoice.NONE, LabelChoice.ORACLE);
            AtomicFile.write(out.resolve("results.jsonl"), results.lines());
            reporter.write(out, results, stage.disputed(), labels);
            return results;
        }
    }

    /** As students' recipes name the space: one of a user's own by a file that is sure to be there. */
    private String classes(ClassSpace classes) throws IOException {
        if (classes.isBuiltIn()) {
            return classes.name();
        }
        Path file = ablation.out().toAbsolutePath().normalize().resolve("classes/" + classes.name() + ".yaml");
        AtomicFile.write(file, classes.toYaml());
        return file.toString();
    }

    private LabelStage labels(LabelScoring labels, AblationFiles files) throws IOException {
        StepFolder<LabelStage> folder =
                StepFolder.of(ablation.out(), "labels", LabelScoring.inputs(ablation, files), LabelStage.class);
        Optional<LabelStage> before = folder.done(observer::tell);
        if (before.isPresent()) {
            observer.tell("labels: scored before");
            return before.get();
        }
        try (Progress progress = observer.progress("labels", labels.frames().size())) {
            LabelStage stage = labels.score(progress);
            Files.createDirectories(folder.path());
            folder.markDone(stage);
            return stage;
        }
    }

    private List<AblationResults.Trained> students(List<StudentPlan.Student> plan)
            throws IOException, InterruptedException {
        List<StudentTask> missing = new ArrayList<>();
        for (int place = 0; place < plan.size(); place++) {
            if (plan.get(place).folder().done(observer::tell).isEmpty() || !Files.exists(frames(plan.get(place)))) {
                missing.add(StudentTask.of(place, plan.get(place), AblationConfiguration.present(ablation.test())));
            }
        }
        if (missing.size() < plan.size()) {
            observer.tell("students: " + (plan.size() - missing.size()) + " of " + plan.size() + " trained before");
        }
        if (!missing.isEmpty()) {
            train(plan, missing);
        }
        List<AblationResults.Trained> results = new ArrayList<>();
        for (StudentPlan.Student student : plan) {
            results.add(new AblationResults.Trained(result(student), StudentFrames.FORMAT.read(frames(student))));
        }
        return results;
    }

    private static Path frames(StudentPlan.Student student) {
        return student.folder().path().resolve(StudentFrames.FILE);
    }

    private void train(List<StudentPlan.Student> plan, List<StudentTask> missing)
            throws IOException, InterruptedException {
        if (ablation.spark().asSubmitted().isLocal()) {
            NativeEngine.startAll(ablation.device());
        }
        SparkContext context = SparkRuntime.start("understudy ablate", ablation.spark(), ablation.device());
        try {
            trainBeginnings(context, missing);
            trainStudents(context, plan, missing);
        } finally {
            context.stop();
            for (StudentTask task : missing) {
                task.removeLostAttempts();
            }
        }
    }

    /** What several students have in common is trained once; what other labels will need later stays for them. */
    private void trainBeginnings(SparkContext context, List<StudentTask> students)
            throws IOException, InterruptedException {
        Set<BeginningTask> beginnings = new LinkedHashSet<>();
        for (StudentTask student : students) {
            if (student.beginning() != null) {
                beginnings.add(student.beginning());
            }
        }
        List<BeginningTask> missing = new ArrayList<>();
        for (BeginningTask beginning : beginnings) {
            if (!beginning.isDone()) {
                missing.add(beginning);
            }
        }
        if (missing.isEmpty()) {
            return;
        }
        try (Progress progress = observer.progress("beginnings", missing.size());
                TaskResults<BeginningTask> results = TaskResults.submit(
                        context,
                        "train the first stages of " + students.size() + " students",
                        missing,
                        BeginningTask::run,
                        new ExecutorWatch(context, ablation.spark()))) {
            for (int open = missing.size(); open > 0; open--) {
                results.take();
                results.done(1);
                progress.step(1);
            }
        } finally {
            for (BeginningTask task : missing) {
                task.removeLostAttempts();
            }
        }
    }

    private void trainStudents(SparkContext context, List<StudentPlan.Student> plan, List<StudentTask> missing)
            throws IOException, InterruptedException {
        try (Progress progress = observer.progress("students", missing.size());
                TaskResults<Integer> results = TaskResults.submit(
                        context,
                        "train " + missing.size() + " students",
                        missing,
                        StudentTask::run,
                        new ExecutorWatch(context, ablation.spark()))) {
            for (int open = missing.size(); open > 0; open--) {
                StudentResult result = result(plan.get(results.take()));
                results.done(1);
                progress.note(String.format(
                        Locale.ROOT,
                        "%s, %s, seed %d: mIoU %.1f %%",
                        result.labels(),
                        result.normalisation(),
                        result.seed(),
                        100 * result.scores().meanIou()));
                progress.step(1);
            }
        }
    }

    private StudentResult result(StudentPlan.Student student) throws IOException {
        StudentScores scores = student.folder()
                .done(observer::tell)
                .orElseThrow(() -> new IllegalStateException(
                        student.folder().path() + ": a student that was trained has left no scores"));
        return new StudentResult(
                student.labels(),
                student.normalisation(),
                student.seed(),
                student.folder().fingerprint(),
                scores);
    }

    /** Shows an ablation's results to people. */
    public interface AblationReporter {
        /**
         * Writes what there is to see into the ablation's folder.
         *
         * @param disputed ids of frames that policies judge differently, the most disputed first
         * @param labels open until this returns: frames, class space and policies' outcomes
         */
        void write(Path out, AblationResults results, List<String> disputed, LabelScoring labels) throws IOException;
    }
}
