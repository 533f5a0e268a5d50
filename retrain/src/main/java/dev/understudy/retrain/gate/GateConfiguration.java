package dev.understudy.retrain.gate;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.evaluation.Metric;
import dev.understudy.evaluation.Metrics;
import dev.understudy.evaluation.PairedBootstrap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a challenger must show before it becomes champion.
 *
 * @param goldenTolerance how far outputs of the saved file may be from those that were evaluated, absolute
 * @param challengersPerSet so many challengers may be judged by the same frames before cycles warn that these are used
 *     up; with 95 % of confidence one of 40 that are no better is promoted by chance
 */
public record GateConfiguration(
        List<RequiredMetric> required,
        @Default("{}") Classes classes,
        @Default("{}") Bootstrap bootstrap,
        @Default("{}") Limits limits,
        @Default("1e-4") double goldenTolerance,
        @Default("40") int challengersPerSet) {
    public GateConfiguration {
        new Checks()
                .notEmpty("required", required)
                .atLeast("goldenTolerance", goldenTolerance, 0)
                .atLeast("challengersPerSet", challengersPerSet, 1)
                .verify();
    }

    /**
     * How much IoU a class may lose.
     *
     * @param toleratedLoss 0–1, for all classes
     * @param minimumPixels classes with fewer true pixels in the set are not judged, because theirs is mostly noise
     * @param toleratedLossOf for some classes by name, in place of the above
     */
    public record Classes(
            @Default("0.05") double toleratedLoss,
            @Default("1000") long minimumPixels,
            @Default("{}") Map<String, Double> toleratedLossOf) {
        public Classes {
            Checks checks =
                    new Checks().unit("toleratedLoss", toleratedLoss).atLeast("minimumPixels", minimumPixels, 0);
            toleratedLossOf.forEach((name, loss) -> checks.unit("toleratedLossOf." + name, loss));
            checks.verify();
        }
    }

    /**
     * Paired bootstrap over scenes: see {@link PairedBootstrap}.
     *
     * @param confidence of the interval: a challenger that is no better is promoted by chance in (1 − confidence) ÷ 2
     *     of the cycles at most
     * @param minimumFrames an evaluation set with fewer frames decides nothing
     * @param minimumScenes nor does one with fewer scenes
     */
    public record Bootstrap(
            @Default("2000") int resamples,
            @Default("0.95") double confidence,
            @Default("1") long seed,
            @Default("10") int minimumFrames,
            @Default("5") int minimumScenes) {
        public Bootstrap {
            new Checks()
                    .inRange("resamples", resamples, 100, 1_000_000)
                    .inRange("confidence", confidence, 0.5, 0.999)
                    .atLeast("minimumFrames", minimumFrames, 1)
                    .atLeast("minimumScenes", minimumScenes, 2)
                    .verify();
        }

        PairedBootstrap drawing() {
            return new PairedBootstrap(resamples, confidence, seed);
        }
    }

    /** @param slowdown latency ÷ the champion's */
    public record Limits(
            @Nullable Double latencyMillis,
            @Nullable Double slowdown,
            @Nullable Long weightsBytes) {
        public Limits {
            Checks checks = new Checks();
            if (latencyMillis != null) {
                checks.positive("latencyMillis", latencyMillis);
            }
            if (slowdown != null) {
                checks.positive("slowdown", slowdown);
            }
            if (weightsBytes != null) {
                checks.positive("weightsBytes", weightsBytes);
            }
            checks.verify();
        }
    }

    /**
     * What a challenger has to reach on an evaluation set.
     *
     * @param metric by its {@link Metric#key}
     * @param minimumGain in the metric's unit, positive = better whichever way the metric points. 0 or more: the
     * challenger
     *     gains at least so much, and the interval lies above 0. Less than 0: it may lose so much, and the interval
     * lies
     *     above that.
     */
    public record RequiredMetric(
            String set, String metric, @Default("0") double minimumGain) {
        public RequiredMetric {
            new Checks()
                    .notBlank("set", set)
                    .that(
                            Metrics.find(metric)
                                    .filter(known -> known.isFor(Metric.Use.COMPARISON))
                                    .isPresent(),
                            "metric",
                            "must be one of "
                                    + Metrics.all(Metric.Use.COMPARISON).stream()
                                            .map(Metric::key)
                                            .collect(Collectors.joining(", "))
                                    + "; found '" + metric + "'")
                    .that(Double.isFinite(minimumGain), "minimumGain", "must be a finite number, found " + minimumGain)
                    .verify();
        }

        public Metric definition() {
            return Metrics.find(metric).orElseThrow();
        }

        /** What the whole interval has to lie above. */
        double floor() {
            return Math.min(minimumGain, 0);
        }
    }
}
