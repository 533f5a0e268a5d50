package dev.understudy.store;

import dev.understudy.dataset.evidence.LevelHistogram;
import dev.understudy.store.FrameSummary.SegmentationSummary;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Sums of index lines over a store or a part of it: what policies that look at the whole store need. The order of
 * frames makes no difference. Not safe for use by several threads while it is added to.
 */
public final class StoreStatistics {
    private final TreeMap<Integer, LevelHistogram> confidence = new TreeMap<>();
    private final LevelHistogram entropy = new LevelHistogram();
    private final LevelHistogram agreement = new LevelHistogram();
    private long frames;
    private long pixels;

    public void add(FrameSummary frame) {
        frames++;
        pixels += (long) frame.width() * frame.height();
        SegmentationSummary segmentation = frame.segmentation();
        if (segmentation != null) {
            segmentation
                    .confidence()
                    .forEach((index, histogram) -> ofClass(index).merge(histogram));
            entropy.merge(segmentation.entropy());
            agreement.merge(segmentation.agreement());
        }
    }

    public void merge(StoreStatistics other) {
        frames += other.frames;
        pixels += other.pixels;
        other.confidence.forEach((index, histogram) -> ofClass(index).merge(histogram));
        entropy.merge(other.entropy);
        agreement.merge(other.agreement);
    }

    private LevelHistogram ofClass(int index) {
        return confidence.computeIfAbsent(index, unused -> new LevelHistogram());
    }

    public long frames() {
        return frames;
    }

    public long pixels() {
        return pixels;
    }

    /** Most probable class → histogram of its probability over the pixels where it is that. */
    public SortedMap<Integer, LevelHistogram> confidence() {
        return Collections.unmodifiableSortedMap(confidence);
    }

    /** Histogram of the most probable class's probability over all pixels. */
    public LevelHistogram overallConfidence() {
        LevelHistogram all = new LevelHistogram();
        confidence.values().forEach(all::merge);
        return all;
    }

    public LevelHistogram entropy() {
        return entropy;
    }

    public LevelHistogram agreement() {
        return agreement;
    }
}
