package dev.understudy.pipeline.label;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.files.DataException;
import dev.understudy.store.LabelStore;
import dev.understudy.store.StoreTotals;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a store holds when a job is done.
 *
 * @param meanConfidence mean probability of the most probable class, 0–1; null without
 *     segmentation or frames
 * @param classes share of the pixels by most probable class, largest first; empty without segmentation
 */
public record LabelResult(
        String store,
        long frames,
        long quarantined,
        @Nullable Double meanConfidence,
        Map<String, Double> classes) {
    private static final int SHOWN = 12;

    /** @param store complete */
    public static LabelResult of(Path store, StoreTotals totals) {
        Map<String, Double> shares = new LinkedHashMap<>();
        String space;
        try (LabelStore labels = LabelStore.open(store)) {
            space = labels.description().classes();
        }
        if (space != null) {
            IntFunction<String> names = names(space);
            totals.classPixels().entrySet().stream()
                    .sorted((a, b) -> Long.compare(b.getValue(), a.getValue()))
                    .forEach(e ->
                            shares.put(names.apply(e.getKey()), (double) e.getValue() / Math.max(1, totals.pixels())));
        }
        return new LabelResult(
                store.toString(),
                totals.frames(),
                totals.quarantined(),
                shares.isEmpty() ? null : totals.meanConfidence(),
                shares);
    }

    /** A class space of a user's own is kept by its name alone, and its file need not be there. */
    private static IntFunction<String> names(String space) {
        try {
            return ClassSpace.load(space)::className;
        } catch (ConfigurationException | DataException e) {
            return index -> index == LabelMap.IGNORE ? "ignore" : space + " " + index;
        }
    }

    /** As people read it. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(Locale.ROOT, "%s: %d frames labelled, %d quarantined", store, frames, quarantined));
        if (meanConfidence != null) {
            lines.add(String.format(Locale.ROOT, "mean confidence %.3f", meanConfidence));
            classes.entrySet().stream()
                    .limit(SHOWN)
                    .forEach(e ->
                            lines.add(String.format(Locale.ROOT, "  %5.1f %%  %s", 100 * e.getValue(), e.getKey())));
            if (classes.size() > SHOWN) {
                lines.add("  and " + (classes.size() - SHOWN) + " more classes");
            }
        }
        return lines;
    }
}
