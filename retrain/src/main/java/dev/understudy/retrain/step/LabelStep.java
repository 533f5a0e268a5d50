package dev.understudy.retrain.step;

import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.ImageHeader;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.Sha256;
import dev.understudy.labeler.ExpertConfiguration;
import dev.understudy.labeler.ExpertPlan;
import dev.understudy.pipeline.RunObserver;
import dev.understudy.pipeline.label.LabelConfiguration;
import dev.understudy.pipeline.label.LabelConfiguration.FrameChoice;
import dev.understudy.pipeline.label.LabelConfiguration.QuarantineLimit;
import dev.understudy.pipeline.label.LabelRun;
import dev.understudy.retrain.cycle.CycleRecord.Measure;
import dev.understudy.retrain.cycle.CycleRecord.Outcome;
import dev.understudy.retrain.cycle.CycleStep;
import dev.understudy.retrain.cycle.CycleStep.CycleContext;
import dev.understudy.retrain.cycle.CycleStep.StepResult;
import dev.understudy.retrain.step.LabellersStep.ExpertBench;
import dev.understudy.retrain.step.LabellersStep.Labellers;
import dev.understudy.store.LabelStore;
import dev.understudy.store.StorePublisher.ResumeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Extends the labellers' stores by the new frames. An expert has one store for good, named after its fingerprint; a
 * student that labels has one too, over all frames.
 *
 * @param stores folder for the label stores
 */
public record LabelStep(LabellingRecipe recipe, ExpertBench bench, Path stores, RunObserver observer)
        implements CycleStep {
    public static final String NAME = "label";
    /** Output that says that too many frames could not be read. */
    static final String TOO_MANY = "too-many-quarantined";

    @Override
    public String name() {
        return NAME;
    }

    /** The store that labels are read from. */
    static Path store(CycleContext context) {
        return Path.of(context.output(NAME, "store"));
    }

    /** The store that labels must agree with; {@value CycleFrames#NONE} if none. */
    static String otherStore(CycleContext context) {
        return context.output(NAME, "other-store");
    }

    @Override
    public SortedMap<String, String> inputs(CycleContext context) {
        SortedMap<String, String> inputs = new TreeMap<>(Map.of(
                "frames", context.output(IntakeStep.NAME, "to-label-sha256"),
                "fresh", context.output(IntakeStep.NAME, "fresh-sha256"),
                "labellers", LabellersStep.of(context).key(),
                "champion-sha256",
                        LabellersStep.of(context).asksStudent()
                                ? CycleFrames.championSha256(context)
                                : CycleFrames.NONE,
                "expert", ConfigurationWriter.toYaml(bench.expert()),
                "expert-fingerprint", ExpertPlan.of(bench.expert()).fingerprint(),
                "shardSize", Integer.toString(recipe.shardSize()),
                "maxQuarantined", recipe.maxQuarantined()));
        if (LabellersStep.of(context).asksStudent()) {
            StudentRecipe.addPrecision(bench.precision(), inputs);
        }
        // As before there was a limit of one's own, so that cycles of that time are gone on with.
        if (recipe.maxPixels() != ImageHeader.DEFAULT_MAX_PIXELS) {
            inputs.put("maxPixels", Long.toString(recipe.maxPixels()));
        }
        return inputs;
    }

    @Override
    public boolean holds(StepResult result) {
        return List.of("store", "other-store").stream()
                .map(name -> result.outputs().getOrDefault(name, CycleFrames.NONE))
                .filter(store -> !store.equals(CycleFrames.NONE))
                .allMatch(store -> Files.exists(Path.of(store, "_SUCCESS")));
    }

    @Override
    public StepResult run(CycleContext context) throws IOException, InterruptedException {
        Labellers labellers = LabellersStep.of(context);
        ExpertConfiguration first = labellers.asksExpert() ? bench.expert() : bench.student(champion(context));
        Path store = label(first, context);
        Path other = labellers == Labellers.BOTH ? label(bench.student(champion(context)), context) : null;
        Map<String, String> outputs = new TreeMap<>(Map.of(
                "store", store.toString(),
                "store-sha256", Sha256.of(store.resolve("_SUCCESS")),
                "other-store", other == null ? CycleFrames.NONE : other.toString()));
        return judged(context, store, outputs);
    }

    private static String champion(CycleContext context) {
        return CycleFrames.champion(context).orElseThrow();
    }

    private Path label(ExpertConfiguration expert, CycleContext context) throws IOException, InterruptedException {
        CycleFrames frames = CycleFrames.of(context);
        Path store = folder(stores, expert);
        Path limit = store.resolveSibling(store.getFileName() + ".max-pixels");
        // What was too large then may not be now.
        boolean raised = Files.exists(store) && recipe.maxPixels() > limitBefore(limit);
        LabelRun.run(
                configuration(recipe, expert, frames.toLabel(), store),
                frames.read(frames.toLabel()),
                new ResumeOptions(true, raised, false),
                count -> observer.progress("label", count));
        AtomicFile.write(limit, Long.toString(recipe.maxPixels()));
        return store;
    }

    private static long limitBefore(Path file) throws IOException {
        try {
            return Files.exists(file) ? Long.parseLong(Files.readString(file)) : ImageHeader.DEFAULT_MAX_PIXELS;
        } catch (NumberFormatException e) {
            // Whatever it was: then quarantined frames are tried once more.
            return 0;
        }
    }

    /** Where the labels of an expert are. */
    static Path folder(Path stores, ExpertConfiguration expert) {
        ExpertPlan plan = ExpertPlan.of(expert);
        return stores.resolve(
                plan.identity().architecture() + "-" + plan.fingerprint().substring(0, 12));
    }

    static LabelConfiguration configuration(
            LabellingRecipe recipe, ExpertConfiguration expert, Path manifest, Path store) {
        return LabelConfiguration.of(manifest, expert, store)
                .frames(FrameChoice.ALL)
                .shardSize(recipe.shardSize())
                .maxPixels(recipe.maxPixels())
                .maxQuarantined(recipe.maxQuarantined())
                .spark(recipe.spark())
                .build();
    }

    /**
     * Has a labeller label annotated frames too, into a store beside its own, named after what they are.
     *
     * @param store the labeller's own
     * @param list that {@code annotated} come from
     */
    static Path annotated(
            LabellingRecipe recipe,
            ExpertConfiguration expert,
            Path list,
            Manifest annotated,
            Path store,
            RunObserver observer)
            throws IOException, InterruptedException {
        String stamp = FileStamps.of(annotated).substring(0, 12);
        Path beside = store.resolveSibling(store.getFileName() + "-truth-" + stamp);
        LabelRun.run(
                configuration(recipe, expert, list, beside),
                annotated,
                ResumeOptions.DEFAULT,
                count -> observer.progress("label annotated", count));
        return beside;
    }

    private StepResult judged(CycleContext context, Path store, Map<String, String> outputs) {
        CycleFrames frames = CycleFrames.of(context);
        Manifest fresh = frames.read(frames.fresh());
        try (LabelStore labels = LabelStore.open(store)) {
            long missing = fresh.frames().stream()
                    .map(FrameRecord::id)
                    .filter(id -> !labels.contains(id))
                    .count();
            List<Measure> measures = List.of(
                    Measure.of("frames_labelled", labels.ids().size()),
                    Measure.of("frames_quarantined", missing),
                    Measure.of("label_confidence", labels.totals().meanConfidence()));
            QuarantineLimit limit = recipe.quarantineLimit();
            outputs.put(TOO_MANY, Boolean.toString(limit.isExceededBy(missing, fresh.size())));
            return limit.isExceededBy(missing, fresh.size())
                    ? StepResult.ending(
                            Outcome.STOPPED,
                            missing + " of " + fresh.size() + " new frames are in quarantine and maxQuarantined allows "
                                    + limit + "; see " + store.resolve("quarantine"),
                            outputs,
                            measures)
                    : StepResult.done(outputs, measures);
        }
    }
}
