package dev.understudy.retrain.gate;

import dev.understudy.dataset.frame.Task;
import dev.understudy.evaluation.ClassCounts;
import dev.understudy.evaluation.FrameSums;
import dev.understudy.evaluation.Holm;
import dev.understudy.evaluation.Metric;
import dev.understudy.evaluation.Metrics;
import dev.understudy.evaluation.PairedBootstrap;
import dev.understudy.evaluation.PairedBootstrap.Interval;
import dev.understudy.evaluation.ScenePairs;
import dev.understudy.retrain.gate.GateConfiguration.RequiredMetric;
import dev.understudy.retrain.gate.MeasuredModel.GoldenOutcome;
import dev.understudy.retrain.gate.Verdict.Finding;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Judges a challenger. It is promoted if every required metric is reached, at least one is better beyond noise
 * (corrected for their number), no class loses more than is tolerated, the limits hold and the saved file does what was
 * evaluated. Whatever is missing, not a number, or measured on other frames counts against it. With no champion there
 * is nothing to compare with: then the required metrics must be there and finite, and the rest holds as it stands.
 */
public final class Gate {
    private final GateConfiguration configuration;
    private final PairedBootstrap bootstrap;

    public Gate(GateConfiguration configuration) {
        this.configuration = configuration;
        this.bootstrap = configuration.bootstrap().drawing();
    }

    /** Safe for use by several threads; the same arguments get the same verdict. */
    public Verdict judge(@Nullable MeasuredModel champion, MeasuredModel challenger) {
        return judge(champion, challenger, List.of());
    }

    /** @param more that was looked at elsewhere, and counts like the rest */
    public Verdict judge(@Nullable MeasuredModel champion, MeasuredModel challenger, List<Finding> more) {
        List<Finding> findings = new ArrayList<>();
        for (RequiredMetric required : configuration.required()) {
            findings.add(champion == null ? first(required, challenger) : compare(required, champion, challenger));
        }
        if (champion != null) {
            findings.add(better(findings));
            for (String set : segmentationSets()) {
                findings.addAll(classes(set, champion, challenger));
            }
        }
        findings.addAll(limits(champion, challenger));
        findings.add(golden(challenger.golden()));
        findings.addAll(more);
        return Verdict.of(
                champion == null ? null : champion.name(), challenger.name(), findings, unknownScenes(challenger));
    }

    private static Finding first(RequiredMetric required, MeasuredModel challenger) {
        String subject = required.set() + " " + required.metric();
        Double value = challenger
                .set(required.set())
                .map(s -> s.value(required.definition()))
                .orElse(null);
        if (value == null) {
            return failed("required", subject, "was not measured");
        }
        return Double.isFinite(value)
                ? passed("first", subject, number(value) + ", and there is no champion yet")
                : failed("required", subject, "is " + value + ", expected a number");
    }

    /** Whether {@code challenger} reaches one required metric. */
    public Finding compare(RequiredMetric required, MeasuredModel champion, MeasuredModel challenger) {
        Metric metric = required.definition();
        String subject = required.set() + " " + metric.key();
        Optional<MeasuredSet> before = champion.set(required.set());
        Optional<MeasuredSet> after = challenger.set(required.set());
        if (before.isEmpty() || after.isEmpty()) {
            return failed(
                    "required", subject, "was not measured for " + (after.isEmpty() ? challenger : champion).name());
        }
        Optional<String> change = change(before.get(), after.get());
        if (change.isPresent()) {
            return failed("required", subject, change.get());
        }
        Double old = before.get().value(metric);
        Double now = after.get().value(metric);
        if (old == null || now == null) {
            return failed("required", subject, "was not measured for " + (now == null ? challenger : champion).name());
        }
        if (!Double.isFinite(old) || !Double.isFinite(now)) {
            return failed("required", subject, "is " + old + " → " + now + ", expected numbers");
        }
        return judged(
                required,
                subject,
                old,
                now,
                ScenePairs.of(metric, before.get().frames(), after.get().frames()));
    }

    private Finding judged(RequiredMetric required, String subject, double old, double now, ScenePairs pairs) {
        int minimum = configuration.bootstrap().minimumFrames();
        if (pairs.frames() < minimum) {
            return failed(
                    "required", subject, "was measured on " + pairs.frames() + " frames, expected at least " + minimum);
        }
        int places = configuration.bootstrap().minimumScenes();
        if (pairs.scenes() < places) {
            return failed(
                    "required",
                    subject,
                    "was measured on frames of " + pairs.scenes() + " scenes, expected at least " + places
                            + "; add frames of other places or recordings");
        }
        Interval interval = bootstrap.interval(pairs);
        String found = number(old) + " → " + number(now) + ", gain " + number(interval.gain()) + " ["
                + number(interval.low()) + ", " + number(interval.high()) + "] over "
                + interval.drawn();
        if (!interval.finite()) {
            return new Finding("required", subject, false, found + ", expected numbers", interval);
        }
        boolean reached = interval.gain() >= required.minimumGain() && interval.low() > required.floor();
        String expected = interval.tie()
                ? ": a tie, expected a gain"
                : ", expected a gain of at least " + number(required.minimumGain()) + " and an interval above "
                        + number(required.floor());
        return new Finding("required", subject, reached, reached ? found : found + expected, interval);
    }

    /** Two evaluations can be compared if they are of the same frames and the same truth. */
    static Optional<String> change(MeasuredSet before, MeasuredSet after) {
        if (!before.digest().equals(after.digest())) {
            return Optional.of("the evaluation set has changed: its digest was " + before.digest() + " and is "
                    + after.digest() + "; evaluate the champion on it again");
        }
        List<String> old = before.frames().stream().map(FrameSums::frame).toList();
        List<String> now = after.frames().stream().map(FrameSums::frame).toList();
        if (!old.equals(now) || !before.classes().equals(after.classes())) {
            return Optional.of("the evaluation set has changed: " + old.size() + " frames of "
                    + before.classes().size() + " classes before, " + now.size() + " of "
                    + after.classes().size() + " now, or others; evaluate the champion on it again");
        }
        return Optional.empty();
    }

    /** Not being worse is not enough: otherwise two models that are the same would take turns. */
    private Finding better(List<Finding> required) {
        double[] probabilities = required.stream()
                .mapToDouble(finding ->
                        finding.interval() == null || !finding.interval().finite()
                                ? 1
                                : finding.interval().probability())
                .toArray();
        double least = Arrays.stream(Holm.correct(probabilities)).min().orElse(1);
        String corrected = required.size() == 1 ? "" : ", corrected for " + required.size() + " metrics";
        return least <= bootstrap.level()
                ? passed("better", "all required metrics", "at least one is better beyond noise" + corrected)
                : failed("better", "all required metrics", "none is better beyond noise" + corrected + ": a tie");
    }

    private List<String> unknownScenes(MeasuredModel challenger) {
        return configuration.required().stream()
                .map(RequiredMetric::set)
                .distinct()
                .map(challenger::set)
                .flatMap(Optional::stream)
                .filter(set -> set.frames().stream().anyMatch(frame -> frame.scene() == null))
                .map(set -> "set " + set.set() + ": "
                        + set.frames().stream()
                                .filter(frame -> frame.scene() == null)
                                .count()
                        + " of " + set.frames().size()
                        + " frames name no scene and were taken as independent; frames of"
                        + " recordings are not, and promote models that are no better: give them scenes with understudy"
                        + " dataset scenes, or the set a pattern, scenes")
                .toList();
    }

    private TreeSet<String> segmentationSets() {
        TreeSet<String> sets = new TreeSet<>();
        for (RequiredMetric required : configuration.required()) {
            if (Metrics.family(required.definition()).task() == Task.SEGMENTATION) {
                sets.add(required.set());
            }
        }
        return sets;
    }

    private List<Finding> classes(String set, MeasuredModel champion, MeasuredModel challenger) {
        MeasuredSet before = champion.set(set).orElse(null);
        MeasuredSet after = challenger.set(set).orElse(null);
        ClassCounts old = before == null ? null : before.classCounts().orElse(null);
        ClassCounts now = after == null ? null : after.classCounts().orElse(null);
        if (before == null
                || after == null
                || old == null
                || now == null
                || change(before, after).isPresent()) {
            return List.of(); // said already, by the required metric
        }
        List<Finding> findings = new ArrayList<>();
        Map<String, Double> special = configuration.classes().toleratedLossOf();
        special.keySet().stream()
                .filter(name -> !after.classes().contains(name))
                .forEach(name -> findings.add(failed("class", set + " " + name, "is no class of this set")));
        for (int c = 0; c < after.classes().size(); c++) {
            String name = after.classes().get(c);
            long pixels = now.truthPixels(c);
            if (pixels > 0 && pixels >= configuration.classes().minimumPixels()) {
                double tolerated =
                        special.getOrDefault(name, configuration.classes().toleratedLoss());
                findings.add(classLoss(set + " " + name, old.iou(c), now.iou(c), tolerated));
            }
        }
        return findings;
    }

    private static Finding classLoss(String subject, double old, double now, double tolerated) {
        String found = "IoU " + number(old) + " → " + number(now);
        // Written so that NaN fails.
        return old - now <= tolerated
                ? passed("class", subject, found)
                : failed("class", subject, found + ", expected a loss of at most " + number(tolerated));
    }

    private List<Finding> limits(@Nullable MeasuredModel champion, MeasuredModel challenger) {
        GateConfiguration.Limits limits = configuration.limits();
        List<Finding> findings = new ArrayList<>();
        if (limits.latencyMillis() != null) {
            findings.add(limit("latency", "ms a frame", challenger.latencyMillis(), limits.latencyMillis()));
        }
        if (limits.slowdown() != null && champion != null) {
            Double old = champion.latencyMillis();
            findings.add(limit(
                    "latency",
                    "ms a frame, with " + number(limits.slowdown()) + " × the champion's",
                    challenger.latencyMillis(),
                    old == null ? Double.NaN : old * limits.slowdown()));
        }
        if (limits.weightsBytes() != null) {
            findings.add(limit(
                    "size", "bytes of weights", (double) challenger.weightsBytes(), (double) limits.weightsBytes()));
        }
        return findings;
    }

    private static Finding limit(String rule, String unit, @Nullable Double found, double most) {
        if (found == null || Double.isNaN(most)) {
            return failed(rule, rule, "was not measured, and there is a limit on " + unit);
        }
        // Written so that NaN fails.
        return found <= most
                ? passed(rule, rule, number(found) + " " + unit)
                : failed(rule, rule, number(found) + " " + unit + ", expected at most " + number(most));
    }

    private Finding golden(@Nullable GoldenOutcome golden) {
        if (golden == null) {
            return failed("golden", "saved file", "was not checked");
        }
        if (!golden.loaded()) {
            return failed("golden", "saved file", "cannot be loaded: " + golden.detail());
        }
        double tolerance = configuration.goldenTolerance();
        String found = "its outputs differ from those evaluated by " + number(golden.largestDifference());
        // Written so that NaN fails.
        return golden.largestDifference() <= tolerance
                ? passed("golden", "saved file", found)
                : failed("golden", "saved file", found + ", expected at most " + number(tolerance));
    }

    private static Finding passed(String rule, String subject, String reason) {
        return new Finding(rule, subject, true, reason, null);
    }

    private static Finding failed(String rule, String subject, String reason) {
        return new Finding(rule, subject, false, reason, null);
    }

    /** Four digits, and whole numbers whole. */
    private static String number(double value) {
        if (!Double.isFinite(value)) {
            return String.format(Locale.ROOT, "%s", value);
        }
        BigDecimal exact = new BigDecimal(value);
        return (value == Math.rint(value) ? exact : exact.round(new MathContext(4)))
                .stripTrailingZeros()
                .toPlainString();
    }
}
