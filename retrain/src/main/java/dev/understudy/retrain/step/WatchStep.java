package dev.understudy.retrain.step;

import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.dataset.evidence.LevelHistogram;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.DataException;
import dev.understudy.files.StrictJson;
import dev.understudy.retrain.cycle.CycleRecord.Measure;
import dev.understudy.retrain.cycle.CycleRecord.Outcome;
import dev.understudy.retrain.cycle.CycleStep;
import dev.understudy.retrain.cycle.CycleStep.CycleContext;
import dev.understudy.retrain.cycle.CycleStep.StepResult;
import dev.understudy.retrain.measure.DriftWatch;
import dev.understudy.retrain.measure.DriftWatch.DriftConfiguration;
import dev.understudy.retrain.measure.DriftWatch.DriftReport;
import dev.understudy.retrain.measure.DriftWatch.FrameHistograms;
import dev.understudy.store.FrameSummary.SegmentationSummary;
import dev.understudy.store.LabelStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Compares the new frames with those that were learnt from before, and ends the cycle if they are too far away. */
public record WatchStep(DriftConfiguration drift) implements CycleStep {
    public static final String NAME = "watch";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public SortedMap<String, String> inputs(CycleContext context) {
        return new TreeMap<>(Map.of(
                "drift", ConfigurationWriter.toYaml(drift),
                "store", context.output(LabelStep.NAME, "store-sha256"),
                "frames", context.output(IntakeStep.NAME, "to-learn-sha256"),
                "fresh", context.output(IntakeStep.NAME, "fresh-sha256")));
    }

    @Override
    public StepResult run(CycleContext context) throws IOException {
        DriftReport report = compare(context);
        Path file = context.work().resolve("drift.json");
        AtomicFile.write(file, StrictJson.indented(report));
        List<Measure> measures = report.features().stream()
                .filter(feature -> Double.isFinite(feature.distance()))
                .map(feature -> Measure.of("drift", Map.of("feature", feature.name()), feature.distance()))
                .toList();
        Map<String, String> outputs = Map.of(
                "report", file.toString(),
                "level", report.level().name().toLowerCase(java.util.Locale.ROOT),
                "reason", report.reason(DriftReport.Level.WARN));
        if (report.level() == DriftReport.Level.STOP) {
            return StepResult.ending(
                    Outcome.STOPPED,
                    "the new frames are unlike those learnt from: " + report.reason(DriftReport.Level.STOP)
                            + "; take them out of the source, or let them pass with drift thresholds that do",
                    outputs,
                    measures);
        }
        if (report.level() == DriftReport.Level.WARN) {
            context.tell().accept("the new frames drift: " + report.reason(DriftReport.Level.WARN));
        }
        return StepResult.done(outputs, measures);
    }

    private DriftReport compare(CycleContext context) {
        CycleFrames frames = CycleFrames.of(context);
        Manifest fresh = frames.read(frames.fresh());
        if (fresh.size() == 0) {
            return new DriftReport(List.of());
        }
        Set<String> ids = fresh.frames().stream().map(FrameRecord::id).collect(Collectors.toSet());
        Manifest before = frames.read(frames.toLearn()).filter(frame -> !ids.contains(frame.id()));
        try (LabelStore store = LabelStore.open(LabelStep.store(context))) {
            return new DriftWatch(drift).compare(StoreHistograms.of(store, before), StoreHistograms.of(store, fresh));
        }
    }

    /**
     * Histograms of frames in a store: labels and confidence of all of them, from its index; depth of at most {@value
     * #SAMPLE}, spread evenly, since pictures have to be read for it.
     */
    static final class StoreHistograms {
        private static final int SAMPLE = 256;
        private static final int NO_CLASS = 255;

        private StoreHistograms() {}

        /** @param frames those that are not in the store are left out */
        static FrameHistograms of(LabelStore store, Manifest frames) {
            FrameHistograms histograms =
                    new FrameHistograms(Math.max(1, store.description().numberOfClasses()));
            Set<String> wanted =
                    frames.frames().stream().map(FrameRecord::id).collect(Collectors.toCollection(HashSet::new));
            store.summaries().filter(summary -> wanted.contains(summary.id())).forEach(summary -> {
                if (summary.segmentation() != null) {
                    add(histograms, summary.segmentation());
                }
            });
            addDepth(histograms, frames.filter(frame -> frame.depth() != null && store.contains(frame.id())));
            return histograms;
        }

        private static void add(FrameHistograms histograms, SegmentationSummary summary) {
            summary.confidence().forEach((index, levels) -> {
                for (int level = 0; index != NO_CLASS && level < LevelHistogram.LEVELS; level++) {
                    histograms.addLabel(index, level / 255.0, levels.count(level));
                }
            });
        }

        private static void addDepth(FrameHistograms histograms, Manifest frames) {
            FrameSource source = new DiskFrameSource(frames);
            int read = Math.min(SAMPLE, source.size());
            for (int i = 0; i < read; i++) {
                try {
                    Frame frame = source.read((int) ((long) i * source.size() / read));
                    histograms.addDepth(Objects.requireNonNull(frame.depth()));
                } catch (DataException e) {
                    // A frame that cannot be read says nothing of the others; if none can, that is drift enough.
                }
            }
        }
    }
}
