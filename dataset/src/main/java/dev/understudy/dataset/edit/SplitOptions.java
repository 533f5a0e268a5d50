package dev.understudy.dataset.edit;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How to divide a manifest.
 *
 * @param manifest a file or its folder
 * @param out name of the manifest to write, in the same folder
 * @param ratios by split, shares that add up to 1, such as train 0.9 and val 0.1
 * @param seed decides which frames go where; the same seed and frames give the same splits
 * @param by frames that must stay together have the same scene, or where the manifest says none the same id up to the
 *     last {@code /} (PREFIX), or the same second column in {@code groups} (GROUPS); FRAME divides single frames, which
 *     puts neighbours of a sequence on both sides; EVENLY does so without drawing, every eighth of the list for a share
 *     of 0.125
 * @param groups lines of {@code id<TAB>group}, as {@code scenes.tsv} that the import of NYUDv2 writes
 * @param only divide the frames of this split only, and leave the others as they are; if not given, all
 */
@RecordBuilder
public record SplitOptions(
        Path manifest,
        String out,
        Map<String, Double> ratios,
        @Default("0") long seed,
        @Default("prefix") By by,
        @Nullable Path groups,
        @Nullable String only)
        implements SplitOptionsBuilder.With {
    private static final double ROUNDING = 1e-6;

    /** What stays together. */
    public enum By {
        PREFIX,
        GROUPS,
        FRAME,
        EVENLY
    }

    public SplitOptions {
        double sum = ratios.values().stream().mapToDouble(Double::doubleValue).sum();
        new Checks()
                .that(
                        !ratios.isEmpty() && ratios.values().stream().allMatch(share -> share > 0 && share <= 1),
                        "ratios",
                        "must be above 0 and at most 1, found " + ratios)
                .that(Math.abs(sum - 1) < ROUNDING, "ratios", "must add up to 1, found " + sum)
                .that(
                        ratios.keySet().stream().allMatch(name -> name.matches("[A-Za-z0-9._-]+")),
                        "ratios",
                        "must be named with letters, digits, '.', '_' and '-', found " + ratios.keySet())
                .that((by == By.GROUPS) == (groups != null), "groups", "go with by: groups")
                .that(
                        out.matches("[A-Za-z0-9._-]+") && !out.startsWith("."),
                        "out",
                        "must be a file name: the manifest is written beside the one that is read")
                .verify();
        ratios = java.util.Collections.unmodifiableMap(new TreeMap<>(ratios));
    }
}
