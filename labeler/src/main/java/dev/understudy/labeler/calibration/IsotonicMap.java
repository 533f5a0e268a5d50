package dev.understudy.labeler.calibration;

import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.store.StoreDescription.Calibration;
import java.util.List;

/**
 * A table from (most probable class, level) to level. The other kept classes share what the first one leaves in the
 * proportions that they had, but never get more than it.
 */
final class IsotonicMap implements CalibrationMap {
    /** [class·256 + level]. */
    private final byte[] table;

    private IsotonicMap(byte[] table) {
        this.table = table;
    }

    static IsotonicMap of(Calibration calibration, int classes) {
        List<Double> probability = CalibrationMethod.numbers(calibration, "probability", classes * 256);
        byte[] table = new byte[classes * 256];
        for (int i = 0; i < table.length; i++) {
            double value = probability.get(i);
            if (!(value >= 0 && value <= 1)) {
                throw new IllegalArgumentException("probability " + value);
            }
            table[i] = (byte) Math.round(value * 255);
        }
        return new IsotonicMap(table);
    }

    @Override
    public int level(int label, int level) {
        return label * 256 < table.length ? table[label * 256 + level] & 0xFF : level;
    }

    @Override
    public EvidencePlanes needs(EvidencePlanes wanted) {
        return wanted;
    }

    @Override
    public SegmentationEvidence apply(SegmentationEvidence evidence) {
        int pixels = evidence.pixels();
        byte[] from = evidence.probability();
        byte[] to = new byte[from.length];
        for (int pixel = 0; pixel < pixels; pixel++) {
            int label = evidence.classes()[pixel] & 0xFF;
            int first = from[pixel] & 0xFF;
            int mapped = label == LabelMap.IGNORE ? first : table[label * 256 + first] & 0xFF;
            to[pixel] = (byte) mapped;
            for (int k = 1; k < evidence.topK(); k++) {
                int level = from[k * pixels + pixel] & 0xFF;
                int scaled = first == 255 ? level : (2 * level * (255 - mapped) + 255 - first) / (2 * (255 - first));
                to[k * pixels + pixel] = (byte) Math.min(mapped, scaled);
            }
        }
        return new SegmentationEvidence(
                evidence.topK(), evidence.classes(), to, evidence.entropy(), evidence.agreement(), evidence.views());
    }
}
