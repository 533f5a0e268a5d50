package dev.understudy.dataset.edit;

import dev.understudy.conf.Checks;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.Default;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.ManifestWriter;
import dev.understudy.files.DataException;
import dev.understudy.files.Sha256;
import dev.understudy.files.TextLines;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code dataset split}: says anew which split each frame belongs to. Groups are put in an order that only the seed and
 * their names decide; one after the other goes to the split that lacks most frames. So the shares are met as well as
 * groups allow, and a split is not changed by the order of the manifest.
 */
public final class SplitRun {
    private static final int MOST_LINES = 10_000_000;
    private static final int LONGEST_LINE = 10_000;
    /** Shares of a list are meant exactly, whatever their binary digits make of them. */
    private static final double ROUNDING = 1e-6;

    private SplitRun() {}

    /**
     * What was done.
     *
     * @param frames by split, sorted; those that were left alone are counted too, {@code none} if they have no split
     * @param groups by split, of those that were divided
     */
    public record Summary(Path manifest, Map<String, Integer> frames, Map<String, Integer> groups) {}

    /** @throws DataException if there is nothing to divide, or fewer groups than splits */
    public static Summary run(Options options) throws IOException {
        Manifest manifest = Manifest.read(options.manifest());
        Function<FrameRecord, String> groupOf = grouping(options);
        Map<String, Integer> sizes = new HashMap<>();
        for (FrameRecord frame : manifest.frames()) {
            if (isDivided(frame, options)) {
                sizes.merge(groupOf.apply(frame), 1, Integer::sum);
            }
        }
        if (sizes.size() < options.ratios().size()) {
            throw new DataException(options.manifest() + ": found " + sizes.size()
                    + " groups of frames that stay together, expected at least "
                    + options.ratios().size()
                    + ", one a split; divide by frame, or by groups of your own");
        }
        Map<String, String> splitOf =
                options.by() == Options.By.EVENLY ? evenly(manifest, options) : divide(sizes, options);
        Map<String, Integer> frames = new TreeMap<>();
        Path out = manifest.folder().resolve(options.out());
        requireFree(out, options);
        try (ManifestWriter writer = new ManifestWriter(out)) {
            for (FrameRecord frame : manifest.frames()) {
                FrameRecord divided =
                        isDivided(frame, options) ? frame.withSplit(splitOf.get(groupOf.apply(frame))) : frame;
                frames.merge(divided.split() == null ? "none" : divided.split(), 1, Integer::sum);
                writer.add(divided);
            }
            writer.publish();
        }
        Map<String, Integer> groups = new TreeMap<>();
        splitOf.values().forEach(split -> groups.merge(split, 1, Integer::sum));
        return new Summary(out, frames, groups);
    }

    /** The manifest that is read stays as it is, as does the data set's own, and the list of groups. */
    private static void requireFree(Path out, Options options) throws IOException {
        Path manifest = options.manifest();
        Path read = Files.isDirectory(manifest) ? manifest.resolve(Manifest.FILE_NAME) : manifest;
        boolean original = options.out().equals(Manifest.FILE_NAME)
                || same(out, read)
                || options.groups() != null && same(out, options.groups());
        if (Files.exists(out) && original) {
            throw new ConfigurationException(out + ": is there already and is no result of a split, so it stays as it"
                    + " is; choose another --out");
        }
    }

    private static boolean isDivided(FrameRecord frame, Options options) {
        return options.only() == null || options.only().equals(frame.split());
    }

    private static Map<String, String> divide(Map<String, Integer> sizes, Options options) {
        List<String> order = new ArrayList<>(sizes.keySet());
        order.sort(Comparator.comparing(group -> Sha256.of(options.seed() + " " + group)));
        int total = sizes.values().stream().mapToInt(Integer::intValue).sum();
        Map<String, Double> lacking = new TreeMap<>();
        options.ratios().forEach((split, share) -> lacking.put(split, share * total));
        Map<String, String> splitOf = new HashMap<>();
        // A split that would get nothing from what is left takes the next group, however small its share.
        List<String> empty = new ArrayList<>(lacking.keySet());
        for (int i = 0; i < order.size(); i++) {
            List<String> candidates = order.size() - i <= empty.size() ? empty : new ArrayList<>(lacking.keySet());
            String split = candidates.stream()
                    .max(Comparator.<String>comparingDouble(lacking::get).thenComparing(Comparator.reverseOrder()))
                    .orElseThrow();
            splitOf.put(order.get(i), split);
            lacking.merge(split, (double) -sizes.get(order.get(i)), Double::sum);
            empty.remove(split);
        }
        return splitOf;
    }

    /** The smaller a split, the earlier it chooses among the frames that are left; the first of them is always its. */
    private static Map<String, String> evenly(Manifest manifest, Options options) {
        List<String> left = new ArrayList<>();
        manifest.frames().stream().filter(frame -> isDivided(frame, options)).forEach(frame -> left.add(frame.id()));
        List<Map.Entry<String, Double>> splits =
                new ArrayList<>(options.ratios().entrySet());
        splits.sort(Map.Entry.<String, Double>comparingByValue().thenComparing(Map.Entry.comparingByKey()));
        Map<String, String> splitOf = new HashMap<>();
        double shares = 1;
        for (Map.Entry<String, Double> split : splits) {
            double share = split.getValue() / shares;
            List<String> all = List.copyOf(left);
            for (int i = 0; i < all.size(); i++) {
                if (Math.ceil((i + 1) * share - ROUNDING) > Math.ceil(i * share - ROUNDING)) {
                    splitOf.put(all.get(i), split.getKey());
                }
            }
            left.removeIf(splitOf::containsKey);
            shares -= split.getValue();
        }
        left.forEach(id -> splitOf.put(id, splits.get(splits.size() - 1).getKey()));
        return splitOf;
    }

    private static Function<FrameRecord, String> grouping(Options options) {
        return switch (options.by()) {
            case FRAME, EVENLY -> FrameRecord::id;
            case PREFIX ->
                frame -> frame.scene() != null
                        ? frame.scene()
                        : frame.id().substring(0, Math.max(0, frame.id().lastIndexOf('/')));
            case GROUPS -> {
                Path file = java.util.Objects.requireNonNull(options.groups());
                Map<String, String> groups = groups(file);
                yield frame -> {
                    String group = groups.get(frame.id());
                    if (group == null) {
                        throw new DataException(file + ": found no line for frame " + frame.id()
                                + ", expected id<TAB>group for every frame; add it");
                    }
                    return group;
                };
            }
        };
    }

    private static boolean same(Path out, Path other) throws IOException {
        return Files.exists(out) && Files.exists(other) && Files.isSameFile(out, other);
    }

    private static Map<String, String> groups(Path file) {
        Map<String, String> groups = new HashMap<>();
        try (TextLines in = new TextLines(file, LONGEST_LINE, MOST_LINES)) {
            for (String line = in.next(); line != null; line = in.next()) {
                String[] columns = line.split("\t", 3);
                if (!line.isBlank() && columns.length < 2) {
                    throw new DataException(file + ":" + in.number()
                            + ": found no id<TAB>group, expected one a line; separate by a tab");
                }
                if (!line.isBlank()) {
                    groups.put(columns[0], columns[1]);
                }
            }
        }
        return groups;
    }

    /**
     * How to divide a manifest.
     *
     * @param manifest a file or its folder
     * @param out name of the manifest to write, in the same folder
     * @param ratios by split, shares that add up to 1, such as train 0.9 and val 0.1
     * @param seed decides which frames go where; the same seed and frames give the same splits
     * @param by frames that must stay together have the same scene, or where the manifest says none the same id up to
     * the
     *     last {@code /} (PREFIX), or the same second column in {@code groups} (GROUPS); FRAME divides single frames,
     * which
     *     puts neighbours of a sequence on both sides; EVENLY does so without drawing, every eighth of the list for a
     * share
     *     of 0.125
     * @param groups lines of {@code id<TAB>group}, as {@code scenes.tsv} that the import of NYUDv2 writes
     * @param only divide the frames of this split only, and leave the others as they are; if not given, all
     */
    @RecordBuilder
    public record Options(
            Path manifest,
            String out,
            Map<String, Double> ratios,
            @Default("0") long seed,
            @Default("prefix") By by,
            @Nullable Path groups,
            @Nullable String only)
            implements SplitRunOptionsBuilder.With {
        private static final double ROUNDING = 1e-6;

        /** What stays together. */
        public enum By {
            PREFIX,
            GROUPS,
            FRAME,
            EVENLY
        }

        public Options {
            double sum =
                    ratios.values().stream().mapToDouble(Double::doubleValue).sum();
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
}
