package dev.understudy.labeler.calibration;

import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.evidence.LevelHistogram;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.store.FrameSummary;
import dev.understudy.store.FrameSummary.SegmentationSummary;
import dev.understudy.store.LabelStore;
import dev.understudy.store.StoreStatistics;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A store as its calibration says: evidence, index lines and statistics with calibrated probabilities; as it is where
 * the store was never calibrated. The store stays the caller's to close. Safe for use by several threads.
 */
public final class CalibratedStore {
    private final LabelStore store;
    private final CalibrationMap map;

    /** @throws dev.understudy.files.DataException if the store names a calibration that makes no sense */
    public CalibratedStore(LabelStore store) {
        this(
                store,
                CalibrationMap.of(
                        store.description().calibration(), store.description().numberOfClasses()));
    }

    /** With another map than the store's own. */
    public CalibratedStore(LabelStore store, CalibrationMap map) {
        this.store = store;
        this.map = map;
    }

    public LabelStore store() {
        return store;
    }

    /**
     * The planes that are asked for, and no others that the calibration had to see.
     *
     * @throws dev.understudy.files.DataException as {@link LabelStore#get(String)}
     */
    public Evidence get(String id, EvidencePlanes planes) {
        return planes.of(calibrated(store.get(id, map.needs(planes))));
    }

    private Evidence calibrated(Evidence evidence) {
        SegmentationEvidence segmentation = evidence.segmentation();
        return segmentation == null
                ? evidence
                : new Evidence(evidence.width(), evidence.height(), map.apply(segmentation), evidence.depth());
    }

    /**
     * Index lines in manifest order; histograms of confidence calibrated level by level, see {@link
     * CalibrationMap#level}.
     */
    public Stream<FrameSummary> summaries() {
        return store.summaries().map(this::calibrated);
    }

    /** Sums over {@link #summaries}; reads no pixels. */
    public StoreStatistics statistics() {
        StoreStatistics statistics = new StoreStatistics();
        summaries().forEach(statistics::add);
        return statistics;
    }

    private FrameSummary calibrated(FrameSummary frame) {
        SegmentationSummary summary = frame.segmentation();
        if (summary == null || map == CalibrationMap.IDENTITY) {
            return frame;
        }
        SortedMap<Integer, LevelHistogram> confidence = new TreeMap<>();
        for (Map.Entry<Integer, LevelHistogram> entry : summary.confidence().entrySet()) {
            LevelHistogram mapped = new LevelHistogram();
            for (int level = 0; level < LevelHistogram.LEVELS; level++) {
                mapped.add(map.level(entry.getKey(), level), entry.getValue().count(level));
            }
            confidence.put(entry.getKey(), mapped);
        }
        return new FrameSummary(
                frame.id(),
                frame.width(),
                frame.height(),
                new SegmentationSummary(confidence, summary.entropy(), summary.agreement()),
                frame.depth());
    }
}
