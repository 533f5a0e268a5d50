package dev.understudy.model.inference;

import dev.understudy.dataset.image.LabelMap;
import java.util.Arrays;

/**
 * Which class of the user's each output of a network counts for. Probabilities are added up before any decision. What
 * is mapped to {@link LabelMap#IGNORE} competes as a class of its own, so that a pixel the user has no class for is not
 * forced into one.
 *
 * @param target by network output: a class index below 255, or 255; not to be changed
 */
public record ClassMerge(int[] target) {
    public ClassMerge {
        for (int to : target) {
            if (to < 0 || to > LabelMap.IGNORE) {
                throw new IllegalArgumentException("target class " + to + ", expected 0 to 255");
            }
        }
    }

    /** Every output is a class. */
    public static ClassMerge none(int classes) {
        int[] target = new int[classes];
        Arrays.setAll(target, i -> i);
        return new ClassMerge(target);
    }

    /** The classes that are competed for, rising. */
    int[] competing() {
        return Arrays.stream(target).sorted().distinct().toArray();
    }

    /** By network output: its place in {@link #competing}. */
    int[] slots() {
        int[] competing = competing();
        return Arrays.stream(target).map(t -> Arrays.binarySearch(competing, t)).toArray();
    }

    boolean isIdentity() {
        return Arrays.equals(target, none(target.length).target);
    }
}
