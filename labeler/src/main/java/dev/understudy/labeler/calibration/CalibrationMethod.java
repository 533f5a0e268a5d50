package dev.understudy.labeler.calibration;

import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.evaluation.ConfidenceTable;
import dev.understudy.labeler.calibration.TemperatureMap.TemperatureFit;
import dev.understudy.store.StoreDescription.Calibration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The ways to calibrate. */
public enum CalibrationMethod {
    /** One temperature for all classes, by the likelihood (Guo et al. 2017). */
    TEMPERATURE("temperature") {
        @Override
        public Calibration fit(CalibrationSample sample) {
            return TemperatureFit.global(sample);
        }

        @Override
        CalibrationMap restore(Calibration calibration, int classes) {
            return TemperatureMap.of(calibration, classes);
        }
    },
    /** A temperature for each most probable class, by the likelihood of its pixels. */
    PER_CLASS("class-temperature") {
        @Override
        public Calibration fit(CalibrationSample sample) {
            return TemperatureFit.perClass(sample);
        }

        @Override
        CalibrationMap restore(Calibration calibration, int classes) {
            return TemperatureMap.of(calibration, classes);
        }
    },
    /** For each most probable class the monotone step function that is nearest to its accuracy by level. */
    ISOTONIC("isotonic") {
        @Override
        public Calibration fit(CalibrationSample sample) {
            return IsotonicMap.IsotonicFit.fit(sample.table());
        }

        @Override
        CalibrationMap restore(Calibration calibration, int classes) {
            return IsotonicMap.of(calibration, classes);
        }
    };

    private final String key;

    CalibrationMethod(String key) {
        this.key = key;
    }

    /** As it is written in {@code store.json}. */
    public String key() {
        return key;
    }

    /** Deterministic. @throws IllegalArgumentException if the sample is empty */
    public abstract Calibration fit(CalibrationSample sample);

    /** @throws IllegalArgumentException if numbers are missing or make no sense */
    abstract CalibrationMap restore(Calibration calibration, int classes);

    static CalibrationMethod named(String key) {
        return Arrays.stream(values())
                .filter(method -> method.key.equals(key))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no method '" + key + "', expected one of "
                        + Arrays.stream(values()).map(CalibrationMethod::key).collect(Collectors.joining(", "))));
    }

    static List<Double> numbers(Calibration calibration, String name, int count) {
        List<Double> values = calibration.parameters().get(name);
        if (values == null || values.size() != count) {
            throw new IllegalArgumentException(calibration.method() + " with " + (values == null ? "no" : values.size())
                    + " numbers of '" + name + "', expected " + count);
        }
        return values;
    }

    /**
     * A table from (most probable class, level) to level. The other kept classes share what the first one leaves in the
     * proportions that they had, but never get more than it.
     */
    static final class IsotonicMap implements CalibrationMap {
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
                    int scaled =
                            first == 255 ? level : (2 * level * (255 - mapped) + 255 - first) / (2 * (255 - first));
                    to[k * pixels + pixel] = (byte) Math.min(mapped, scaled);
                }
            }
            return new SegmentationEvidence(
                    evidence.topK(),
                    evidence.classes(),
                    to,
                    evidence.entropy(),
                    evidence.agreement(),
                    evidence.views());
        }

        /**
         * Isotonic regression by pooling adjacent violators, over the exact table of levels. First over all classes;
         * then for each class, whose table is joined by {@value #PRIOR} pixels a level that behave as all classes do,
         * so that a rare class follows the others where it has nothing to say for itself.
         */
        static final class IsotonicFit {
            private static final double PRIOR = 10;

            private IsotonicFit() {}

            static Calibration fit(ConfidenceTable table) {
                if (table.pixels() == 0) {
                    throw new IllegalArgumentException("no labelled pixels to fit to");
                }
                double[] all = common(table);
                List<Double> probability = new ArrayList<>();
                for (int label = 0; label < table.classes(); label++) {
                    double[] weight = new double[256];
                    double[] right = new double[256];
                    for (int level = 0; level < 256; level++) {
                        weight[level] = table.total(label, level) + PRIOR;
                        right[level] = table.right(label, level) + PRIOR * all[level];
                    }
                    for (double value : pool(weight, right)) {
                        probability.add(Math.rint(value * 1e5) / 1e5);
                    }
                }
                return new Calibration(CalibrationMethod.ISOTONIC.key(), Map.of("probability", probability));
            }

            /** A level that does not occur counts as a thousandth of a pixel that is as right as it says. */
            private static double[] common(ConfidenceTable table) {
                double[] weight = new double[256];
                double[] right = new double[256];
                for (int level = 0; level < 256; level++) {
                    weight[level] = 1e-3;
                    right[level] = 1e-3 * level / 255;
                    for (int label = 0; label < table.classes(); label++) {
                        weight[level] += table.total(label, level);
                        right[level] += table.right(label, level);
                    }
                }
                return pool(weight, right);
            }

            /** The non-decreasing sequence that is nearest to {@code sum[i] / weight[i]} in weighted squares. */
            static double[] pool(double[] weight, double[] sum) {
                int n = weight.length;
                double[] blockWeight = new double[n];
                double[] blockSum = new double[n];
                int[] blockEnd = new int[n];
                int blocks = 0;
                for (int i = 0; i < n; i++) {
                    blockWeight[blocks] = weight[i];
                    blockSum[blocks] = sum[i];
                    blockEnd[blocks] = i + 1;
                    blocks++;
                    while (blocks > 1
                            && blockSum[blocks - 2] * blockWeight[blocks - 1]
                                    >= blockSum[blocks - 1] * blockWeight[blocks - 2]) {
                        blockWeight[blocks - 2] += blockWeight[blocks - 1];
                        blockSum[blocks - 2] += blockSum[blocks - 1];
                        blockEnd[blocks - 2] = blockEnd[blocks - 1];
                        blocks--;
                    }
                }
                double[] fitted = new double[n];
                int from = 0;
                for (int block = 0; block < blocks; block++) {
                    java.util.Arrays.fill(fitted, from, blockEnd[block], blockSum[block] / blockWeight[block]);
                    from = blockEnd[block];
                }
                return fitted;
            }
        }
    }
}
