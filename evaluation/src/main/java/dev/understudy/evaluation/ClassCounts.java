package dev.understudy.evaluation;

import dev.understudy.dataset.image.LabelMap;
import java.util.Arrays;

/**
 * How often each true class was taken for each other. Pixels whose truth is {@link LabelMap#IGNORE} are not counted at
 * all. Pixels that are predicted {@code IGNORE} — a filter dropped them, or a class space lacks the expert's class — are
 * counted apart: scores speak of the answered pixels, and {@link #coverage} says how many these are.
 *
 * <p>Keeps whole counts; scores divide once. Not safe for use by several threads: give each its own and {@link #merge}.
 */
public final class ConfusionMatrix {
    private final int classes;
    private final long[] counts;
    private final long[] unanswered;

    /** @param classes 1–255 */
    public ConfusionMatrix(int classes) {
        if (classes < 1 || classes > LabelMap.IGNORE) {
            throw new IllegalArgumentException(classes + " classes, expected 1 to " + LabelMap.IGNORE);
        }
        this.classes = classes;
        this.counts = new long[classes * classes];
        this.unanswered = new long[classes];
    }

    /**
     * Counts one frame.
     *
     * @throws IllegalArgumentException if the sizes differ or a class is out of range; nothing is counted then
     */
    public void add(LabelMap truth, LabelMap prediction) {
        if (truth.width() != prediction.width() || truth.height() != prediction.height()) {
            throw new IllegalArgumentException("a prediction of " + prediction.width() + "×" + prediction.height()
                    + " for a truth of " + truth.width() + "×" + truth.height());
        }
        checkRange("truth", truth.classes());
        checkRange("prediction", prediction.classes());
        for (int i = 0; i < truth.classes().length; i++) {
            int actual = truth.classAt(i);
            if (actual == LabelMap.IGNORE) {
                continue;
            }
            int said = prediction.classAt(i);
            if (said == LabelMap.IGNORE) {
                unanswered[actual]++;
            } else {
                counts[actual * classes + said]++;
            }
        }
    }

    private void checkRange(String what, byte[] values) {
        for (byte value : values) {
            int index = value & 0xFF;
            if (index >= classes && index != LabelMap.IGNORE) {
                throw new IllegalArgumentException(
                        what + " has class " + index + ", expected 0 to " + (classes - 1) + " or 255");
            }
        }
    }

    public void merge(ConfusionMatrix other) {
        if (other.classes != classes) {
            throw new IllegalArgumentException(other.classes + " classes merged into " + classes);
        }
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
        for (int i = 0; i < classes; i++) {
            unanswered[i] += other.unanswered[i];
        }
    }

    public int classes() {
        return classes;
    }

    /** Pixels of class {@code truth} that were taken for {@code prediction}. */
    public long count(int truth, int prediction) {
        return counts[truth * classes + prediction];
    }

    /** Pixels with a true class and an answer. */
    public long answered() {
        return Arrays.stream(counts).sum();
    }

    /** Pixels with a true class. */
    public long annotated() {
        return answered() + Arrays.stream(unanswered).sum();
    }

    /** Answered pixels whose true class is {@code index}. */
    public long truthPixels(int index) {
        long sum = 0;
        for (int said = 0; said < classes; said++) {
            sum += count(index, said);
        }
        return sum;
    }

    private long predictedPixels(int index) {
        long sum = 0;
        for (int actual = 0; actual < classes; actual++) {
            sum += count(actual, index);
        }
        return sum;
    }

    /** Share of the pixels with a true class that have an answer, 0–1; NaN when there are none. */
    public double coverage() {
        return ratio(answered(), annotated());
    }

    /** Share of the answered pixels that are right; NaN when there are none. */
    public double pixelAccuracy() {
        long right = 0;
        for (int index = 0; index < classes; index++) {
            right += count(index, index);
        }
        return ratio(right, answered());
    }

    /** Right ÷ (truth ∪ prediction); NaN when neither has the class. */
    public double iou(int index) {
        long right = count(index, index);
        return ratio(right, truthPixels(index) + predictedPixels(index) - right);
    }

    /** Right ÷ truth; NaN when the truth does not have the class. */
    public double classAccuracy(int index) {
        return ratio(count(index, index), truthPixels(index));
    }

    /**
     * Mean of {@link #iou} over the classes that the truth has, answered or not: those of every prediction for the same frames,
     * so that two can be compared. A class without any answered pixel counts as 0. A class that is only predicted costs the
     * classes whose pixels it took. NaN when no class counts.
     *
     * @param absent whether classes that the truth does not have count as well
     */
    public double meanIou(AbsentClasses absent) {
        double sum = 0;
        int counted = 0;
        for (int index = 0; index < classes; index++) {
            boolean isTrue = truthPixels(index) + unanswered[index] > 0;
            if (isTrue || absent == AbsentClasses.COUNT_AS_ONE) {
                double iou = iou(index);
                sum += !Double.isNaN(iou) ? iou : isTrue ? 0 : 1;
                counted++;
            }
        }
        return counted == 0 ? Double.NaN : sum / counted;
    }

    /** Mean of {@link #classAccuracy} over the classes that the truth has; NaN when it has none. */
    public double meanClassAccuracy() {
        double sum = 0;
        int counted = 0;
        for (int index = 0; index < classes; index++) {
            double accuracy = classAccuracy(index);
            if (!Double.isNaN(accuracy)) {
                sum += accuracy;
                counted++;
            }
        }
        return counted == 0 ? Double.NaN : sum / counted;
    }

    private static double ratio(long part, long whole) {
        return whole == 0 ? Double.NaN : (double) part / whole;
    }
}
