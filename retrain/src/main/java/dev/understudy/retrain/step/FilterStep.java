package dev.understudy.retrain.step;

import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.StrictJson;
import dev.understudy.labeler.calibration.CalibratedStore;
import dev.understudy.labeler.filter.FilterContext;
import dev.understudy.labeler.filter.FilteredStore;
import dev.understudy.labeler.filter.Judgement;
import dev.understudy.labeler.filter.PolicyRecipe;
import dev.understudy.pipeline.filter.StorePolicies;
import dev.understudy.pipeline.filter.StorePolicies.OtherStores;
import dev.understudy.retrain.cycle.CycleRecord.Measure;
import dev.understudy.retrain.cycle.CycleStep;
import dev.understudy.retrain.cycle.CycleStep.CycleContext;
import dev.understudy.retrain.cycle.CycleStep.StepResult;
import dev.understudy.retrain.step.FileStamps.StoreStamp;
import dev.understudy.retrain.step.StudentRecipe.PseudoSource;
import dev.understudy.store.LabelStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Applies the policy, with the statistics of the store as it is now, to new frames, to say what it keeps. Looks at no
 * more than {@value #SAMPLE} of them, spread evenly.
 */
public record FilterStep(LabellingRecipe recipe) implements CycleStep {
    public static final String NAME = "filter";
    private static final int SAMPLE = 256;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public SortedMap<String, String> inputs(CycleContext context) throws IOException {
        return new TreeMap<>(Map.of(
                "policy", ConfigurationWriter.toYaml((Record) PseudoSource.policy(recipe, context)),
                "policy-frames", FileStamps.of(recipe.policy()),
                "store", StoreStamp.of(LabelStep.store(context)),
                "other-store", StoreStamp.of(LabelStep.otherStore(context)),
                "fresh", context.output(IntakeStep.NAME, "fresh-sha256")));
    }

    @Override
    public StepResult run(CycleContext context) throws IOException {
        KeptLabels kept = kept(context);
        Path file = context.work().resolve("kept.json");
        AtomicFile.write(file, StrictJson.indented(kept));
        return StepResult.done(
                Map.of("report", file.toString()), List.of(Measure.of("labels_kept_share", kept.share())));
    }

    private KeptLabels kept(CycleContext context) {
        CycleFrames frames = CycleFrames.of(context);
        PolicyRecipe policy = PseudoSource.policy(recipe, context);
        try (LabelStore store = LabelStore.open(LabelStep.store(context));
                OtherStores others = OtherStores.open(PseudoSource.otherStores(context))) {
            ClassSpace classes = StorePolicies.classSpace(store);
            CalibratedStore calibrated = new CalibratedStore(store);
            FrameSource fresh = store.labelled(new DiskFrameSource(frames.read(frames.fresh())));
            FilteredStore filtered = new FilteredStore(
                    calibrated, policy.policy(FilterContext.of(calibrated, classes.names(), others.byName(), fresh)));
            int read = Math.min(SAMPLE, fresh.size());
            SortedMap<Integer, KeptLabels.Count> counts = new TreeMap<>();
            for (int i = 0; i < read; i++) {
                count(filtered.judge(fresh.read((int) ((long) i * fresh.size() / read))), counts);
            }
            return summary(read, counts, classes);
        }
    }

    private static void count(Judgement judgement, SortedMap<Integer, KeptLabels.Count> counts) {
        long[] labelled = new long[256];
        long[] kept = new long[256];
        for (int i = 0; i < judgement.classes().length; i++) {
            labelled[judgement.classes()[i] & 0xFF]++;
            kept[judgement.classes()[i] & 0xFF] += judgement.weight()[i] > 0 ? 1 : 0;
        }
        for (int index = 0; index < LabelMap.IGNORE; index++) {
            if (labelled[index] > 0) {
                counts.merge(index, new KeptLabels.Count(labelled[index], kept[index]), KeptLabels.Count::plus);
            }
        }
    }

    private static KeptLabels summary(int frames, SortedMap<Integer, KeptLabels.Count> counts, ClassSpace classes) {
        SortedMap<String, KeptLabels.Count> byName = new TreeMap<>();
        counts.forEach((index, count) -> byName.put(classes.className(index), count));
        long pixels =
                counts.values().stream().mapToLong(KeptLabels.Count::labelled).sum();
        long kept = counts.values().stream().mapToLong(KeptLabels.Count::kept).sum();
        return new KeptLabels(frames, pixels, kept, byName);
    }

    /**
     * What a policy keeps of the labels of new frames.
     *
     * @param frames that were looked at
     * @param pixels of these with a label
     * @param kept of these that the policy keeps
     * @param classes by name of the class that the labeller said
     */
    public record KeptLabels(int frames, long pixels, long kept, SortedMap<String, Count> classes) {
        /** @param labelled pixels that the labeller gave this class */
        public record Count(long labelled, long kept) {
            Count plus(Count other) {
                return new Count(labelled + other.labelled, kept + other.kept);
            }

            public double share() {
                return labelled == 0 ? 0 : (double) kept / labelled;
            }
        }

        public KeptLabels {
            classes = Collections.unmodifiableSortedMap(new TreeMap<>(classes));
        }

        /** 0–1. */
        public double share() {
            return pixels == 0 ? 0 : (double) kept / pixels;
        }
    }
}
