package dev.understudy.evaluation;

import dev.understudy.dataset.image.LabelMap;
import dev.understudy.evaluation.EvaluationOptions.AbsentClasses;
import java.util.BitSet;

/**
 * How many pixels of each class there are, were found, and were taken for others. Pixels whose truth is
 * {@link LabelMap#IGNORE} are not counted at all. Pixels that are predicted {@code IGNORE} — a filter dropped them, or
 * a class space lacks the expert's class — are counted apart: scores speak of the answered pixels, and {@link
 * #coverage} says how many these are.
 *
 * <p>Keeps whole counts; scores divide once. Not safe for use by several threads: give each its own and {@link #merge}.
 */
public final class ClassCounts {
    /** Numbers for each class, one part after the other: found, predicted, true and answered, true and not answered. */
    private static final int PARTS = 4;

    private final int classes;
    private final double[] sums;

    /** @param classes 1–255 */
    public ClassCounts(int classes) {
        this(new double[PARTS * checked(classes)]);
    }

    private ClassCounts(double[] sums) {
        this.classes = sums.length / PARTS;
        this.sums = sums;
    }

    private static int checked(int classes) {
        if (classes < 1 || classes > LabelMap.IGNORE) {
            throw new IllegalArgumentException(classes + " classes, expected 1 to " + LabelMap.IGNORE);
        }
        return classes;
    }

    /** Over {@link #sums} that were counted before; not a copy. */
    public static ClassCounts view(double[] sums) {
        if (sums.length == 0 || sums.length % PARTS != 0) {
            throw new IllegalArgumentException(sums.length + " sums, expected " + PARTS + " a class");
        }
        return new ClassCounts(sums);
    }

    /**
     * [4·C] in pixels: of class c that were found, at c; taken for c, at C + c; that are c and have an answer, at 2C +
     * c; that are c and have none, at 3C + c. Not a copy.
     */
    public double[] sums() {
        return sums;
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
            int label = prediction.classAt(i);
            if (label == LabelMap.IGNORE) {
                sums[3 * classes + actual]++;
            } else {
                sums[classes + label]++;
                sums[2 * classes + actual]++;
                sums[actual] += label == actual ? 1 : 0;
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

    public void merge(ClassCounts other) {
        if (other.classes != classes) {
            throw new IllegalArgumentException(other.classes + " classes merged into " + classes);
        }
        for (int i = 0; i < sums.length; i++) {
            sums[i] += other.sums[i];
        }
    }

    public int classes() {
        return classes;
    }

    private double found(int index) {
        return sums[index];
    }

    private double predicted(int index) {
        return sums[classes + index];
    }

    private double answered(int index) {
        return sums[2 * classes + index];
    }

    /** Sum over the classes of one part. */
    private double total(int part) {
        double total = 0;
        for (int i = part * classes; i < (part + 1) * classes; i++) {
            total += sums[i];
        }
        return total;
    }

    /** Pixels with a true class and an answer. */
    public long answered() {
        return (long) total(2);
    }

    /** Pixels with a true class. */
    public long annotated() {
        return (long) (total(2) + total(3));
    }

    /** Answered pixels whose true class is {@code index}. */
    public long truthPixels(int index) {
        return (long) answered(index);
    }

    /** The classes that the truth has, answered or not. */
    public BitSet presence() {
        BitSet presence = new BitSet(classes);
        for (int index = 0; index < classes; index++) {
            presence.set(index, answered(index) + sums[3 * classes + index] > 0);
        }
        return presence;
    }

    /** Share of the pixels with a true class that have an answer, 0–1; NaN when there are none. */
    public double coverage() {
        return ratio(total(2), total(2) + total(3));
    }

    /** Share of the answered pixels that are right; NaN when there are none. */
    public double pixelAccuracy() {
        return ratio(total(0), total(2));
    }

    /** Right ÷ (truth ∪ prediction); NaN when neither has the class. */
    public double iou(int index) {
        return ratio(found(index), answered(index) + predicted(index) - found(index));
    }

    /** Right ÷ truth; NaN when the truth does not have the class. */
    public double classAccuracy(int index) {
        return ratio(found(index), answered(index));
    }

    /** Over the classes that these pixels' truth has. */
    public double meanIou(AbsentClasses absent) {
        return meanIou(presence(), absent);
    }

    /**
     * Mean of {@link #iou} over the classes of a truth, the same for every prediction of its frames and for any choice
     * of them. A class without any answered pixel here counts as 0, for one model as for another. A class that is only
     * predicted costs the classes whose pixels it took. NaN when no class counts.
     *
     * @param truth that these pixels are a part of
     * @param absent whether classes that the truth does not have count as well
     */
    double meanIou(BitSet truth, AbsentClasses absent) {
        double sum = 0;
        int counted = 0;
        for (int index = 0; index < classes; index++) {
            boolean isTrue = truth.get(index);
            if (isTrue || absent == AbsentClasses.COUNT_AS_ONE) {
                double iou = iou(index);
                sum += !Double.isNaN(iou) ? iou : isTrue ? 0 : 1;
                counted++;
            }
        }
        return counted == 0 ? Double.NaN : sum / counted;
    }

    /** Of the answered pixels whose true class is one of these, the share that is right; NaN when there are none. */
    public double pixelAccuracyOf(int... some) {
        double right = 0;
        double pixels = 0;
        for (int index : some) {
            right += found(index);
            pixels += answered(index);
        }
        return ratio(right, pixels);
    }

    /**
     * Mean of {@link #iou} over those of these classes that the truth has; one without any answered pixel counts as 0.
     */
    public double meanIouOf(int... some) {
        BitSet counted = new BitSet(classes);
        for (int index : some) {
            counted.set(index);
        }
        counted.and(presence());
        return meanIou(counted, AbsentClasses.LEFT_OUT);
    }

    /** Mean of {@link #classAccuracy} over the classes that the truth has with an answer; NaN when it has none. */
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

    private static double ratio(double part, double whole) {
        return whole == 0 ? Double.NaN : part / whole;
    }
}
