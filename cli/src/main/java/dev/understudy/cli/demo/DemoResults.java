package dev.understudy.cli.demo;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a demo measured; {@code results.json} is this record. Shares and scores are in [0, 1], depth errors
 * in metres, times in seconds.
 */
public record DemoResults(
        long seed, FrameCounts frames, LabelQuality labels, List<StudentScore> students, List<StageTime> stages) {

    public DemoResults {
        students = List.copyOf(students);
        stages = List.copyOf(stages);
    }

    /** How many frames of which kind, and their size in pixels. */
    public record FrameCounts(int labelled, int depthOnly, int test, int width, int height) {}

    /**
     * How right the expert's labels are, since here the truth is known.
     *
     * @param all over every pixel with truth
     * @param kept over the pixels that the filter kept
     * @param keptShare share of pixels kept
     */
    public record LabelQuality(String policy, LabelScore all, LabelScore kept, double keptShare) {}

    /** @param iou by class name; null where the class appears neither in truth nor in the labels */
    public record LabelScore(double pixelAccuracy, double meanIou, Map<String, @Nullable Double> iou) {}

    /** One student on the test set. */
    public record StudentScore(
            String name,
            LabelScore segmentation,
            double depthRmse,
            double depthAbsRel,
            double depthDelta1,
            int steps) {}

    public record StageTime(String stage, double seconds) {}
}
