package dev.understudy.dataset.signs;

import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.LabelMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Counts the pixels of each label value, by split, and tells what is odd about them. Of one class space. Safe for use
 * by several threads at once.
 */
public final class LabelSigns {
    private static final int VALUES = 256;
    private static final String TRAIN = "train";

    /** In real annotation a tenth of the pixels may lack a label; where a fifth do, one wants to know. */
    private static final double MUCH = 0.2;

    private static final int MOST_NAMES = 12;
    private static final int MOST_SPLITS = 100;

    private final ClassSpace space;
    private final long[] all = new long[VALUES];
    private final Map<String, long[]> bySplit = new TreeMap<>();

    public LabelSigns(ClassSpace space) {
        this.space = space;
    }

    /** @param counts pixels of each value, 256 */
    public synchronized void add(@Nullable String split, long[] counts) {
        sum(all, counts);
        String name = split == null ? "none" : split;
        if (bySplit.containsKey(name) || bySplit.size() < MOST_SPLITS) {
            sum(bySplit.computeIfAbsent(name, s -> new long[VALUES]), counts);
        }
    }

    private static void sum(long[] to, long[] more) {
        for (int value = 0; value < VALUES; value++) {
            to[value] += more[value];
        }
    }

    /** Of all splits: pixels by value, 256. */
    public synchronized long[] counts() {
        return all.clone();
    }

    /** What is likely meant otherwise; empty if nothing is. */
    public synchronized List<String> warnings() {
        List<Integer> occurring = classes(value -> all[value] > 0);
        long labelled = occurring.stream().mapToLong(value -> all[value]).sum();
        long ignored = all[LabelMap.IGNORE];
        if (ignored > 0 && occurring.size() == 1 && space.size() > 1) {
            int only = occurring.get(0);
            return List.of(
                    "labels of " + space.name() + ": hold " + only + " and 255 only, and 255 means no label; if it is"
                            + " a class, as in masks of two, import with --label-map " + only + "=" + only + ",255="
                            + (only == 1 ? 0 : 1));
        }
        if (ignored > 0 && ignored >= MUCH * (labelled + ignored)) {
            return List.of("labels of " + space.name() + ": "
                    + String.format(Locale.ROOT, "%.1f %%", 100.0 * ignored / (labelled + ignored))
                    + " of the pixels are 255, which means no label; if it is a class, import with a --label-map");
        }
        return List.of();
    }

    /** Which classes there is nothing of, at all or to train on; empty if all occur, or there are no labels. */
    public synchronized List<String> notes() {
        List<String> notes = new ArrayList<>();
        List<Integer> never = classes(value -> all[value] == 0);
        if (!never.isEmpty() && (never.size() < space.size() || all[LabelMap.IGNORE] > 0)) {
            notes.add("labels of " + space.name() + ": " + never.size() + " of " + space.size()
                    + " classes never occur: " + names(never));
        }
        long[] train = bySplit.get(TRAIN);
        List<Integer> untrained = train == null ? List.of() : classes(value -> all[value] > 0 && train[value] == 0);
        if (!untrained.isEmpty()) {
            notes.add("labels of " + space.name() + ": " + untrained.size() + " of " + space.size()
                    + " classes occur in other splits, but never in train: " + names(untrained));
        }
        return notes;
    }

    private List<Integer> classes(IntPredicate which) {
        return IntStream.range(0, space.size()).filter(which).boxed().toList();
    }

    private String names(List<Integer> classes) {
        String first = String.join(
                ", ", classes.stream().limit(MOST_NAMES).map(space::className).toList());
        return classes.size() <= MOST_NAMES ? first : first + " and " + (classes.size() - MOST_NAMES) + " more";
    }
}
