package dev.understudy.cli.evaluate;

import dev.understudy.cli.console.Console;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.classes.ClassSlice;
import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.FramePredictor;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.Task;
import dev.understudy.evaluation.AbsentClasses;
import dev.understudy.evaluation.DepthRange;
import dev.understudy.evaluation.Evaluation;
import dev.understudy.evaluation.EvaluationOptions;
import dev.understudy.evaluation.EvaluationReport;
import dev.understudy.files.DataException;
import dev.understudy.labeler.ExpertConfiguration;
import dev.understudy.labeler.ExpertPlan;
import dev.understudy.labeler.ExpertPredictor;
import dev.understudy.labeler.NetworkExpert;
import dev.understudy.labeler.filter.FilteredStorePredictor;
import dev.understudy.model.engine.Precision;
import dev.understudy.model.inference.NetworkPredictor;
import dev.understudy.model.inference.Preprocessing;
import dev.understudy.model.network.Architecture;
import dev.understudy.pipeline.filter.FilterFile;
import dev.understudy.pipeline.filter.StorePolicies;
import dev.understudy.pipeline.predict.ModelFile;
import dev.understudy.pipeline.predict.OutputSlice;
import dev.understudy.pipeline.progress.Progress;
import dev.understudy.store.LabelStore;
import dev.understudy.store.LabelStorePredictor;
import dev.understudy.store.StoredFrames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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
            FrameSource frames = new StoredFrames(truth, store);
            for (int i = 0; i < frames.size(); i++) {
                store.requireSameClasses(frames, i);
            }
            return run(frames, labels, store.classSpace(), console);
        }
    }

    EvaluationReport network(NetworkChoice choice, Console console) throws IOException {
        ModelFile model =
                ModelFile.read(choice.checkpoint(), choice.architecture()).in(choice.precision());
        if (choice.mapTo() != null) {
            return mapped(choice, model, console);
        }
        ClassSpace scored = model.heads().tasks().contains(Task.SEGMENTATION) ? annotated(choice.classes()) : null;
        Preprocessing preprocessing =
                model.architecture() == Architecture.MT_LW_REFINENET ? Preprocessing.STUDENT : Preprocessing.EXPERT;
        ClassSlice slice = scored == null
                ? ClassSlice.ALL
                : OutputSlice.of(model, choice.classes() == null ? scored : ClassSpace.load(choice.classes()), scored);
        try (FramePredictor network =
                new NetworkPredictor(model.build(choice.device(), threads), preprocessing, slice, threads)) {
            return run(truth, network, scored, console);
        }
    }

    /** @param mapTo null = as the card says */
    EvaluationReport expert(Path card, @Nullable String mapTo, Precision precision, String device, Console console)
            throws IOException {
        ExpertPlan plan = ExpertPlan.of(ExpertConfiguration.ofCard(card)
                .mapTo(mapTo)
                .topK(1)
                .precision(precision)
                .device(device)
                .build());
        try (FramePredictor expert =
                new ExpertPredictor(new NetworkExpert(plan.build(threads), plan, threads), plan.tasks())) {
            return run(truth, expert, plan.labels(), console);
        }
    }

    /** As an expert would label: probabilities are merged before the decision. */
    private EvaluationReport mapped(NetworkChoice choice, ModelFile model, Console console) throws IOException {
        ExpertPlan plan =
                ExpertPlan.of(ExpertConfiguration.of(model.architecture().key(), choice.checkpoint())
                        .classes(choice.classes())
                        .mapTo(choice.mapTo())
                        .topK(1)
                        .precision(choice.precision())
                        .device(choice.device())
                        .build());
        try (FramePredictor expert =
                new ExpertPredictor(new NetworkExpert(plan.build(threads), plan, threads), plan.tasks())) {
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
}
