package dev.understudy.dataset.imports.cvat;

import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.dataset.DataException;
import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameRules;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.ImageHeader;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.dataset.imports.ImportPlace;
import dev.understudy.dataset.imports.ImportRun;
import dev.understudy.dataset.imports.ImportSummary;
import dev.understudy.dataset.imports.Placement;
import dev.understudy.dataset.imports.Progress;
import dev.understudy.dataset.imports.Remarks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes annotated frames of what people have corrected in CVAT. A mask's name is its frame's id, so corrected frames keep
 * their ids, pictures and depth. Background becomes "ignore".
 */
public final class CvatImport implements ImportRun.Conversion<FrameRecord> {
    private final Options options;
    private final Manifest manifest;
    private final ClassSpace classes;
    private final CvatArchive archive;
    private final Map<Integer, Integer> meanings;
    private final Path unpacked;

    /**
     * @param archive of CVAT's format "Segmentation mask"
     * @param manifest that knows the frames
     * @param out where the manifest of corrected frames goes
     * @param classes class space of the labels
     * @param split of the corrected frames; null = as they were
     */
    public record Options(
            Path archive,
            Path manifest,
            Path out,
            String classes,
            @Nullable String split) {}

    private CvatImport(Options options, Manifest manifest, CvatArchive archive, Path unpacked) throws IOException {
        this.options = options;
        this.manifest = manifest;
        this.classes = ClassSpace.load(options.classes());
        this.archive = archive;
        this.meanings = archive.classesByColour(classes);
        this.unpacked = unpacked;
    }

    /** @throws DataException if the archive is no such one, or none of its masks is of a frame of the manifest */
    public static ImportSummary run(Options options, Progress progress) throws IOException {
        Manifest manifest = Manifest.read(options.manifest());
        Path unpacked = Files.createTempDirectory("corrected");
        try (CvatArchive archive = CvatArchive.open(options.archive())) {
            CvatImport conversion = new CvatImport(options, manifest, archive, unpacked);
            List<ImportSummary.Skipped> unknown = new ArrayList<>();
            List<FrameRecord> corrected = conversion.corrected(unknown);
            // Its manifest names the files that count, so results may lie beside them.
            ImportPlace place = new ImportPlace(
                    List.of(manifest.folder()),
                    List.of(),
                    options.out().resolve(Manifest.FILE_NAME),
                    ImportPlace.OPTIONS_FILE,
                    ConfigurationWriter.toYaml(options));
            return new ImportRun<>(place, conversion, unknown, new Remarks()).run(corrected, progress);
        } finally {
            Files.deleteIfExists(unpacked);
        }
    }

    private List<FrameRecord> corrected(List<ImportSummary.Skipped> unknown) {
        Map<String, FrameRecord> known = new HashMap<>();
        manifest.frames().forEach(frame -> known.put(frame.id(), frame));
        List<FrameRecord> corrected = new ArrayList<>();
        for (String name : archive.names()) {
            FrameRecord frame = known.get(name);
            if (frame == null) {
                unknown.add(new ImportSummary.Skipped(name, name + ": is no frame of " + options.manifest()));
            } else {
                corrected.add(frame);
            }
        }
        if (corrected.isEmpty()) {
            throw new DataException(options.archive() + ": none of its " + archive.size() + " masks is of a frame of "
                    + options.manifest() + ", expected names that are ids; the first is '"
                    + archive.names().iterator().next() + "'");
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
        Path mask = Files.createTempFile(unpacked, "mask", ".png");
        try {
            Files.write(mask, mask(frame.id()));
            checkSize(frame.id(), rgb, mask);
            // Colours that mean nothing are found before anything is placed.
            LabelMap labels = labels(frame.id(), RgbFiles.read(mask));
            String placed = placement.make(
                    mask,
                    options.classes(),
                    "labels/" + frame.id() + ".png",
                    (from, to) -> LabelFiles.write(to, labels, classes.palette()));
            String picture = placement.take(rgb, frame.rgb());
            String depth = frame.depth() == null
                    ? null
                    : placement.take(FrameRules.resolve(manifest.folder(), frame.depth()), frame.depth());
            String split = options.split() == null ? frame.split() : options.split();
            return frame.with(record -> record.rgb(picture)
                    .depth(depth)
                    .segmentation(placed)
                    .normals(null)
                    .classes(classes.name())
                    .split(split));
        } finally {
            Files.deleteIfExists(mask);
        }
    }

    private byte[] mask(String name) throws IOException {
        synchronized (archive) {
            return archive.mask(name);
        }
    }

    private static void checkSize(String id, Path rgb, Path mask) {
        ImageHeader picture = ImageHeader.read(rgb, ImageHeader.DEFAULT_MAX_PIXELS);
        ImageHeader labels = ImageHeader.read(mask, ImageHeader.DEFAULT_MAX_PIXELS);
        if (picture.width() != labels.width() || picture.height() != labels.height()) {
            throw new DataException(id + ": found a mask of " + labels.width() + "×" + labels.height()
                    + ", expected the" + " picture's " + picture.width() + "×" + picture.height());
        }
    }

    private LabelMap labels(String id, RgbImage mask) {
        byte[] rgb = mask.rgb();
        byte[] labels = new byte[rgb.length / 3];
        for (int i = 0; i < labels.length; i++) {
            int colour = (rgb[3 * i] & 0xFF) << 16 | (rgb[3 * i + 1] & 0xFF) << 8 | rgb[3 * i + 2] & 0xFF;
            Integer meaning = meanings.get(colour);
            if (meaning == null) {
                throw new DataException(String.format(
                        Locale.ROOT,
                        "%s: found the colour %d,%d,%d at %d,%d, which labelmap.txt does not name; export from CVAT again",
                        id,
                        colour >> 16,
                        colour >> 8 & 0xFF,
                        colour & 0xFF,
                        i % mask.width(),
                        i / mask.width()));
            }
            labels[i] = meaning.byteValue();
        }
        return new LabelMap(mask.width(), mask.height(), labels);
    }
}
