package dev.understudy.dataset.check;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.ImageHeader;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.NormalMap;
import dev.understudy.dataset.signs.DepthSigns;
import dev.understudy.dataset.signs.LabelSigns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Adds up what frames hold, and collects what is wrong with them. */
final class Findings {
    private static final double NEAREST_PLAUSIBLE = 0.05;
    private static final double FARTHEST_PLAUSIBLE = 300;
    private static final int MOST_ORIGINS = 100;

    private final Map<String, Integer> splits = new TreeMap<>();
    private final Map<String, Integer> annotations = new LinkedHashMap<>();
    private final Map<String, Integer> sizes = new TreeMap<>();
    private final Map<ClassSpace, LabelSigns> classes = new LinkedHashMap<>();
    private final Map<String, DepthSigns> depthSigns = new TreeMap<>();
    private final Map<String, Double> scales = new HashMap<>();
    private final Turned turned = new Turned();
    private final List<String> problems = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private int frames;
    private final Map<String, String> scenes = new TreeMap<>();
    private final Set<String> sharedScenes = new TreeSet<>();
    private int withoutScene;
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
        if (problems.size() < DatasetCheck.Result.MOST_LINES) {
            problems.add(text);
        }
    }

    void note(String text) {
        if (notes.size() < DatasetCheck.Result.MOST_LINES) {
            notes.add(text);
        }
    }

    void record(FrameRecord record) {
        frames++;
        splits.merge(record.split() == null ? "none" : record.split(), 1, Integer::sum);
        if (record.scene() == null) {
            withoutScene++;
        } else {
            String split = String.valueOf(record.split());
            if (!scenes.computeIfAbsent(record.scene(), s -> split).equals(split)) {
                sharedScenes.add(record.scene());
            }
        }
        count("depth", record.depth() != null);
        count("segmentation", record.segmentation() != null);
        count("normals", record.normals() != null);
        count("depth-only", record.isDepthOnly());
    }

    /**
     * @param manifest that the frame is from; depth of several is not mixed, since each may be stored in a way of its
     *     own
     */
    void frame(String manifest, String name, Frame frame, @Nullable ClassSpace space) {
        sizes.merge(frame.width() + "×" + frame.height(), 1, Integer::sum);
        if (frame.segmentation() != null && space != null) {
            labels(name, frame, frame.segmentation(), space);
        }
        Double scale = frame.record().depthScale();
        if (frame.depth() != null && scale != null) {
            depth(name, frame.depth());
            String origin = manifest + " at " + scale + " units a metre";
            if (scales.containsKey(origin) || scales.size() < MOST_ORIGINS) {
                scales.put(origin, scale);
                depthSigns.computeIfAbsent(origin, o -> new DepthSigns()).add(stored(frame.depth(), scale));
            }
        }
        if (frame.normals() != null) {
            normals(name, frame.normals());
        }
    }

    /** A picture that carries an orientation. */
    void turned(String name, ImageHeader picture, Frame frame) {
        turned.add(name, picture, frame);
    }

    /** The file's values. */
    private static DepthMap stored(DepthMap depth, double scale) {
        float[] values = new float[depth.metres().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.round(depth.metres()[i] * scale);
        }
        return new DepthMap(depth.width(), depth.height(), values);
    }

    private void count(String what, boolean present) {
        annotations.merge(what, present ? 1 : 0, Integer::sum);
    }

    private void labels(String name, Frame frame, LabelMap labels, ClassSpace space) {
        long[] counts = new long[256];
        boolean any = false;
        for (int i = 0; i < labels.classes().length; i++) {
            int index = labels.classAt(i);
            counts[index]++;
            any |= index != LabelMap.IGNORE;
        }
        classes.computeIfAbsent(space, LabelSigns::new).add(frame.record().split(), counts);
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

    DatasetCheck.Result result() {
        Map<String, DatasetCheck.Result.ClassPixels> counts = new TreeMap<>();
        classes.forEach((space, signs) -> counts.put(space.name(), counts(space, signs.counts())));
        DatasetCheck.Result.DepthSummary depth = measured == 0
                ? new DatasetCheck.Result.DepthSummary(0, missing, 0, 0, 0)
                : new DatasetCheck.Result.DepthSummary(measured, missing, least, most, sum / measured);
        return DatasetCheckResultBuilder.builder()
                .frames(frames)
                .splits(splits)
                .scenes(scenes.size())
                .withoutScene(withoutScene)
                .annotations(annotations)
                .sizes(sizes)
                .classes(counts)
                .depth(depth)
                .problems(problems)
                .problemCount(problemCount)
                .warnings(warnings())
                .notes(allNotes())
                .build();
    }

    private static DatasetCheck.Result.ClassPixels counts(ClassSpace space, long[] pixels) {
        return new DatasetCheck.Result.ClassPixels(
                space.names(), Arrays.stream(pixels, 0, space.size()).boxed().toList(), pixels[LabelMap.IGNORE]);
    }

    private List<String> allNotes() {
        List<String> all = new ArrayList<>();
        if (!sharedScenes.isEmpty()) {
            all.add(sharedScenes.size() + " scenes are in more than one split (the first: "
                    + sharedScenes.iterator().next()
                    + "), so what is learnt in one may be known by heart in the other");
        }
        classes.values().forEach(signs -> all.addAll(signs.notes()));
        all.addAll(notes);
        return all;
    }

    private List<String> warnings() {
        List<String> warnings = new ArrayList<>(turned.lines());
        classes.values().forEach(signs -> warnings.addAll(signs.warnings()));
        depthSigns.forEach((origin, signs) -> signs.lines(scales.get(origin))
                .forEach(line -> warnings.add(scales.size() == 1 ? line : line + " (" + origin + ")")));
        return warnings;
    }

    /** Counts pictures that carry an EXIF orientation, and tells which way up they are read. */
    static final class Turned {
        private int applied;
        private int both;
        private int notApplied;
        private String first = "";

        void add(String name, ImageHeader picture, Frame frame) {
            first = first.isEmpty() ? name : first;
            boolean mapped = frame.depth() != null || frame.segmentation() != null || frame.normals() != null;
            boolean shown = frame.width() == picture.shownWidth() && frame.height() == picture.shownHeight();
            boolean stored = picture.width() == picture.shownWidth() && picture.height() == picture.shownHeight();
            applied += shown ? 1 : 0;
            notApplied += shown ? 0 : 1;
            both += shown && stored && mapped ? 1 : 0;
        }

        List<String> lines() {
            List<String> lines = new ArrayList<>();
            if (applied + notApplied > 0) {
                lines.add("pictures: " + (applied + notApplied) + " carry an EXIF orientation (the first: " + first
                        + "); "
                        + applied + " are turned by it when they are read, " + notApplied
                        + " are not, since their labels or depth fit the stored pixels only; other programs may read them"
                        + " otherwise: 'dataset import' makes copies without");
            }
            if (both > 0) {
                lines.add(
                        "pictures: labels or depth of " + both
                                + " of those would fit the stored pixels too; look at some with"
                                + " 'dataset show', and if they are turned against each other, import with --orientation stored");
            }
            return lines;
        }
    }
}
