package dev.understudy.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * Segmentation, as shares (0–1) of the answered pixels.
 *
 * @param frames with segmentation truth
 * @param pixels with a true class
 * @param coverage share of {@code pixels} that have an answer
 * @param classes in index order
 */
public record SegmentationScores(
        int frames,
        long pixels,
        double coverage,
        double meanIou,
        AbsentClasses absentClasses,
        double pixelAccuracy,
        double meanClassAccuracy,
        List<ClassScore> classes) {

    /**
     * One class.
     *
     * @param pixels answered pixels that truly are of the class
     * @param iou NaN when neither truth nor prediction has the class
     * @param accuracy NaN when the truth does not have it
     */
    public record ClassScore(String name, long pixels, double iou, double accuracy) {}

    public static SegmentationScores of(
            int frames, ConfusionMatrix confusion, List<String> classNames, AbsentClasses absent) {
        if (classNames.size() != confusion.classes()) {
            throw new IllegalArgumentException(classNames.size() + " names for " + confusion.classes() + " classes");
        }
        List<ClassScore> classes = new ArrayList<>();
        for (int index = 0; index < confusion.classes(); index++) {
            classes.add(new ClassScore(
                    classNames.get(index),
                    confusion.truthPixels(index),
                    confusion.iou(index),
                    confusion.classAccuracy(index)));
        }
        return new SegmentationScores(
                frames,
                confusion.annotated(),
                confusion.coverage(),
                confusion.meanIou(absent),
                absent,
                confusion.pixelAccuracy(),
                confusion.meanClassAccuracy(),
                List.copyOf(classes));
    }
}
