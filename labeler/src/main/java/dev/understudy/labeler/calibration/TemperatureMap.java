package dev.understudy.labeler.calibration;

import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.store.StoreDescription.Calibration;
import java.util.List;

/** A temperature for each most probable class, the same for all or not. */
final class TemperatureMap implements CalibrationMap {
    private static final int ALL_KEPT = 255;

    private final int topK;
    private final Tempering[] byClass;
    private final int[] meanLevel;

    private TemperatureMap(int topK, Tempering[] byClass, int[] meanLevel) {
        this.topK = topK;
        this.byClass = byClass;
        this.meanLevel = meanLevel;
    }

    static TemperatureMap of(Calibration calibration, int classes) {
        int topK = CalibrationMethod.numbers(calibration, "topK", 1).get(0).intValue();
        if (topK < 1 || topK > classes) {
            throw new IllegalArgumentException("top " + topK + " of " + classes + " classes");
        }
        boolean one = calibration.method().equals(CalibrationMethod.TEMPERATURE.key());
        List<Double> temperatures = CalibrationMethod.numbers(calibration, "temperature", one ? 1 : classes);
        List<Double> levels = CalibrationMethod.numbers(calibration, "meanLevel", one ? 256 : classes * 256);
        Tempering[] byClass = new Tempering[classes];
        int[] meanLevel = new int[classes * 256];
        for (int label = 0; label < classes; label++) {
            double temperature = temperatures.get(one ? 0 : label);
            if (!(temperature > 0 && Double.isFinite(temperature))) {
                throw new IllegalArgumentException("temperature " + temperature);
            }
            byClass[label] = one && label > 0 ? byClass[0] : new Tempering(temperature, classes, topK);
            for (int level = 0; level < 256; level++) {
                int value = levels.get((one ? 0 : label * 256) + level).intValue();
                meanLevel[label * 256 + level] = Math.min(Math.max(value, 0), 255);
            }
        }
        return new TemperatureMap(topK, byClass, meanLevel);
    }

    @Override
    public int level(int label, int level) {
        return label * 256 < meanLevel.length ? meanLevel[label * 256 + level] : level;
    }

    /** The rest of the distribution decides what a temperature does to the first probability. */
    @Override
    public EvidencePlanes needs(EvidencePlanes wanted) {
        return wanted.and(EvidencePlanes.top(ALL_KEPT));
    }

    @Override
    public SegmentationEvidence apply(SegmentationEvidence evidence) {
        if (evidence.topK() != topK) {
            throw new IllegalArgumentException(
                    "top-" + evidence.topK() + " evidence for a temperature of top-" + topK + " evidence");
        }
        int pixels = evidence.pixels();
        byte[] from = evidence.probability();
        byte[] to = from.clone();
        double[] mass = new double[topK];
        for (int pixel = 0; pixel < pixels; pixel++) {
            int label = evidence.classes()[pixel] & 0xFF;
            if (label == LabelMap.IGNORE) {
                continue;
            }
            Tempering tempering = byClass[label];
            int sum = 0;
            double all = 0;
            for (int k = 0; k < topK; k++) {
                int level = from[k * pixels + pixel] & 0xFF;
                sum += level;
                mass[k] = tempering.power(level);
                all += mass[k];
            }
            double scale = 255 / (all + tempering.rest(sum));
            for (int k = 0; k < topK; k++) {
                to[k * pixels + pixel] = (byte) (int) (mass[k] * scale + 0.5);
            }
        }
        return new SegmentationEvidence(
                topK, evidence.classes(), to, evidence.entropy(), evidence.agreement(), evidence.views());
    }
}
