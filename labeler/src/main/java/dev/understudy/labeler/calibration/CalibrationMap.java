package dev.understudy.labeler.calibration;

import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.files.DataException;
import dev.understudy.store.StoreDescription.Calibration;
import org.jspecify.annotations.Nullable;

/**
 * Maps the probabilities of evidence. Immutable and safe for several threads; the same evidence gives the same answer.
 */
public interface CalibrationMap {
    /** Leaves everything as the expert said it. */
    CalibrationMap IDENTITY = new CalibrationMap() {
        @Override
        public SegmentationEvidence apply(SegmentationEvidence evidence) {
            return evidence;
        }

        @Override
        public int level(int label, int level) {
            return level;
        }

        @Override
        public EvidencePlanes needs(EvidencePlanes wanted) {
            return wanted;
        }
    };

    /** The same classes in the same order with other probabilities. Takes what {@link #needs} says. */
    SegmentationEvidence apply(SegmentationEvidence evidence);

    /**
     * Where the stored level of the most probable class goes, 0–255, for statistics that know no more than that level:
     * exact for isotonic maps; for temperatures the mean over the pixels that the map was fitted to.
     */
    int level(int label, int level);

    /** The planes that must be read to have {@code wanted} calibrated. */
    EvidencePlanes needs(EvidencePlanes wanted);

    /**
     * The map that a store's description names.
     *
     * @param calibration null = none
     * @param classes number of classes of the store's space
     * @throws DataException if it names no method that there is, or lacks numbers
     */
    static CalibrationMap of(@Nullable Calibration calibration, int classes) {
        if (calibration == null) {
            return IDENTITY;
        }
        try {
            return CalibrationMethod.named(calibration.method()).restore(calibration, classes);
        } catch (IllegalArgumentException e) {
            throw new DataException(
                    "the store's calibration cannot be used: " + e.getMessage() + "; calibrate the store again", e);
        }
    }
}
