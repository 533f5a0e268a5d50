package dev.understudy.retrain.gate;

import dev.understudy.evaluation.ClassCounts;
import dev.understudy.evaluation.EvaluationOptions.AbsentClasses;
import dev.understudy.evaluation.EvaluationReport.TotalSums;
import dev.understudy.evaluation.FrameSums;
import dev.understudy.evaluation.Metric;
import dev.understudy.evaluation.Metrics;
import dev.understudy.evaluation.SegmentationMetrics;
import dev.understudy.retrain.registry.ModelVersion.EvaluationScores;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
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
            double[] sums = frame.of(SegmentationMetrics.MIOU);
            if (sums != null && ClassCounts.view(sums).classes() != classes.size()) {
                throw new IllegalArgumentException(
                        set + ": sums of " + ClassCounts.view(sums).classes() + " classes, expected " + classes.size());
            }
        }
    }

    /** Over all frames; NaN if it cannot be computed, null if no frame has sums for it. */
    public @Nullable Double value(Metric metric) {
        return TotalSums.of(frames).value(metric, AbsentClasses.LEFT_OUT);
    }

    /** Of one frame alone; null if it has no sums for the metric. */
    public @Nullable Double value(Metric metric, int frame) {
        return TotalSums.of(List.of(frames.get(frame))).value(metric, AbsentClasses.LEFT_OUT);
    }

    /** Of all frames; empty without segmentation. */
    public Optional<ClassCounts> classCounts() {
        double[] sums = TotalSums.of(frames).of(SegmentationMetrics.MIOU.family());
        return sums == null ? Optional.empty() : Optional.of(ClassCounts.view(sums));
    }

    /** What the frames are drawn by: "10 scenes", or that nothing is known of their scenes. */
    public String scenes() {
        long alone = frames.stream().filter(frame -> frame.scene() == null).count();
        long scenes = frames.stream()
                .map(FrameSums::scene)
                .filter(Objects::nonNull)
                .distinct()
                .count();
        if (alone == 0) {
            return scenes + (scenes == 1 ? " scene" : " scenes");
        }
        String independent = "without a scene, taken as independent";
        return alone == frames.size()
                ? independent
                : scenes + (scenes == 1 ? " scene" : " scenes") + " and " + alone + " frames " + independent;
    }

    /** What the registry keeps of it. */
    public EvaluationScores scores() {
        TotalSums total = TotalSums.of(frames);
        SortedMap<String, SortedMap<String, Double>> metrics = new TreeMap<>();
        for (Metric metric : Metrics.all(Metric.Use.COMPARISON)) {
            Double value = total.value(metric, AbsentClasses.LEFT_OUT);
            if (value != null) {
                metrics.computeIfAbsent(metric.family(), family -> new TreeMap<>())
                        .put(metric.key(), value);
            }
        }
        SortedMap<String, Double> classIou = new TreeMap<>();
        classCounts().ifPresent(counts -> {
            for (int c = 0; c < classes.size(); c++) {
                if (!Double.isNaN(counts.iou(c))) {
                    classIou.put(classes.get(c), counts.iou(c));
                }
            }
        });
        return new EvaluationScores(set, digest, frames.size(), metrics, classIou);
    }
}
