package dev.understudy.cli.demo;

import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.Console.CountedProgress;
import dev.understudy.cli.demo.DemoRun.DemoResults.FrameCounts;
import dev.understudy.cli.demo.DemoRun.DemoResults.LabelQuality;
import dev.understudy.cli.demo.DemoRun.DemoResults.LabelScore;
import dev.understudy.cli.demo.DemoRun.DemoResults.StageTime;
import dev.understudy.cli.demo.DemoRun.DemoResults.StudentScore;
import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.FramePredictor;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.evaluation.DepthMetrics;
import dev.understudy.evaluation.Evaluation;
import dev.understudy.evaluation.EvaluationOptions;
import dev.understudy.evaluation.EvaluationOptions.DepthRange;
import dev.understudy.evaluation.EvaluationReport;
import dev.understudy.evaluation.SegmentationMetrics;
import dev.understudy.labeler.ExpertConfiguration;
import dev.understudy.labeler.filter.FilterContext;
import dev.understudy.labeler.filter.FilterPolicy;
import dev.understudy.labeler.filter.FilteredStore.FilteredStorePredictor;
import dev.understudy.labeler.filter.NoFilter;
import dev.understudy.labeler.filter.PolicyRecipe;
import dev.understudy.pipeline.RunObserver.Progress;
import dev.understudy.pipeline.label.LabelConfiguration;
import dev.understudy.pipeline.label.LabelConfiguration.FrameChoice;
import dev.understudy.pipeline.label.LabelRun;
import dev.understudy.pipeline.label.ModelFile;
import dev.understudy.pipeline.train.SourceConfiguration;
import dev.understudy.pipeline.train.SourceConfigurationBuilder;
import dev.understudy.pipeline.train.TrainConfiguration;
import dev.understudy.pipeline.train.TrainConfigurationBuilder;
import dev.understudy.pipeline.train.TrainRun;
import dev.understudy.pipeline.train.TrainingProgress;
import dev.understudy.scenes.DatasetRenderer;
import dev.understudy.scenes.DatasetRenderer.RenderSummary;
import dev.understudy.store.LabelStore;
import dev.understudy.store.LabelStorePredictor;
import dev.understudy.store.StorePublisher.ResumeOptions;
import dev.understudy.trainer.StageConfiguration;
import dev.understudy.trainer.Trainer.TrainingSummary;
import dev.understudy.trainer.TrainerConfiguration;
import dev.understudy.trainer.progress.TrainingListener;
import dev.understudy.trainer.progress.TrainingListener.StepReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** The demo, step by step, each timed. Every number comes from the parts that users run. */
final class DemoRun {
    private final DemoConfiguration configuration;
    private final DemoFolder folder;
    private final Console console;
    private final ClassSpace classes;
    private final List<StageTime> stages = new ArrayList<>();

    DemoRun(DemoConfiguration configuration, DemoFolder folder, Console console) {
        this.configuration = configuration;
        this.folder = folder;
        this.console = console;
        this.classes = ClassSpace.load(configuration.frames().options().scene().classes());
    }

    /** Shows how far the story is, while the rest takes its time. */
    @FunctionalInterface
    interface Beginning {
        /** @param results of the labels; students there are none yet */
        void show(DemoResults results) throws IOException;
    }

    /**
     * The folder holds the weights of the expert and those that students start from.
     *
     * @param beginning is shown as soon as the labels are judged
     */
    DemoResults run(Beginning beginning) throws IOException, InterruptedException {
        RenderSummary rendered = timed("render frames", this::render);
        timed("label depth-only frames", () -> label(rendered.manifest()));
        LabelQuality quality = timed("judge the labels", () -> judge(rendered));
        beginning.show(new DemoResults(configuration.student().seed(), counts(), quality, List.of(), stages));
        List<StudentScore> students = timed("train three students", () -> students(rendered.manifest()));
        return new DemoResults(configuration.student().seed(), counts(), quality, students, stages);
    }

    private RenderSummary render() throws IOException, InterruptedException {
        try (CountedProgress progress = new CountedProgress(console, "render")) {
            return new DatasetRenderer(configuration.frames(), folder.frames()).render(progress::at);
        }
    }

    private @Nullable Void label(Path manifest) throws IOException, InterruptedException {
        ExpertConfiguration look = ExpertConfiguration.of("mt-lw-refinenet", folder.expert())
                .classes(classes.name())
                .mirror(configuration.mirror())
                .build();
        LabelRun.run(
                LabelConfiguration.of(manifest, look, folder.store())
                        .split("train")
                        .frames(FrameChoice.DEPTH_ONLY)
                        .maxQuarantined("0")
                        .build(),
                new ResumeOptions(false, false, false),
                count -> console.progress("label", count));
        return null;
    }

    private LabelQuality judge(RenderSummary rendered) {
        FrameSource truth = new DiskFrameSource(Manifest.read(Objects.requireNonNull(rendered.truth())));
        try (LabelStore store = LabelStore.open(folder.store())) {
            FilterPolicy policy = configuration.policy().policy(FilterContext.of(store, classes.names(), truth));
            EvaluationReport all = evaluate(truth, new LabelStorePredictor(store));
            EvaluationReport kept = evaluate(truth, new FilteredStorePredictor(store, policy));
            return new LabelQuality(
                    ConfigurationWriter.toYaml((Record) configuration.policy()).strip(),
                    score(all),
                    score(kept),
                    kept.value(SegmentationMetrics.COVERAGE));
        }
    }

    private EvaluationReport evaluate(FrameSource truth, FramePredictor predictor) {
        EvaluationOptions options = EvaluationOptions.of(classes.name(), classes.names(), DepthRange.NYUD);
        return Evaluation.run(truth, predictor, options, (done, of, id) -> {});
    }

    /** Side by side: small pictures keep one processor busy, and several only in part. */
    private List<StudentScore> students(Path manifest) throws IOException, InterruptedException {
        List<StudentKind> kinds = List.of(StudentKind.values());
        ExecutorService threads = Executors.newFixedThreadPool(kinds.size());
        try (Progress progress = console.progress("train", kinds.size() * configuration.steps())) {
            List<Callable<StudentScore>> trainings = new ArrayList<>();
            kinds.forEach(kind -> trainings.add(() -> student(kind, manifest, progress)));
            List<StudentScore> scores = new ArrayList<>();
            for (Future<StudentScore> score : threads.invokeAll(trainings)) {
                scores.add(ended(score));
            }
            return scores;
        } finally {
            threads.shutdownNow();
        }
    }

    private static StudentScore ended(Future<StudentScore> training) throws IOException, InterruptedException {
        try {
            return training.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }

    private StudentScore student(StudentKind kind, Path manifest, Progress progress) throws IOException {
        int processors = Runtime.getRuntime().availableProcessors();
        TrainConfiguration recipe = TrainConfigurationBuilder.builder()
                .out(folder.student(kind))
                .classes(classes.name())
                .sources(kind.sources(manifest, folder.store(), configuration.policy()))
                .trainer(kind.recipe(configuration.student(folder.initial())))
                .device("cpu")
                .threads(Math.max(1, processors / StudentKind.values().length))
                .build();
        TrainingSummary summary = new TrainRun(recipe).run(false, List.of(new StudentProgress(kind.title(), progress)));
        FrameSource test = new DiskFrameSource(Manifest.read(manifest).split("test"));
        try (FramePredictor student = ModelFile.student(summary.last())) {
            EvaluationReport report = evaluate(test, student);
            return new StudentScore(
                    kind.title(),
                    score(report),
                    report.value(DepthMetrics.RMSE),
                    report.value(DepthMetrics.ABS_REL),
                    report.value(DepthMetrics.DELTA1),
                    (int) summary.steps());
        }
    }

    private static LabelScore score(EvaluationReport report) {
        Map<String, @Nullable Double> iou = new LinkedHashMap<>();
        report.classes().forEach(c -> iou.put(c.name(), Double.isNaN(c.iou()) ? null : c.iou()));
        return new LabelScore(
                report.value(SegmentationMetrics.PIXEL_ACCURACY), report.value(SegmentationMetrics.MIOU), iou);
    }

    private FrameCounts counts() {
        return new FrameCounts(
                configuration.frames().labelled(),
                configuration.frames().depthOnly(),
                configuration.frames().test(),
                configuration.frames().options().width(),
                configuration.frames().options().height());
    }

    private <T> T timed(String stage, Step<T> step) throws IOException, InterruptedException {
        long start = System.nanoTime();
        T result = step.run();
        stages.add(new StageTime(stage, (System.nanoTime() - start) / 1e9));
        return result;
    }

    /** A part of the story. */
    @FunctionalInterface
    private interface Step<T> {
        T run() throws IOException, InterruptedException;
    }

    /** One student's part of a progress that several share. */
    record StudentProgress(String student, Progress progress) implements TrainingListener {
        @Override
        public void stepped(StepReport report) {
            progress.note(student + ": " + TrainingProgress.losses(report));
            progress.step(1);
        }
    }

    /** Where a demo keeps what. */
    record DemoFolder(Path path) {
        Path frames() {
            return path.resolve("frames");
        }

        /** Of these. */
        Path manifest() {
            return frames().resolve("manifest.jsonl");
        }

        /** What students start from. */
        Path initial() {
            return path.resolve("initial.pth");
        }

        Path expert() {
            return path.resolve("expert.pth");
        }

        Path store() {
            return path.resolve("store");
        }

        Path student(StudentKind kind) {
            return path.resolve("students").resolve(kind.key());
        }

        Path results() {
            return path.resolve("results.json");
        }

        Path report() {
            return path.resolve("report.html");
        }
    }

    /**
     * Everything that a demo measured; {@code results.json} is this record. Shares and scores are in [0, 1], depth
     * errors in metres, times in seconds.
     */
    public record DemoResults(
            long seed, FrameCounts frames, LabelQuality labels, List<StudentScore> students, List<StageTime> stages) {

        public DemoResults {
            students = List.copyOf(students);
            stages = List.copyOf(stages);
        }

        /** How many frames of which kind, and their size in pixels. */
        public record FrameCounts(int labelled, int depthOnly, int test, int width, int height) {}

        /**
         * How right the expert's labels are, since here the truth is known.
         *
         * @param all over every pixel with truth
         * @param kept over the pixels that the filter kept
         * @param keptShare share of pixels kept
         */
        public record LabelQuality(String policy, LabelScore all, LabelScore kept, double keptShare) {}

        /** @param iou by class name; null where the class appears neither in truth nor in the labels */
        public record LabelScore(double pixelAccuracy, double meanIou, Map<String, @Nullable Double> iou) {}

        /** One student on the test set. */
        public record StudentScore(
                String name,
                LabelScore segmentation,
                double depthRmse,
                double depthAbsRel,
                double depthDelta1,
                int steps) {}

        public record StageTime(String stage, double seconds) {}
    }

    /** The three students of the demo. They differ in their sources and in nothing else. */
    enum StudentKind {
        REAL_ONLY("real only", false, false),
        ALL_LABELS("real + all labels", true, false),
        FILTERED_LABELS("real + filtered labels", true, true);

        private final String title;
        private final boolean pseudo;
        private final boolean filtered;

        StudentKind(String title, boolean pseudo, boolean filtered) {
            this.title = title;
            this.pseudo = pseudo;
            this.filtered = filtered;
        }

        String title() {
            return title;
        }

        /** Folder name. */
        String key() {
            return title.replace(" + ", "-").replace(' ', '-');
        }

        Map<String, SourceConfiguration> sources(Path manifest, Path store, PolicyRecipe policy) {
            SourceConfigurationBuilder train = SourceConfiguration.of(manifest).split("train");
            SourceConfiguration real = train.require(List.of(Task.SEGMENTATION)).build();
            SourceConfiguration labelled = train.require(List.of())
                    .store(store)
                    .policy(filtered ? policy : new NoFilter())
                    .build();
            return pseudo
                    ? Map.of(DemoConfiguration.REAL, real, DemoConfiguration.PSEUDO, labelled)
                    : Map.of(DemoConfiguration.REAL, real);
        }

        TrainerConfiguration recipe(TrainerConfiguration student) {
            if (pseudo) {
                return student;
            }
            List<StageConfiguration> stages = student.stages().stream()
                    .map(stage -> stage.withSources(Map.of(DemoConfiguration.REAL, 1.0)))
                    .toList();
            return student.withStages(stages);
        }
    }
}
