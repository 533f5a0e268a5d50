package dev.understudy.retrain.drift;

import dev.understudy.retrain.drift.DriftConfiguration.Thresholds;
import dev.understudy.retrain.drift.DriftReport.Feature;
import dev.understudy.retrain.drift.DriftReport.Level;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

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
}
