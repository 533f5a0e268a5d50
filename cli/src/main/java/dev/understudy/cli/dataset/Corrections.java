package dev.understudy.cli.dataset;

import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.pipeline.filter.StorePolicies;
import dev.understudy.store.LabelStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Where people changed a store's labels. Pixels that they left unlabelled are not counted.
 *
 * @param pixels that have a label after the correction
 * @param changed of these, whose label is another than the store's most probable class
 * @param classes what was changed, the most changed class of the store first
 * @param confidence by tenths of the store's confidence, the least sure first
 */
record Corrections(long pixels, long changed, List<ByClass> classes, List<ByConfidence> confidence) {
    private static final int TENTHS = 10;
    private static final int MOST_SHOWN = 10;

    /** @param name class in the store; {@code ignore} where the expert knew none */
    record ByClass(String name, long pixels, long changed, String mostlyTo) {}

    /** @param from least confidence, 0 to 1 */
    record ByConfidence(double from, long pixels, long changed) {}

    /** Frames that the store does not hold are passed over. */
    static Corrections of(LabelStore store, FrameSource corrected) {
        ClassSpace space = StorePolicies.classSpace(store);
        for (int i = 0; i < corrected.size(); i++) {
            store.requireSameClasses(corrected, i);
        }
        long[][] moved = new long[LabelMap.IGNORE + 1][LabelMap.IGNORE + 1];
        long[] sure = new long[TENTHS];
        long[] sureAndChanged = new long[TENTHS];
        for (int i = 0; i < corrected.size(); i++) {
            if (store.contains(corrected.record(i).id())) {
                Frame frame = corrected.read(i);
                SegmentationEvidence said = Objects.requireNonNull(
                        store.get(frame.id(), EvidencePlanes.top(1)).segmentation());
                count(said, Objects.requireNonNull(frame.segmentation()), moved, sure, sureAndChanged);
            }
        }
        return summary(space, moved, sure, sureAndChanged);
    }

    private static void count(
            SegmentationEvidence said, LabelMap now, long[][] moved, long[] sure, long[] sureAndChanged) {
        for (int pixel = 0; pixel < now.classes().length; pixel++) {
            int after = now.classAt(pixel);
            if (after != LabelMap.IGNORE) {
                int before = said.classes()[pixel] & 0xFF;
                int tenth = Math.min(TENTHS - 1, (said.probability()[pixel] & 0xFF) * TENTHS / 255);
                moved[before][after]++;
                sure[tenth]++;
                sureAndChanged[tenth] += before == after ? 0 : 1;
            }
        }
    }

    private static Corrections summary(ClassSpace space, long[][] moved, long[] sure, long[] sureAndChanged) {
        List<ByClass> classes = new ArrayList<>();
        long pixels = 0;
        long changed = 0;
        for (int before = 0; before < moved.length; before++) {
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
            if (all > 0) {
                long other = all - moved[before][before];
                String name = before < space.size() ? space.className(before) : space.className(LabelMap.IGNORE);
                classes.add(new ByClass(name, all, other, mostMoved == 0 ? "" : space.className(most)));
                pixels += all;
                changed += other;
            }
        }
        classes.sort(Comparator.comparingLong(ByClass::changed).reversed().thenComparing(ByClass::name));
        List<ByConfidence> confidence = new ArrayList<>();
        for (int tenth = 0; tenth < TENTHS; tenth++) {
            confidence.add(new ByConfidence(tenth / (double) TENTHS, sure[tenth], sureAndChanged[tenth]));
        }
        return new Corrections(pixels, changed, classes, confidence);
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
        confidence.stream()
                .filter(each -> each.pixels > 0)
                .forEach(each -> lines.add(line(
                        "  confidence from %.1f  %6.2f %% of %d",
                        each.from, percent(each.changed, each.pixels), each.pixels)));
        return lines;
    }

    private static double percent(long part, long whole) {
        return whole == 0 ? 0 : 100.0 * part / whole;
    }

    private static String line(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
