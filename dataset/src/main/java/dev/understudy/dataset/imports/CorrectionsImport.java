package dev.understudy.dataset.imports;

import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameRules;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.ImageHeader;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.imports.ImportRun.ImportSummary;
import dev.understudy.dataset.imports.ImportRun.Progress;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes annotated frames of what people have corrected in another tool. Corrected frames keep their ids, pictures and
 * depth; what has no label there becomes "ignore".
 */
public final class CorrectionsImport implements ImportRun.Conversion<FrameRecord> {
    private final Options options;
    private final Manifest manifest;
    private final ClassSpace classes;
    private final CorrectedLabels corrections;
    private final Path unpacked;

    /**
     * @param file what the tool has exported
     * @param manifest that knows the frames
     * @param out where the manifest of corrected frames goes
     * @param classes class space of the labels, by name or path
     * @param split of the corrected frames; null = as they were
     */
    public record Options(
            Path file,
            Path manifest,
            Path out,
            String classes,
            @Nullable String split) {}

    private CorrectionsImport(
            Options options, Manifest manifest, ClassSpace classes, CorrectedLabels corrections, Path unpacked) {
        this.options = options;
        this.manifest = manifest;
        this.classes = classes;
        this.corrections = corrections;
        this.unpacked = unpacked;
    }

    /**
     * @param classes of the labels; a space of a user's own is written beside them
     * @throws DataException if the file is no such one, or has no labels of any frame of the manifest
     */
    public static ImportSummary run(
            Options options, ClassSpace classes, CorrectedLabels.Opener format, Progress progress) throws IOException {
        Manifest manifest = Manifest.read(options.manifest());
        Path unpacked = Files.createTempDirectory("corrected");
        try (CorrectedLabels corrections = format.open(options.file(), manifest, classes)) {
            CorrectionsImport conversion = new CorrectionsImport(options, manifest, classes, corrections, unpacked);
            List<ImportSummary.Skipped> unknown = new ArrayList<>();
            List<FrameRecord> corrected = conversion.corrected(unknown);
            // Its manifest names the files that count, so results may lie beside them.
            ImportPlace place = new ImportPlace(
                    List.of(manifest.folder()),
                    List.of(),
                    options.out().resolve(Manifest.FILE_NAME),
                    ImportPlace.OPTIONS_FILE,
                    ConfigurationWriter.toYaml(options));
            conversion.writeClasses();
            return new ImportRun<>(place, conversion, unknown, new Remarks()).run(corrected, progress);
        } finally {
            Files.deleteIfExists(unpacked);
        }
    }

    /** How the manifest names the class space: it must find one that is not built in inside its folder. */
    private String named() {
        return classes.isBuiltIn() ? classes.name() : "classes/" + classes.name() + ".yaml";
    }

    private void writeClasses() throws IOException {
        if (!classes.isBuiltIn()) {
            AtomicFile.write(options.out().resolve(named()), classes.toYaml());
        }
    }

    private List<FrameRecord> corrected(List<ImportSummary.Skipped> unknown) {
        Map<String, FrameRecord> known = new HashMap<>();
        manifest.frames().forEach(frame -> known.put(frame.id(), frame));
        List<FrameRecord> corrected = new ArrayList<>();
        for (String name : corrections.frames()) {
            FrameRecord frame = known.get(name);
            if (frame == null) {
                unknown.add(new ImportSummary.Skipped(name, name + ": is no frame of " + options.manifest()));
            } else {
                corrected.add(frame);
            }
        }
        if (corrected.isEmpty()) {
            throw new DataException(options.file() + ": none of its " + unknown.size() + " pictures is a frame of "
                    + options.manifest() + ", expected names that are ids; the first is '"
                    + unknown.get(0).source() + "'");
        }
        return corrected;
    }

    @Override
    public String source(FrameRecord frame) {
        return frame.id();
    }

    @Override
    public FrameRecord convert(FrameRecord frame, Placement placement) throws IOException {
        Path rgb = FrameRules.resolve(manifest.folder(), frame.rgb());
        ImageHeader picture = ImageHeader.read(rgb, ImageHeader.DEFAULT_MAX_PIXELS);
        // Labels that mean nothing are found before anything is placed.
        LabelMap labels = corrections.labels(frame.id(), picture.width(), picture.height());
        Path png = Files.createTempFile(unpacked, "labels", ".png");
        try {
            LabelFiles.write(png, labels, classes.palette());
            String placed = placement.make(
                    png,
                    options.classes(),
                    "labels/" + frame.id() + ".png",
                    (from, to) -> AtomicFile.write(to, stream -> Files.copy(from, stream)));
            String taken = placement.take(rgb, frame.rgb());
            String depth = frame.depth() == null
                    ? null
                    : placement.take(FrameRules.resolve(manifest.folder(), frame.depth()), frame.depth());
            String split = options.split() == null ? frame.split() : options.split();
            return frame.with(record -> record.rgb(taken)
                    .depth(depth)
                    .segmentation(placed)
                    .normals(null)
                    .classes(named())
                    .split(split));
        } finally {
            Files.deleteIfExists(png);
        }
    }

    /**
     * Labels of frames, in a file of another tool. Files are hostile: they take bounded memory. Safe for several
     * threads.
     */
    public interface CorrectedLabels extends AutoCloseable {
        /** Opens a file of one format. */
        @FunctionalInterface
        interface Opener {
            /**
             * @param manifest that knows the frames
             * @param classes that the labels are of
             * @throws dev.understudy.files.DataException if the file is not of that format, or is damaged
             */
            CorrectedLabels open(Path file, Manifest manifest, ClassSpace classes) throws IOException;
        }

        /**
         * Ids of the frames that have labels, each once; what is no frame of the manifest has its own name. Never
         * empty.
         */
        Collection<String> frames();

        /**
         * The labels of one frame; {@link LabelMap#IGNORE} where there are none.
         *
         * @param frame an id of {@link #frames()} that the manifest knows
         * @param width of its picture, which the labels' must be
         * @param height of its picture
         * @throws dev.understudy.files.DataException if they are of another size, or mean nothing
         */
        LabelMap labels(String frame, int width, int height) throws IOException;

        @Override
        void close() throws IOException;
    }
}
