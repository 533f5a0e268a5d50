package dev.understudy.dataset.signs;

import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.dataset.image.LabelMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the number of pixels of each label value tells of a data set. */
public final class LabelSigns {
    /** In real annotation a fifth of the pixels may lack a label; where a quarter do, one wants to know. */
    private static final double MUCH = 0.2;

    private static final int MOST_NAMES = 12;

    private LabelSigns() {}

    /**
     * One line for each sign; empty if there is none.
     *
     * @param counts pixels of each value, 256
     * @param ignoreIsMeant whether somebody has said that 255 means no label
     */
    public static List<String> lines(ClassSpace space, long[] counts, boolean ignoreIsMeant) {
        List<String> lines = new ArrayList<>();
        long all = 0;
        List<Integer> occurring = new ArrayList<>();
        List<String> never = new ArrayList<>();
        for (int value = 0; value < counts.length; value++) {
            all += counts[value];
            if (value < space.size()) {
                if (counts[value] > 0) {
                    occurring.add(value);
                } else {
                    never.add(space.className(value));
                }
            }
        }
        long ignored = counts[LabelMap.IGNORE];
        if (all == 0) {
            return lines;
        }
        if (!ignoreIsMeant && ignored > 0 && occurring.size() == 1 && space.size() > 1) {
            lines.add("labels of " + space.name() + ": hold " + occurring.get(0)
                    + " and 255 only, and 255 means no label;"
                    + " if it is a class, as in masks of two, import with --label-map " + occurring.get(0) + "="
                    + occurring.get(0) + ",255=" + (occurring.get(0) == 1 ? 0 : 1));
        } else if (!ignoreIsMeant && ignored >= MUCH * all) {
            lines.add("labels of " + space.name() + ": "
                    + String.format(Locale.ROOT, "%.1f %%", 100.0 * ignored / all)
                    + " of the pixels are 255, which means no label; if it is a class, import with a --label-map");
        }
        if (!never.isEmpty()) {
            lines.add("labels of " + space.name() + ": " + never.size() + " of " + space.size()
                    + " classes never occur: " + some(never));
        }
        return lines;
    }

    private static String some(List<String> names) {
        return names.size() <= MOST_NAMES
                ? String.join(", ", names)
                : String.join(", ", names.subList(0, MOST_NAMES)) + " and " + (names.size() - MOST_NAMES) + " more";
    }
}
