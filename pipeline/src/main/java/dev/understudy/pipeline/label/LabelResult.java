package dev.understudy.pipeline.label;

import dev.understudy.dataset.image.LabelMap;
import dev.understudy.files.DataException;
import dev.understudy.store.LabelStore;
import dev.understudy.store.StoreDescription;
import dev.understudy.store.StoreDescription.StoreTotals;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
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
        StoreDescription description;
        try (LabelStore labels = LabelStore.open(store)) {
            description = labels.description();
        }
        if (description.hasSegmentation()) {
            IntFunction<String> names = names(description);
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

    /** By number where only the name of a user's own class space is known. */
    private static IntFunction<String> names(StoreDescription description) {
        try {
            return Objects.requireNonNull(description.classSpace())::className;
        } catch (DataException e) {
            return index -> index == LabelMap.IGNORE ? "ignore" : description.classes() + " " + index;
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
