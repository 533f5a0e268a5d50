package dev.understudy.cli.run;

import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.NetworkOptions;
import dev.understudy.cli.report.FramePages;
import dev.understudy.cli.report.FrameView;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FramePredictor;
import dev.understudy.dataset.frame.FramePredictor.Prediction;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.ClassSpace.ClassSlice;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.evaluation.Evaluation;
import dev.understudy.evaluation.EvaluationOptions;
import dev.understudy.evaluation.EvaluationOptions.AbsentClasses;
import dev.understudy.evaluation.EvaluationOptions.DepthRange;
import dev.understudy.evaluation.EvaluationReport;
import dev.understudy.files.DataException;
import dev.understudy.labeler.ExpertConfiguration;
import dev.understudy.labeler.ExpertPlan;
import dev.understudy.labeler.ExpertPredictor;
import dev.understudy.labeler.filter.FilteredStore.FilteredStorePredictor;
import dev.understudy.model.inference.NetworkPredictor;
import dev.understudy.model.inference.Preprocessing;
import dev.understudy.model.network.Architecture;
import dev.understudy.pipeline.RunObserver.Progress;
import dev.understudy.pipeline.filter.StorePolicies;
import dev.understudy.pipeline.filter.StorePolicies.FilterFile;
import dev.understudy.pipeline.label.ModelFile;
import dev.understudy.pipeline.label.ModelFile.OutputSlice;
import dev.understudy.store.LabelStore;
import dev.understudy.store.LabelStorePredictor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Scores whatever predicts against the annotation of some frames. */
final class Scoring {
    private final Manifest manifest;
    private final FrameSource truth;
    private final DepthRange depths;
    private final AbsentClasses absent;
    private final boolean sequences;
    private final @Nullable Path pages;
    private final int threads = Runtime.getRuntime().availableProcessors();

    /** @param pages folder for pages of the frames; null = none */
    Scoring(Manifest manifest, double maxDepth, AbsentClasses absent, boolean sequences, @Nullable Path pages) {
        if (!(maxDepth > 0)) {
            throw new ConfigurationException("--max-depth " + maxDepth + ": expected metres above 0");
        }
        this.manifest = manifest;
        this.truth = new DiskFrameSource(manifest);
        this.depths = new DepthRange(0, maxDepth);
        this.absent = absent;
        this.sequences = sequences;
        this.pages = pages;
    }

    /** @param policy null = the most probable class of every pixel */
    EvaluationReport store(Path folder, @Nullable String policy, Console console) throws IOException {
        try (LabelStore store = LabelStore.open(folder);
                FramePredictor labels = policy == null
                        ? new LabelStorePredictor(store)
                        : new FilteredStorePredictor(
                                StorePolicies.apply(FilterFile.read(policy, List.of()), store, truth))) {
            FrameSource frames = store.labelled(truth);
            for (int i = 0; i < frames.size(); i++) {
                store.requireSameClasses(frames, i);
            }
            return run(frames, labels, store.classSpace(), console);
        }
    }

    /**
     * @param classes class space of the network's outputs; null = that of the frames
     * @param mapTo class space that they are mapped to before they are scored; null = none
     */
    EvaluationReport network(
            NetworkOptions options, Path checkpoint, @Nullable String classes, @Nullable String mapTo, Console console)
            throws IOException {
        ModelFile model = options.model(checkpoint);
        if (mapTo != null) {
            // As an expert would label: probabilities are merged before the decision.
            return expert(
                    options.plan(ExpertConfiguration.of(model.architecture().key(), checkpoint)
                            .classes(classes)
                            .mapTo(mapTo)),
                    console);
        }
        ClassSpace scored = model.heads().tasks().contains(Task.SEGMENTATION) ? annotated(classes) : null;
        Preprocessing preprocessing =
                model.architecture() == Architecture.MT_LW_REFINENET ? Preprocessing.STUDENT : Preprocessing.EXPERT;
        ClassSlice slice = scored == null
                ? ClassSlice.ALL
                : OutputSlice.of(model, classes == null ? scored : ClassSpace.load(classes), scored);
        try (FramePredictor network =
                new NetworkPredictor(model.build(options.device(), threads), preprocessing, slice, threads)) {
            return run(truth, network, scored, console);
        }
    }

    /** @param mapTo null = as the card says */
    EvaluationReport expert(NetworkOptions options, Path card, @Nullable String mapTo, Console console)
            throws IOException {
        return expert(options.plan(ExpertConfiguration.ofCard(card).mapTo(mapTo)), console);
    }

    private EvaluationReport expert(ExpertPlan plan, Console console) throws IOException {
        try (FramePredictor expert = ExpertPredictor.of(plan)) {
            return run(truth, expert, plan.labels(), console);
        }
    }

    private EvaluationReport run(
            FrameSource frames, FramePredictor predictor, @Nullable ClassSpace classes, Console console)
            throws IOException {
        EvaluationOptions options = new EvaluationOptions(
                classes == null ? null : classes.name(),
                classes == null ? List.of() : classes.names(),
                absent,
                depths,
                true,
                sequences);
        try (Progress progress = console.progress("evaluate", frames.size())) {
            if (pages == null) {
                return Evaluation.run(frames, predictor, options, (done, total, id) -> progress.step(1));
            }
            ScoredPages shown = new ScoredPages(pages, manifest.folder().toString(), predictor, classes);
            EvaluationReport report = Evaluation.run(frames, shown, options, (done, total, id) -> progress.step(1));
            shown.write();
            return report;
        }
    }

    /** The class space that the frames are annotated in, or else that of the network. */
    private @Nullable ClassSpace annotated(@Nullable String outputs) {
        Set<String> spaces = manifest.classSpaces();
        if (spaces.size() > 1) {
            throw new DataException(
                    "the frames are annotated in several class spaces, " + spaces + "; choose a split that has one");
        }
        if (!spaces.isEmpty()) {
            return manifest.classSpace(spaces.iterator().next());
        }
        return outputs == null ? null : ClassSpace.load(outputs);
    }

    /**
     * Predicts as another does, and makes pages of what it says of each frame beside the truth: the frames of which
     * least is right first. Right is a pixel with the annotated class, or, where labels are not scored, within a
     * quarter of the measured depth.
     */
    private static final class ScoredPages implements FramePredictor {
        private static final int WIDTH = 320;
        private static final int PER_PAGE = 24;
        private static final double NEAR = 1.25;
        private static final String TRUTH = "annotation";
        private static final String LABELS = "labels";
        private static final String TRUE_DEPTH = "measured depth";
        private static final String DEPTH = "depth";

        private final FramePredictor predictor;
        private final @Nullable ClassSpace classes;
        private final FramePages pages;
        private int shown;

        /** @param predictor stays the caller's to close */
        ScoredPages(Path out, String title, FramePredictor predictor, @Nullable ClassSpace classes) {
            this.predictor = predictor;
            this.classes = classes;
            this.pages = new FramePages(
                    out,
                    new FramePages.Head(
                            title,
                            "The frames of which least is right first. Depth: near is dark, far is bright.",
                            "right",
                            List.of(FrameView.PICTURE, TRUTH, LABELS, TRUE_DEPTH, DEPTH),
                            PER_PAGE),
                    classes);
        }

        @Override
        public Set<Task> tasks() {
            return predictor.tasks();
        }

        @Override
        public Prediction predict(Frame frame) {
            Prediction prediction = predictor.predict(frame);
            try {
                pages.add(shown++, view(frame, prediction));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return prediction;
        }

        private FrameView view(Frame frame, Prediction prediction) {
            FrameView view = new FrameView(frame, WIDTH);
            LabelMap labels = prediction.segmentation();
            LabelMap truth = frame.segmentation();
            DepthMap depth = prediction.depth();
            DepthMap measured = frame.depth();
            double right = Double.NaN;
            if (labels != null && truth != null && classes != null) {
                view.labels(TRUTH, truth, classes).others(LABELS, labels, classes);
                right = FrameView.right(labels, truth);
            }
            if (depth != null && measured != null) {
                view.depth(TRUE_DEPTH, measured).depth(DEPTH, depth);
                double near = near(depth.metres(), measured.metres());
                view.fact(String.format(Locale.ROOT, "δ1 %.3f", near));
                right = Double.isNaN(right) ? near : right;
            }
            return view.value(right);
        }

        /** Share of the measured pixels whose depth is off by less than a quarter; NaN if none was measured. */
        private static double near(float[] depth, float[] measured) {
            int near = 0;
            int all = 0;
            for (int i = 0; i < measured.length; i++) {
                if (measured[i] > 0) {
                    all++;
                    near += depth[i] < NEAR * measured[i] && measured[i] < NEAR * depth[i] ? 1 : 0;
                }
            }
            return all == 0 ? Double.NaN : (double) near / all;
        }

        /** @return the first page of the frames that were predicted */
        Path write() throws IOException {
            return pages.write();
        }

        @Override
        public void close() {}
    }
}
