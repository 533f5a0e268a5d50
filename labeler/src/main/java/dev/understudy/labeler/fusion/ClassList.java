package dev.understudy.labeler.fusion;

import java.util.Arrays;
import java.util.SortedSet;

/**
 * The classes whose sums a map keeps, in the order of their indices: those that win some pixel of some frame. A class
 * that is never but second counts as "other".
 */
final class ClassList {
    private final int[] classes;
    private final int[] places = new int[256];

    /** @param classes indices, 0–255; at least one */
    ClassList(SortedSet<Integer> classes) {
        this.classes = classes.stream().mapToInt(Integer::intValue).toArray();
        Arrays.fill(places, -1);
        for (int place = 0; place < this.classes.length; place++) {
            places[this.classes[place]] = place;
        }
    }

    int size() {
        return classes.length;
    }

    /** The class index at a place. */
    int at(int place) {
        return classes[place];
    }

    /** −1 if the class is not in the list. */
    int place(byte stored) {
        return places[stored & 0xFF];
    }
}
