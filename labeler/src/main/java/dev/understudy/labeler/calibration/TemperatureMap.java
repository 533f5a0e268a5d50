package dev.understudy.labeler.calibration;

import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.store.StoreDescription.Calibration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

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

    /**
     * Finds the temperature with the least negative log-likelihood. As a function of 1/T that is convex up to the
     * rounding of stored levels, so a golden-section search over ln T, 0.05 to 20, finds it.
     */
    static final class TemperatureFit {
        private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;
        private static final double LIMIT = Math.log(20);
        private static final double PRECISION = 1e-3;

        /** A class with fewer sampled pixels takes the temperature of all. */
        private static final int FEWEST_PIXELS = 500;

        private final CalibrationSample sample;

        private TemperatureFit(CalibrationSample sample) {
            if (sample.size() == 0) {
                throw new IllegalArgumentException("no labelled pixels to fit to");
            }
            this.sample = sample;
        }

        static Calibration global(CalibrationSample sample) {
            TemperatureFit fit = new TemperatureFit(sample);
            int[] all = IntStream.range(0, sample.size()).toArray();
            double temperature = fit.best(all);
            return calibration(
                    CalibrationMethod.TEMPERATURE,
                    sample,
                    List.of(temperature),
                    fit.meanLevels(all, temperature).boxed().toList());
        }

        static Calibration perClass(CalibrationSample sample) {
            TemperatureFit fit = new TemperatureFit(sample);
            int[] all = IntStream.range(0, sample.size()).toArray();
            double common = fit.best(all);
            List<Double> temperatures = new ArrayList<>(Collections.nCopies(sample.classes(), common));
            List<Double> levels = new ArrayList<>();
            for (int label = 0; label < sample.classes(); label++) {
                int wanted = label;
                int[] rows = IntStream.of(all)
                        .filter(row -> sample.label(row) == wanted)
                        .toArray();
                if (rows.length >= FEWEST_PIXELS) {
                    temperatures.set(label, fit.best(rows));
                }
                fit.meanLevels(rows.length > 0 ? rows : all, temperatures.get(label))
                        .forEach(levels::add);
            }
            return calibration(CalibrationMethod.PER_CLASS, sample, temperatures, levels);
        }

        private static Calibration calibration(
                CalibrationMethod method, CalibrationSample sample, List<Double> temperatures, List<Double> levels) {
            return new Calibration(
                    method.key(),
                    Map.of("temperature", temperatures, "meanLevel", levels, "topK", List.of((double) sample.topK())));
        }

        private double best(int[] rows) {
            return Math.exp(minimum(x -> loss(rows, Math.exp(x)), -LIMIT, LIMIT));
        }

        private static double minimum(DoubleUnaryOperator f, double low, double high) {
            double left = high - GOLDEN * (high - low);
            double right = low + GOLDEN * (high - low);
            double atLeft = f.applyAsDouble(left);
            double atRight = f.applyAsDouble(right);
            while (high - low > PRECISION) {
                if (atLeft <= atRight) {
                    high = right;
                    right = left;
                    atRight = atLeft;
                    left = high - GOLDEN * (high - low);
                    atLeft = f.applyAsDouble(left);
                } else {
                    low = left;
                    left = right;
                    atLeft = atRight;
                    right = low + GOLDEN * (high - low);
                    atRight = f.applyAsDouble(right);
                }
            }
            return (low + high) / 2;
        }

        private double loss(int[] rows, double temperature) {
            int topK = sample.topK();
            Tempering tempering = new Tempering(temperature, sample.classes(), topK);
            double others = Math.max(1, sample.classes() - topK);
            double loss = 0;
            for (int row : rows) {
                int place = sample.place(row);
                double ofTruth =
                        place < topK ? tempering.power(sample.level(row, place)) : rest(tempering, row) / others;
                // Without other classes a truth outside the top K cannot be; a label space that is wider than the
                // expert's can
                loss -= Math.log(Math.max(ofTruth, Double.MIN_NORMAL) / mass(tempering, row));
            }
            return loss;
        }

        private double rest(Tempering tempering, int row) {
            int sum = 0;
            for (int k = 0; k < sample.topK(); k++) {
                sum += sample.level(row, k);
            }
            return tempering.rest(sum);
        }

        private double mass(Tempering tempering, int row) {
            double mass = rest(tempering, row);
            for (int k = 0; k < sample.topK(); k++) {
                mass += tempering.power(sample.level(row, k));
            }
            return mass;
        }

        /**
         * By stored level of the first probability the mean calibrated level; between levels that do not occur,
         * straight lines.
         */
        private DoubleStream meanLevels(int[] rows, double temperature) {
            Tempering tempering = new Tempering(temperature, sample.classes(), sample.topK());
            double[] sum = new double[256];
            int[] count = new int[256];
            for (int row : rows) {
                int level = sample.level(row, 0);
                sum[level] += 255 * tempering.power(level) / mass(tempering, row);
                count[level]++;
            }
            double[] mean = new double[256];
            int last = -1;
            for (int level = 0; level < 256; level++) {
                if (count[level] > 0) {
                    mean[level] = sum[level] / count[level];
                    fill(mean, last, level);
                    last = level;
                }
            }
            for (int level = last + 1; level < 256; level++) {
                mean[level] = mean[last];
            }
            return DoubleStream.of(mean).map(Math::rint);
        }

        private static void fill(double[] mean, int from, int to) {
            for (int level = from + 1; level < to; level++) {
                double share = (double) (level - from) / (to - from);
                mean[level] = from < 0 ? mean[to] : mean[from] + share * (mean[to] - mean[from]);
            }
        }
    }

    /**
     * One temperature at work on stored levels: q_k ∝ p_k^(1/T), where what the K kept classes leave, 1 − Σp, is spread
     * evenly over the other C − K. Neither a kept probability nor the whole rest counts as less than half a stored
     * step, 0.5/255, as a stored 0 only says that it is below.
     */
    private static final class Tempering {
        private static final double TOP = 255;
        private static final double LEAST = 0.5;

        private final double[] power = new double[256];
        /** Mass of the rest by its level 255 − Σ levels. */
        private final double[] rest = new double[256];

        Tempering(double temperature, int classes, int topK) {
            int others = classes - topK;
            for (int level = 0; level < 256; level++) {
                double p = Math.max(level, LEAST) / TOP;
                power[level] = Math.pow(p, 1 / temperature);
                rest[level] = others > 0 ? others * Math.pow(p / others, 1 / temperature) : 0;
            }
        }

        double power(int level) {
            return power[level];
        }

        /** @param sum of the kept levels */
        double rest(int sum) {
            return rest[Math.max(0, 255 - sum)];
        }
    }
}
