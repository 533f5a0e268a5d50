package dev.understudy.pipeline.retrain.gate;

import dev.understudy.pipeline.registry.EvaluationScores;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A model's sums on an evaluation set.
 *
 * @param set its name
 * @param digest of frames and truth: what must be the same for two models to be compared
 * @param classes names of the classes of the segmentation sums; empty without segmentation
 * @param frames ordered by id, none twice
 */
public record MeasuredSet(String set, String digest, List<String> classes, List<FrameSums> frames) {
    public MeasuredSet {
        classes = List.copyOf(classes);
        frames = frames.stream().sorted(Comparator.comparing(FrameSums::frame)).toList();
        for (int i = 0; i < frames.size(); i++) {
            FrameSums frame = frames.get(i);
            if (i > 0 && frames.get(i - 1).frame().equals(frame.frame())) {
                throw new IllegalArgumentException(set + ": frame " + frame.frame() + " twice");
            }
            double[] sums = frame.segmentation();
            if (sums != null && sums.length != 3 * classes.size()) {
                throw new IllegalArgumentException(
                        set + ": sums of " + sums.length / 3 + " classes, expected " + classes.size());
            }
        }
    }

    /** The sums of all frames that have some for {@code metric}; null if none has. */
    double @Nullable [] total(GateMetric metric) {
        double[] total = null;
        for (FrameSums frame : frames) {
            double[] sums = metric.sums(frame);
            if (sums != null) {
                total = total == null ? new double[sums.length] : total;
                for (int i = 0; i < sums.length; i++) {
                    total[i] += sums[i];
                }
            }
        }
        return total;
    }

    /** Over all frames; NaN if it cannot be computed, null if no frame has sums for it. */
    public @Nullable Double value(GateMetric metric) {
        double[] total = total(metric);
        return total == null ? null : metric.of(total, total);
    }

    /** What the registry keeps of it. */
    public EvaluationScores scores() {
        SortedMap<String, SortedMap<String, Double>> metrics = new TreeMap<>();
        for (GateMetric metric : GateMetric.values()) {
            Double value = value(metric);
            if (value != null) {
                metrics.computeIfAbsent(metric.task().key(), task -> new TreeMap<>())
                        .put(metric.key(), value);
            }
        }
        SortedMap<String, Double> classIou = new TreeMap<>();
        double[] segmentation = total(GateMetric.MIOU);
        for (int c = 0; segmentation != null && c < classes.size(); c++) {
            double iou = GateMetric.iou(Objects.requireNonNull(segmentation), c);
            if (!Double.isNaN(iou)) {
                classIou.put(classes.get(c), iou);
            }
        }
        return new EvaluationScores(set, digest, frames.size(), metrics, classIou);
    }
}
