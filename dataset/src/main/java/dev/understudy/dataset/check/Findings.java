package dev.understudy.dataset.check;

import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.NormalMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Adds up what frames hold, and collects what is wrong with them. */
final class Findings {
    private static final double NEAREST_PLAUSIBLE = 0.05;
    private static final double FARTHEST_PLAUSIBLE = 300;

    private final Map<String, Integer> splits = new TreeMap<>();
    private final Map<String, Integer> annotations = new LinkedHashMap<>();
    private final Map<String, Integer> sizes = new TreeMap<>();
    private final Map<ClassSpace, long[]> classes = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private int frames;
    private int problemCount;
    private long measured;
    private long missing;
    private double least = Double.POSITIVE_INFINITY;
    private double most;
    private double sum;

    Findings() {
        List.of("depth", "segmentation", "normals", "depth-only").forEach(what -> annotations.put(what, 0));
    }

    void problem(String text) {
        problemCount++;
        if (problems.size() < CheckResult.MOST_LINES) {
            problems.add(text);
        }
    }

    void note(String text) {
        if (notes.size() < CheckResult.MOST_LINES) {
            notes.add(text);
        }
    }

    void record(FrameRecord record) {
        frames++;
        splits.merge(record.split() == null ? "none" : record.split(), 1, Integer::sum);
        count("depth", record.depth() != null);
        count("segmentation", record.segmentation() != null);
        count("normals", record.normals() != null);
        count("depth-only", record.isDepthOnly());
    }

    void frame(String name, Frame frame, @Nullable ClassSpace space) {
        sizes.merge(frame.width() + "×" + frame.height(), 1, Integer::sum);
        if (frame.segmentation() != null && space != null) {
            labels(name, frame.segmentation(), space);
        }
        if (frame.depth() != null) {
            depth(name, frame.depth());
        }
        if (frame.normals() != null) {
            normals(name, frame.normals());
        }
    }

    private void count(String what, boolean present) {
        annotations.merge(what, present ? 1 : 0, Integer::sum);
    }

    private void labels(String name, LabelMap labels, ClassSpace space) {
        long[] counts = classes.computeIfAbsent(space, s -> new long[256]);
        boolean any = false;
        for (int i = 0; i < labels.classes().length; i++) {
            int index = labels.classAt(i);
            counts[index]++;
            any |= index != LabelMap.IGNORE;
        }
        if (!any) {
            note(name + ": no pixel has a label");
        }
    }

    private void depth(String name, DepthMap depth) {
        long before = measured;
        double sumBefore = sum;
        for (float metres : depth.metres()) {
            if (metres > 0) {
                measured++;
                sum += metres;
                least = Math.min(least, metres);
                most = Math.max(most, metres);
            } else {
                missing++;
            }
        }
        double mean = (sum - sumBefore) / (measured - before);
        if (measured == before) {
            problem(name + ": found depth without one measurement, expected some; drop the depth or the frame");
        } else if (mean < NEAREST_PLAUSIBLE || mean > FARTHEST_PLAUSIBLE) {
            problem(name + ": found depth of " + String.format(Locale.ROOT, "%.3g", mean) + " m on average, expected "
                    + NEAREST_PLAUSIBLE + "–" + FARTHEST_PLAUSIBLE + " m; correct depthScale");
        }
    }

    private void normals(String name, NormalMap normals) {
        boolean any = false;
        for (float component : normals.xyz()) {
            any |= component != 0;
        }
        if (!any) {
            problem(name + ": found normals without one vector, expected some; drop the normals or the frame");
        }
    }

    CheckResult result() {
        Map<String, CheckResult.ClassCounts> counts = new TreeMap<>();
        classes.forEach((space, pixels) -> counts.put(
                space.name(),
                new CheckResult.ClassCounts(
                        space.classes().stream().map(c -> c.name()).toList(),
                        Arrays.stream(pixels, 0, space.size()).boxed().toList(),
                        pixels[LabelMap.IGNORE])));
        CheckResult.DepthRange depth = measured == 0
                ? new CheckResult.DepthRange(0, missing, 0, 0, 0)
                : new CheckResult.DepthRange(measured, missing, least, most, sum / measured);
        return new CheckResult(frames, splits, annotations, sizes, counts, depth, problems, problemCount, notes);
    }
}
