package dev.understudy.cli.dataset;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.Console.CountedProgress;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.JsonOption;
import dev.understudy.cli.dataset.ImportCommand.ImportReport;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.imports.CorrectionsImport;
import dev.understudy.dataset.imports.CorrectionsImport.CorrectedLabels;
import dev.understudy.dataset.imports.ImportRun.ImportSummary;
import dev.understudy.labeler.filter.FilteredStore;
import dev.understudy.labeler.filter.Judgement;
import dev.understudy.labeler.reliability.ReliabilityFile;
import dev.understudy.pipeline.filter.StorePolicies;
import dev.understudy.store.LabelStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the importers of corrected labels have in common: their options but the file, and what they report. */
abstract class CorrectionsCommand extends Command {
    @Option(
            names = "--manifest",
            required = true,
            paramLabel = "FILE",
            description = "The frames that were corrected: manifest.jsonl, or its folder.")
    private Path manifest;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where the new manifest goes.")
    private Path out;

    @Option(
            names = "--store",
            paramLabel = "DIR",
            description = "The store whose labels were corrected; tells the class space and what has changed.")
    private @Nullable Path store;

    @Option(
            names = "--classes",
            paramLabel = "SPACE",
            description = "Class space of the labels; that of --store if not given.")
    private @Nullable String classes;

    @Option(
            names = "--split",
            paramLabel = "NAME",
            description = "Split of the corrected frames; as it was if not given.")
    private @Nullable String split;

    @Mixin
    private JsonOption json;

    /** What the tool has exported. */
    abstract Path file();

    abstract CorrectedLabels.Opener format();

    @Override
    protected int run(Console console) throws IOException {
        if (store == null) {
            run(console, null);
        } else {
            try (LabelStore labels = LabelStore.open(store)) {
                run(console, labels);
            }
        }
        return ExitCode.DONE;
    }

    private void run(Console console, @Nullable LabelStore labels) throws IOException {
        ClassSpace space = classes != null ? ClassSpace.load(classes) : labels == null ? null : labels.classSpace();
        if (space == null) {
            throw new ConfigurationException(
                    "--classes: expected the class space of the labels, or --store to tell it");
        }
        ImportSummary summary;
        try (CountedProgress progress = new CountedProgress(console, "import")) {
            summary = CorrectionsImport.run(
                    new CorrectionsImport.Options(
                            file(), manifest, out, classes != null ? classes : space.name(), split),
                    space,
                    format(),
                    progress::at);
        }
        Corrections corrections =
                labels == null ? null : Corrections.of(labels, new DiskFrameSource(Manifest.read(summary.manifest())));
        if (json.isGiven() && corrections != null) {
            Map<String, Object> both = new LinkedHashMap<>();
            both.put("import", summary);
            both.put("corrections", corrections);
            console.printJson(both);
            return;
        }
        ImportReport.show(console, summary, json.isGiven());
        if (corrections != null) {
            corrections.lines().forEach(console::print);
        }
    }

    /**
     * Where people changed a store's labels. Pixels that they left unlabelled are not counted.
     *
     * @param pixels that have a label after the correction
     * @param changed of these, whose label is another than the store's most probable class
     * @param classes what was changed, the most changed class of the store first
     * @param measure of how likely labels were held to be right: {@code reliability} that was learned, or else the
     * expert's
     *     own {@code confidence}
     * @param whereChanged mean of the measure over changed pixels, 0–1; 0 if there are none
     * @param whereKept mean of the measure over the others
     * @param told 0–1, how often a changed pixel has a smaller measure than one that was not, if one of each is drawn;
     * 0.5
     *     is what chance gives, and stands where nothing, or everything, was changed
     * @param byMeasure by tenths of the measure, the least sure first
     */
    private record Corrections(
            long pixels,
            long changed,
            List<ByClass> classes,
            String measure,
            double whereChanged,
            double whereKept,
            double told,
            List<ByMeasure> byMeasure) {
        private static final int TENTHS = 10;
        private static final int MOST_SHOWN = 10;

        /** @param name class in the store; {@code ignore} where the expert knew none */
        record ByClass(String name, long pixels, long changed, String mostlyTo) {}

        /** @param from least measure, 0 to 1 */
        record ByMeasure(double from, long pixels, long changed) {}

        /** Frames that the store does not hold are passed over. */
        static Corrections of(LabelStore store, FrameSource corrected) {
            ClassSpace space = StorePolicies.classSpace(store);
            for (int i = 0; i < corrected.size(); i++) {
                store.requireSameClasses(corrected, i);
            }
            FilteredStore labels = StorePolicies.mostReliable(store, corrected);
            Counts counts = new Counts();
            for (int i = 0; i < corrected.size(); i++) {
                if (store.contains(corrected.record(i).id())) {
                    Frame frame = corrected.read(i);
                    counts.add(labels.judge(frame), Objects.requireNonNull(frame.segmentation()));
                }
            }
            return counts.summary(space, ReliabilityFile.exists(store.path()) ? "reliability" : "confidence");
        }

        /** Sums over frames. */
        private static final class Counts {
            private static final int LEVELS = 1000;

            private final long[][] moved = new long[LabelMap.IGNORE + 1][LabelMap.IGNORE + 1];
            private final long[] kept = new long[LEVELS];
            private final long[] changed = new long[LEVELS];

            void add(Judgement judgement, LabelMap now) {
                for (int pixel = 0; pixel < now.classes().length; pixel++) {
                    int after = now.classAt(pixel);
                    if (after != LabelMap.IGNORE) {
                        int before = judgement.classes()[pixel] & 0xFF;
                        moved[before][after]++;
                        (before == after ? kept : changed)
                                [Math.min(LEVELS - 1, (int) (judgement.confidence()[pixel] * LEVELS))]++;
                    }
                }
            }

            Corrections summary(ClassSpace space, String measure) {
                List<ByClass> classes = new ArrayList<>();
                for (int before = 0; before < moved.length; before++) {
                    ByClass moves = moves(before, space);
                    if (moves.pixels > 0) {
                        classes.add(moves);
                    }
                }
                classes.sort(
                        Comparator.comparingLong(ByClass::changed).reversed().thenComparing(ByClass::name));
                List<ByMeasure> byMeasure = new ArrayList<>();
                for (int tenth = 0; tenth < TENTHS; tenth++) {
                    long others = sum(kept, tenth);
                    long moved = sum(changed, tenth);
                    byMeasure.add(new ByMeasure(tenth / (double) TENTHS, others + moved, moved));
                }
                return new Corrections(
                        classes.stream().mapToLong(ByClass::pixels).sum(),
                        classes.stream().mapToLong(ByClass::changed).sum(),
                        classes,
                        measure,
                        mean(changed),
                        mean(kept),
                        told(),
                        byMeasure);
            }

            private ByClass moves(int before, ClassSpace space) {
                long all = 0;
                int most = before;
                long mostMoved = 0;
                for (int after = 0; after < space.size(); after++) {
                    all += moved[before][after];
                    if (after != before && moved[before][after] > mostMoved) {
                        most = after;
                        mostMoved = moved[before][after];
                    }
                }
                String name = space.className(before < space.size() ? before : LabelMap.IGNORE);
                return new ByClass(name, all, all - moved[before][before], mostMoved == 0 ? "" : space.className(most));
            }

            private static long sum(long[] levels, int tenth) {
                long sum = 0;
                for (int level = tenth * LEVELS / TENTHS; level < (tenth + 1) * LEVELS / TENTHS; level++) {
                    sum += levels[level];
                }
                return sum;
            }

            private static double mean(long[] levels) {
                double sum = 0;
                long count = 0;
                for (int level = 0; level < LEVELS; level++) {
                    sum += levels[level] * ((level + 0.5) / LEVELS);
                    count += levels[level];
                }
                return count == 0 ? 0 : sum / count;
            }

            /** Area under the curve of changed over kept pixels, those of one level counting half. */
            private double told() {
                double area = 0;
                long changedBelow = 0;
                long all = 0;
                for (int level = 0; level < LEVELS; level++) {
                    area += kept[level] * (changedBelow + changed[level] / 2.0);
                    changedBelow += changed[level];
                    all += kept[level];
                }
                return changedBelow == 0 || all == 0 ? 0.5 : area / changedBelow / all;
            }
        }

        /** For people. */
        List<String> lines() {
            List<String> lines = new ArrayList<>();
            lines.add(line("%.2f %% of %d labelled pixels were changed", percent(changed, pixels), pixels));
            classes.stream()
                    .filter(each -> each.changed > 0)
                    .limit(MOST_SHOWN)
                    .forEach(each -> lines.add(line(
                            "  %-20s %6.2f %% of %d, mostly to %s",
                            each.name, percent(each.changed, each.pixels), each.pixels, each.mostlyTo)));
            if (changed > 0 && changed < pixels) {
                lines.add(line(
                        "%s was %.2f where they changed and %.2f where not; lower for a changed pixel than for another in"
                                + " %.0f %% of pairs",
                        measure, whereChanged, whereKept, 100 * told));
            }
            byMeasure.stream()
                    .filter(each -> each.pixels > 0)
                    .forEach(each -> lines.add(line(
                            "  %s from %.1f  %6.2f %% of %d",
                            measure, each.from, percent(each.changed, each.pixels), each.pixels)));
            return lines;
        }

        private static double percent(long part, long whole) {
            return whole == 0 ? 0 : 100.0 * part / whole;
        }

        private static String line(String format, Object... values) {
            return String.format(Locale.ROOT, format, values);
        }
    }
}
