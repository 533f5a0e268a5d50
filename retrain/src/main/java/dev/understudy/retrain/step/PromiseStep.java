package dev.understudy.retrain.step;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.StrictJson;
import dev.understudy.labeler.ExpertConfiguration;
import dev.understudy.labeler.calibration.CalibratedStore;
import dev.understudy.labeler.filter.FilterContext;
import dev.understudy.labeler.filter.PolicyRecipe;
import dev.understudy.labeler.filter.Promise;
import dev.understudy.labeler.reliability.ReliabilityFile;
import dev.understudy.pipeline.RunObserver;
import dev.understudy.pipeline.filter.StorePolicies;
import dev.understudy.pipeline.filter.StorePolicies.OtherStores;
import dev.understudy.retrain.cycle.CycleRecord.Measure;
import dev.understudy.retrain.cycle.CycleRecord.Outcome;
import dev.understudy.retrain.cycle.CycleStep;
import dev.understudy.retrain.cycle.CycleStep.CycleContext;
import dev.understudy.retrain.cycle.CycleStep.StepResult;
import dev.understudy.retrain.measure.DriftWatch;
import dev.understudy.retrain.measure.DriftWatch.DriftConfiguration;
import dev.understudy.retrain.measure.DriftWatch.DriftReport;
import dev.understudy.retrain.step.FileStamps.StoreStamp;
import dev.understudy.retrain.step.LabellersStep.ExpertBench;
import dev.understudy.retrain.step.LabellersStep.Labellers;
import dev.understudy.retrain.step.StudentRecipe.PseudoSource;
import dev.understudy.retrain.step.WatchStep.StoreHistograms;
import dev.understudy.store.LabelStore;
import dev.understudy.store.StorePublisher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Renews the promises of a policy: has the annotated examples labelled by whoever labels the new frames, calibrated in
 * the same way, and finds the threshold that each promise can be kept with. A promise is of frames like its examples,
 * so one is void when the new frames are unlike them; then, and where a promise is refused, the cycle ends before
 * anything is learnt.
 */
public final class PromiseStep implements CycleStep {
    public static final String NAME = "promise";
    private static final String POLICY = "policy";

    private final LabellingRecipe recipe;
    private final ExpertBench bench;
    private final DriftConfiguration drift;
    private final RunObserver observer;
    private final Promise first;

    /** @throws ConfigurationException if the policy's promises do not all have the same examples */
    PromiseStep(LabellingRecipe recipe, ExpertBench bench, DriftConfiguration drift, RunObserver observer) {
        this.recipe = recipe;
        this.bench = bench;
        this.drift = drift;
        this.observer = observer;
        List<Promise> promises = recipe.policy().promises();
        this.first = promises.get(0);
        List<String> examples = promises.stream()
                .map(promise -> promise.examples() + (promise.split() == null ? "" : ", split " + promise.split()))
                .distinct()
                .toList();
        if (examples.size() > 1) {
            throw new ConfigurationException("label.policy: its promises have different examples, "
                    + String.join(" and ", examples) + "; give all of them the same");
        }
    }

    /** @param policy with the thresholds that its promises were given */
    record Renewed(PolicyRecipe policy) {}

    /** The policy of a cycle whose promises have been renewed. */
    static PolicyRecipe renewed(CycleContext context) {
        return ConfigurationLoader.parse("the renewed policy", context.output(NAME, POLICY), Renewed.class, List.of())
                .policy();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public SortedMap<String, String> inputs(CycleContext context) throws IOException {
        return new TreeMap<>(Map.of(
                "policy",
                        ConfigurationWriter.toYaml(
                                new Renewed(PseudoSource.unrenewed(recipe, LabellersStep.of(context)))),
                "examples", FileStamps.of(recipe.policy()),
                "drift", ConfigurationWriter.toYaml(drift),
                "store", StoreStamp.of(LabelStep.store(context)),
                "other-store", StoreStamp.of(LabelStep.otherStore(context)),
                "fresh", context.output(IntakeStep.NAME, "fresh-sha256")));
    }

    @Override
    public StepResult run(CycleContext context) throws IOException, InterruptedException {
        Labellers labellers = LabellersStep.of(context);
        Path store = LabelStep.store(context);
        Path examples = examples(labellers.asksExpert() ? bench.expert() : student(context), store);
        Map<String, Path> others = labellers == Labellers.BOTH
                ? Map.of(PseudoSource.STUDENT, examples(student(context), Path.of(LabelStep.otherStore(context))))
                : Map.of();
        DriftReport report = compare(CycleFrames.of(context), store, examples);
        Path file = context.work().resolve("drift.json");
        AtomicFile.write(file, StrictJson.indented(report));
        Map<String, String> outputs = new TreeMap<>(
                Map.of("report", file.toString(), "level", report.level().name().toLowerCase(Locale.ROOT)));
        List<Measure> measures = new ArrayList<>(report.features().stream()
                .filter(feature -> Double.isFinite(feature.distance()))
                .map(feature ->
                        Measure.of("drift_from_examples", Map.of("feature", feature.name()), feature.distance()))
                .toList());
        if (drift.voidsPromise().by(report.level())) {
            return StepResult.ending(
                    Outcome.STOPPED,
                    "the promise is void: the new frames are unlike its examples, "
                            + report.reason(DriftReport.Level.WARN)
                            + "; annotate some of them and add these to " + first.examples()
                            + ", or let them pass with drift thresholds that do",
                    outputs,
                    measures);
        }
        try {
            PolicyRecipe renewed = renew(PseudoSource.unrenewed(recipe, labellers), examples, others);
            outputs.put(POLICY, ConfigurationWriter.toYaml(new Renewed(renewed)));
            outputs.put("reason", described(renewed));
            context.tell().accept(described(renewed));
            renewed.promises()
                    .forEach(promise -> measures.add(Measure.of(
                            "promise_least", Map.of("wrong", Double.toString(promise.wrong())), least(promise))));
            return StepResult.done(outputs, measures);
        } catch (Promise.RefusedException e) {
            return StepResult.ending(Outcome.STOPPED, String.valueOf(e.getMessage()), outputs, measures);
        }
    }

    private ExpertConfiguration student(CycleContext context) throws IOException {
        return bench.student(CycleFrames.champion(context).orElseThrow());
    }

    private Manifest examples() {
        return Manifest.read(first.examples(), first.split()).filter(frame -> frame.segmentation() != null);
    }

    /** Labels the examples as the frames of {@code store} were, down to what was learned of these labels. */
    private Path examples(ExpertConfiguration expert, Path store) throws IOException, InterruptedException {
        Path examples = LabelStep.annotated(recipe, expert, first.examples(), examples(), store, observer);
        try (LabelStore labels = LabelStore.open(store)) {
            StorePublisher.calibrate(examples, labels.description().calibration());
            if (ReliabilityFile.exists(store)) {
                try (LabelStore same = LabelStore.open(examples)) {
                    ReliabilityFile.copy(labels, same);
                }
            } else {
                ReliabilityFile.remove(examples);
            }
        }
        return examples;
    }

    private DriftReport compare(CycleFrames frames, Path store, Path examples) {
        Manifest fresh = frames.read(frames.fresh());
        if (fresh.size() == 0) {
            return new DriftReport(List.of());
        }
        try (LabelStore labels = LabelStore.open(store);
                LabelStore known = LabelStore.open(examples)) {
            return new DriftWatch(drift)
                    .compareWith(
                            "the examples", StoreHistograms.of(known, examples()), StoreHistograms.of(labels, fresh));
        }
    }

    private PolicyRecipe renew(PolicyRecipe policy, Path examples, Map<String, Path> others) {
        try (LabelStore store = LabelStore.open(examples);
                OtherStores beside = OtherStores.open(others)) {
            return policy.renewed(FilterContext.of(
                    new CalibratedStore(store),
                    StorePolicies.classSpace(store).names(),
                    beside.byName(),
                    new DiskFrameSource(examples())));
        }
    }

    private static String described(PolicyRecipe renewed) {
        List<String> lines = renewed.promises().stream()
                .map(promise -> String.format(
                        Locale.ROOT,
                        "at most %.1f %% of the kept labels are wrong, with %.0f %% confidence, from %.3f on",
                        100 * promise.wrong(),
                        100 * promise.confidence(),
                        least(promise)))
                .toList();
        return "promised: " + String.join("; ", lines);
    }

    private static double least(Promise promise) {
        Double least = promise.least();
        return least == null ? Double.NaN : least;
    }
}
