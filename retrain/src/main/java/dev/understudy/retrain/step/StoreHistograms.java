package dev.understudy.retrain.step;

import dev.understudy.dataset.evidence.LevelHistogram;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.files.DataException;
import dev.understudy.retrain.drift.FrameHistograms;
import dev.understudy.store.FrameSummary.SegmentationSummary;
import dev.understudy.store.LabelStore;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Histograms of frames in a store: labels and confidence of all of them, from its index; depth of at most {@value
 * #SAMPLE}, spread evenly, since pictures have to be read for it.
 */
final class StoreHistograms {
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
