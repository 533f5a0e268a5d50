package dev.understudy.retrain.measure;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.retrain.measure.DriftWatch.DriftConfiguration.Thresholds;
import dev.understudy.retrain.measure.DriftWatch.DriftReport;
import dev.understudy.retrain.measure.DriftWatch.DriftReport.Feature;
import dev.understudy.retrain.measure.DriftWatch.DriftReport.Level;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.Collectors;

/** Compares new frames with those that were trained on, so that nothing is learnt from a broken camera. */
public final class DriftWatch {
    private final DriftConfiguration configuration;

    public DriftWatch(DriftConfiguration configuration) {
        this.configuration = configuration;
    }

    public DriftReport compare(FrameHistograms reference, FrameHistograms current) {
        return compareWith("the frames trained on", reference, current);
    }

    /** @param what the reference is, for people */
    public DriftReport compareWith(String what, FrameHistograms reference, FrameHistograms current) {
        return new DriftReport(List.of(
                feature("confidence", configuration.confidence(), what, reference.confidence(), current.confidence()),
                feature("classes", configuration.classes(), what, reference.classes(), current.classes()),
                feature("depth", configuration.depth(), what, reference.depth(), current.depth())));
    }

    private static Feature feature(String name, Thresholds thresholds, String what, long[] reference, long[] current) {
        if (empty(reference)) {
            return new Feature(name, Double.NaN, Level.SAME, "nothing to compare with");
        }
        if (empty(current)) {
            return new Feature(name, Double.NaN, Level.STOP, "none in the new frames, some in " + what);
        }
        double distance = thresholds.measure().between(reference, current);
        Level level =
                distance >= thresholds.stop() ? Level.STOP : distance >= thresholds.warn() ? Level.WARN : Level.SAME;
        return new Feature(
                name,
                distance,
                level,
                String.format(
                        Locale.ROOT,
                        "%s %.3f from %s (warns at %s, stops at %s)",
                        thresholds.measure() == Divergence.PSI ? "PSI" : "Jensen-Shannon",
                        distance,
                        what,
                        thresholds.warn(),
                        thresholds.stop()));
    }

    private static boolean empty(long[] counts) {
        return Arrays.stream(counts).allMatch(c -> c == 0);
    }

    /** What the drift watch found, a line a feature. */
    public record DriftReport(List<Feature> features) {
        /** How bad it is. */
        public enum Level {
            SAME,
            WARN,
            STOP
        }

        /**
         * @param name {@code confidence}, {@code classes} or {@code depth}
         * @param distance NaN where there was nothing to compare
         * @param reason for people
         */
        public record Feature(String name, double distance, Level level, String reason) {}

        public DriftReport {
            features = List.copyOf(features);
        }

        /** The worst of all. */
        public Level level() {
            return features.stream().map(Feature::level).max(Level::compareTo).orElse(Level.SAME);
        }

        /** What is at {@code atLeast} or worse, in a line. */
        public String reason(Level atLeast) {
            return features.stream()
                    .filter(f -> f.level().compareTo(atLeast) >= 0)
                    .map(f -> f.name() + ": " + f.reason())
                    .collect(Collectors.joining("; "));
        }

        public Map<String, Double> distances() {
            Map<String, Double> distances = new TreeMap<>();
            features.forEach(f -> distances.put(f.name(), f.distance()));
            return distances;
        }
    }

    /**
     * What may change between the frames that were trained on and new ones.
     *
     * @param confidence of the expert, as shares of pixels
     * @param classes that the expert sees, as shares of pixels
     * @param depth measured, as shares of pixels by range, with those that have none
     * @param voidsPromise how far new frames may not be from the annotated examples of a promise: from there on it is
     * void,
     *     and nothing is learnt from labels that were to be kept by it
     */
    public record DriftConfiguration(
            @Default("{}") Thresholds confidence,
            @Default("{}") Thresholds classes,
            @Default("{}") Thresholds depth,
            @Default("warn") Voids voidsPromise) {
        /** Which of the thresholds voids a promise. */
        public enum Voids {
            WARN,
            STOP;

            /** Whether frames as far away as that make a promise void. */
            public boolean by(DriftReport.Level level) {
                return level == DriftReport.Level.STOP || level == DriftReport.Level.WARN && this == WARN;
            }
        }

        /**
         * From where on to warn, and from where on to stop before anything is learnt.
         *
         * @param measure with its own scale
         */
        public record Thresholds(
                @Default("psi") Divergence measure,
                @Default("0.1") double warn,
                @Default("0.25") double stop) {
            public Thresholds {
                new Checks()
                        .atLeast("warn", warn, 0)
                        .that(stop >= warn && Double.isFinite(stop), "stop", "must not be below warn, found " + stop)
                        .verify();
            }
        }
    }

    /** How far two histograms with the same bins are apart; 0 = their shares are the same. */
    enum Divergence {
        /**
         * Population stability index: Σ (q − p)·ln(q / p) over the bins' shares p (reference) and q (new), symmetric,
         * without an upper bound. Shares below 1e-4 count as 1e-4, so that an empty bin is dear and not infinite.
         * Custom: below 0.1 the same, above 0.25 another population.
         */
        PSI(Divergence::stabilityIndex),
        /** Jensen–Shannon divergence to base 2, symmetric, 0–1. */
        JENSEN_SHANNON(Divergence::jensenShannon);

        private static final double SMALLEST_SHARE = 1e-4;

        private final ToDoubleBiFunction<double[], double[]> ofShares;

        Divergence(ToDoubleBiFunction<double[], double[]> ofShares) {
            this.ofShares = ofShares;
        }

        /**
         * @param reference counts; not all 0
         * @param current counts of the same bins; not all 0
         */
        public double between(long[] reference, long[] current) {
            if (reference.length != current.length) {
                throw new IllegalArgumentException(
                        "histograms of " + reference.length + " and " + current.length + " bins cannot be compared");
            }
            return ofShares.applyAsDouble(shares(reference), shares(current));
        }

        private static double stabilityIndex(double[] reference, double[] current) {
            double sum = 0;
            for (int bin = 0; bin < reference.length; bin++) {
                double p = Math.max(reference[bin], SMALLEST_SHARE);
                double q = Math.max(current[bin], SMALLEST_SHARE);
                sum += (q - p) * Math.log(q / p);
            }
            return sum;
        }

        private static double jensenShannon(double[] reference, double[] current) {
            double sum = 0;
            for (int bin = 0; bin < reference.length; bin++) {
                double middle = (reference[bin] + current[bin]) / 2;
                sum += (part(reference[bin], middle) + part(current[bin], middle)) / 2;
            }
            // Rounding may leave a hair less than nothing.
            return Math.min(1, Math.max(0, sum));
        }

        private static double part(double share, double middle) {
            return share == 0 ? 0 : share * Math.log(share / middle) / Math.log(2);
        }

        private static double[] shares(long[] counts) {
            double total = 0;
            for (long count : counts) {
                if (count < 0) {
                    throw new IllegalArgumentException("a count of " + count);
                }
                total += count;
            }
            if (total == 0) {
                throw new IllegalArgumentException("a histogram of nothing");
            }
            double[] shares = new double[counts.length];
            for (int bin = 0; bin < counts.length; bin++) {
                shares[bin] = counts[bin] / total;
            }
            return shares;
        }
    }

    /**
     * What frames look like, as counts of pixels; add up frames by {@link #add}. Not safe for use by several threads.
     */
    public static final class FrameHistograms {
        /** Bins of confidence, equally wide over 0–1. */
        public static final int CONFIDENCE_BINS = 20;

        /**
         * Bin 0: no measurement; then from {@value #NEAREST} m, each bin 2^½ times as far as the one before; the last,
         * all beyond.
         */
        public static final int DEPTH_BINS = 24;

        private static final double NEAREST = 0.1;

        private final long[] confidence = new long[CONFIDENCE_BINS];
        private final long[] classes;
        private final long[] depth = new long[DEPTH_BINS];

        /** @param numberOfClasses of the expert's class space */
        public FrameHistograms(int numberOfClasses) {
            this.classes = new long[numberOfClasses];
        }

        /** @param probability of the class that won, 0–1 */
        public void addLabel(int classIndex, double probability, long pixels) {
            classes[classIndex] += pixels;
            confidence[Math.min(CONFIDENCE_BINS - 1, Math.max(0, (int) (probability * CONFIDENCE_BINS)))] += pixels;
        }

        /** Every pixel of a frame's depth. */
        public void addDepth(DepthMap map) {
            for (float metres : map.metres()) {
                depth[depthBin(metres)]++;
            }
        }

        public void add(FrameHistograms other) {
            addTo(confidence, other.confidence);
            addTo(classes, other.classes);
            addTo(depth, other.depth);
        }

        public long[] confidence() {
            return confidence.clone();
        }

        public long[] classes() {
            return classes.clone();
        }

        public long[] depth() {
            return depth.clone();
        }

        static int depthBin(double metres) {
            if (!(metres > 0)) {
                return 0;
            }
            double steps = 2 * Math.log(metres / NEAREST) / Math.log(2);
            return 1 + (int) Math.min(DEPTH_BINS - 2, Math.max(0, Math.floor(steps)));
        }

        private static void addTo(long[] counts, long[] more) {
            if (counts.length != more.length) {
                throw new IllegalArgumentException(
                        Arrays.toString(more) + " is a histogram of other bins than " + Arrays.toString(counts));
            }
            for (int bin = 0; bin < counts.length; bin++) {
                counts[bin] += more[bin];
            }
        }
    }
}
