package dev.understudy.store;

import dev.understudy.store.FrameSummary.SegmentationSummary;
import java.io.Serializable;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Sums over frames.
 *
 * @param frames labelled
 * @param quarantined frames that could not be labelled
 * @param pixels of the labelled frames
 * @param classPixels most probable class → number of pixels; empty without segmentation
 * @param confidenceSum p·255 of the most probable class, summed over pixels; 0 without segmentation
 */
public record StoreTotals(
        long frames, long quarantined, long pixels, SortedMap<Integer, Long> classPixels, long confidenceSum)
        implements Serializable {
    public static final StoreTotals NONE = new StoreTotals(0, 0, 0, new TreeMap<>(), 0);

    public StoreTotals {
        classPixels = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(classPixels));
    }

    /** Of one labelled frame. */
    static StoreTotals of(FrameSummary frame) {
        TreeMap<Integer, Long> classes = new TreeMap<>();
        SegmentationSummary segmentation = frame.segmentation();
        if (segmentation != null) {
            segmentation.confidence().forEach((index, histogram) -> classes.put(index, histogram.total()));
        }
        return new StoreTotals(
                1,
                0,
                (long) frame.width() * frame.height(),
                classes,
                segmentation == null ? 0 : segmentation.confidenceSum());
    }

    public StoreTotals plus(StoreTotals other) {
        TreeMap<Integer, Long> classes = new TreeMap<>(classPixels);
        other.classPixels.forEach((index, count) -> classes.merge(index, count, Long::sum));
        return new StoreTotals(
                frames + other.frames,
                quarantined + other.quarantined,
                pixels + other.pixels,
                classes,
                confidenceSum + other.confidenceSum);
    }

    /** Mean probability of the most probable class over all pixels, 0–1; 0 when there are none. */
    public double meanConfidence() {
        return pixels == 0 ? 0 : confidenceSum / (255.0 * pixels);
    }
}
