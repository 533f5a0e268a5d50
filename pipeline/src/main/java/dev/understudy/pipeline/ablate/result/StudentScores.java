package dev.understudy.pipeline.ablate.result;

import dev.understudy.evaluation.EvaluationReport;
import dev.understudy.evaluation.SegmentationScores;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one student came to on the test frames.
 *
 * @param meanIou 0–1
 * @param pixelAccuracy 0–1
 * @param iou by class, of the classes that student or truth have
 * @param depthRmse metres; null for a student without depth
 * @param normalsMean mean angle in degrees; null for a student without normals
 * @param steps it learned
 */
public record StudentScores(
        double meanIou,
        double pixelAccuracy,
        Map<String, Double> iou,
        @Nullable Double depthRmse,
        @Nullable Double normalsMean,
        long steps) {
    public static StudentScores of(EvaluationReport report, long steps) {
        SegmentationScores segmentation = Objects.requireNonNull(report.segmentation());
        Map<String, Double> iou = new TreeMap<>();
        segmentation.classes().stream()
                .filter(score -> !Double.isNaN(score.iou()))
                .forEach(score -> iou.put(score.name(), score.iou()));
        return new StudentScores(
                segmentation.meanIou(),
                segmentation.pixelAccuracy(),
                iou,
                report.depth() == null ? null : report.depth().rmse(),
                report.normals() == null ? null : report.normals().mean(),
                steps);
    }
}
