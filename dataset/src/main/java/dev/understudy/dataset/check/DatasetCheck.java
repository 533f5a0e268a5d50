package dev.understudy.dataset.check;

import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.ManifestReader;
import dev.understudy.dataset.image.ImageHeader;
import dev.understudy.dataset.imports.ImportRun.Progress;
import dev.understudy.files.DataException;
import dev.understudy.files.Sha256;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code dataset check}: opens every file of every frame and tells all that is wrong: lines that are no frames, files
 * that are missing, damaged or of another size, labels that are no class, depth or normals without content or in
 * impossible units, ids that come twice, and pictures that are in two splits. The same picture twice within a split is
 * only noted.
 *
 * <p>Pictures are compared by their pixels, so a copy in another format counts as one. Several manifests are checked as
 * if they were one data set; an id may come once in each.
 */
public final class DatasetCheck {
    private final long maxPixels;
    private final Findings findings = new Findings();
    private final Map<String, Seen> pictures = new HashMap<>();

    /** Where a picture was seen first. */
    private record Seen(String name, @Nullable String split) {}

    private DatasetCheck(long maxPixels) {
        this.maxPixels = maxPixels;
    }

    /**
     * @param manifests files, or folders that hold a {@value Manifest#FILE_NAME}
     * @throws DataException if a manifest cannot be opened at all
     */
    public static Result run(List<Path> manifests, long maxPixels, Progress progress) {
        DatasetCheck check = new DatasetCheck(maxPixels);
        List<Path> files = new ArrayList<>();
        List<List<FrameRecord>> records = new ArrayList<>();
        for (Path manifest : manifests) {
            Path file = Files.isDirectory(manifest) ? manifest.resolve(Manifest.FILE_NAME) : manifest;
            files.add(file);
            records.add(check.readLines(file));
        }
        int total = records.stream().mapToInt(List::size).sum();
        int done = 0;
        for (int i = 0; i < files.size(); i++) {
            DiskFrameSource source = check.source(files.get(i), records.get(i));
            for (int frame = 0; frame < source.size(); frame++) {
                check.open(files.get(i), source, frame);
                progress.at(++done, total);
            }
        }
        return check.findings.result();
    }

    private List<FrameRecord> readLines(Path file) {
        List<FrameRecord> records = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        try (ManifestReader reader = new ManifestReader(file)) {
            while (true) {
                int before = reader.line();
                try {
                    FrameRecord record = reader.next();
                    if (record == null) {
                        return records;
                    }
                    if (!ids.add(record.id())) {
                        findings.problem(file + ":" + reader.line() + ": found id '" + record.id()
                                + "' for the second time, expected ids to be unique; rename or remove one");
                    }
                    findings.record(record);
                    records.add(record);
                } catch (DataException e) {
                    findings.problem(e.getMessage());
                    if (reader.line() == before) {
                        return records;
                    }
                }
            }
        }
    }

    /** Without the labels of class spaces that there are not; each of those is one problem, not one a frame. */
    private DiskFrameSource source(Path file, List<FrameRecord> records) {
        Path folder = file.toAbsolutePath().getParent();
        Map<String, Boolean> known = new HashMap<>();
        List<FrameRecord> readable = new ArrayList<>();
        for (FrameRecord record : records) {
            boolean keep =
                    record.classes() == null || known.computeIfAbsent(record.classes(), c -> known(folder, record));
            readable.add(keep ? record : withoutSegmentation(record));
        }
        return new DiskFrameSource(Manifest.of(folder, readable), maxPixels);
    }

    private boolean known(Path folder, FrameRecord record) {
        try {
            return new DiskFrameSource(Manifest.of(folder, List.of(record)), maxPixels).size() == 1;
        } catch (DataException e) {
            findings.problem(e.getMessage());
            return false;
        }
    }

    private static FrameRecord withoutSegmentation(FrameRecord r) {
        return r.with(seen -> seen.segmentation(null).classes(null));
    }

    private void open(Path file, DiskFrameSource source, int index) {
        String name = file + ": frame " + source.record(index).id();
        try {
            Frame frame = source.read(index);
            findings.frame(file.toString(), name, frame, source.classSpace(index));
            ImageHeader picture = ImageHeader.read(source.picture(index), maxPixels);
            if (picture.isTurned()) {
                findings.turned(name, picture, frame);
            }
            compare(name, frame);
        } catch (DataException e) {
            findings.problem(name + ": " + e.getMessage());
        }
    }

    private void compare(String name, Frame frame) {
        String split = frame.record().split();
        Seen first =
                pictures.putIfAbsent(frame.width() + ":" + Sha256.of(frame.rgb().rgb()), new Seen(name, split));
        if (first == null) {
            return;
        }
        if (first.split == null ? split == null : first.split.equals(split)) {
            findings.note(name + ": shows the same picture as " + first.name);
        } else {
            findings.problem(name + ": found in split " + split + " the picture of " + first.name + " in split "
                    + first.split + ", expected splits to share none; remove one");
        }
    }

    /**
     * What was found in one or several manifests.
     *
     * @param frames lines that describe a frame
     * @param splits frames by split, sorted; frames without one are under {@code none}
     * @param scenes different ones, of all splits
     * @param withoutScene frames of which the scene is not known, which are taken as independent of all others
     * @param annotations frames that have {@code depth}, {@code segmentation}, {@code normals}, and those that are
     *     {@code depth-only}, in this order
     * @param sizes frames by {@code width×height}, sorted
     * @param classes by class space: how often each class occurs
     * @param depth of all measured pixels
     * @param problems what is wrong, in the order in which it was found; at most {@value #MOST_LINES}
     * @param problemCount all that is wrong, even what {@code problems} has no room for
     * @param warnings what the values as a whole betray, or how pictures are turned: likely wrong, but there is no
     * knowing
     * @param notes what is odd and may be meant; of single frames at most {@value #MOST_LINES}
     */
    @RecordBuilder
    public record Result(
            int frames,
            Map<String, Integer> splits,
            int scenes,
            int withoutScene,
            Map<String, Integer> annotations,
            Map<String, Integer> sizes,
            Map<String, ClassPixels> classes,
            DepthSummary depth,
            List<String> problems,
            int problemCount,
            List<String> warnings,
            List<String> notes) {

        public static final int MOST_LINES = 1000;

        /**
         * @param names of the classes, by index
         * @param pixels of each class, as long as {@code names}
         * @param ignored pixels without a label
         */
        public record ClassPixels(List<String> names, List<Long> pixels, long ignored) {}

        /**
         * @param pixels measured; the others are 0 if there are none
         * @param missing pixels of depth maps that hold no measurement
         * @param min metres
         * @param max metres
         * @param mean metres
         */
        public record DepthSummary(long pixels, long missing, double min, double max, double mean) {}

        public boolean isSound() {
            return problemCount == 0;
        }
    }
}
