package dev.understudy.cli.report;

import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.dataset.image.LabelMap;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The classes of pictures and their colours. */
public final class Legend {
    private Legend() {}

    /** A class and its colour, as CSS writes it. */
    public record Entry(String name, String colour) {}

    /** Adds the classes that a map shows. */
    public static void collect(LabelMap labels, Set<Integer> seen) {
        for (byte index : labels.classes()) {
            seen.add(index & 0xFF);
        }
    }

    /** @param indices others than classes, such as {@link LabelMap#IGNORE}, are left out */
    public static List<Entry> of(ClassSpace classes, Collection<Integer> indices) {
        return indices.stream()
                .filter(index -> index < classes.size())
                .map(index -> new Entry(
                        classes.names().get(index),
                        String.format(Locale.ROOT, "#%06x", classes.palette().colour(index))))
                .toList();
    }
}
