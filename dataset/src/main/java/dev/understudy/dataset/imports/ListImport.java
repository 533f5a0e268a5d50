package dev.understudy.dataset.imports;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.dataset.DataException;
import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.dataset.file.AtomicFile;
import dev.understudy.dataset.file.Sha256;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameRules;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.ImageHeader;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.RgbFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code dataset import list}: frames that are listed, or lie in parallel folders, become a manifest.
 *
 * <p>Files stay where they are when the manifest's folder is above them; otherwise they are copied into
 * {@code rgb/}, {@code depth/} and {@code labels/} beside the manifest, since a manifest never refers to what is outside
 * its folder. Labels are written anew into {@code labels/} whenever their values change: CamVid's 11 becomes 255, and the
 * original stays untouched. A class space of the user's own is copied into {@code classes/}.
 *
 * <p>A frame whose files are missing, damaged, of different sizes or hold values that are no class is left out with its
 * reason. A list that names files outside the root is refused as a whole.
 */
public final class ListImport implements ImportRun.Conversion<ListedFrame> {
    private final ListImportOptions options;
    private final @Nullable ClassSpace space;
    private final @Nullable LabelRecoding recoding;
    private final String classes;

    private ListImport(ListImportOptions options) throws IOException {
        this.options = options;
        String named = options.classes();
        this.space = named == null ? null : ClassSpace.load(named);
        this.recoding = space == null ? null : new LabelRecoding(options, space);
        this.classes = space == null || named == null ? "" : keepClassSpace(named, space);
    }

    /**
     * @throws ConfigurationException if the options cannot be followed
     * @throws DataException if a list cannot be read or leaves the root, or if no frame is left
     */
    public static ImportSummary run(ListImportOptions options, Progress progress) throws IOException {
        if (!Files.isDirectory(options.root())) {
            throw new ConfigurationException(options.root() + ": found no such folder, expected the root of the data");
        }
        List<ListedFrame> listed = new Sources(options.root()).read(options.sources());
        boolean labelled = listed.stream().anyMatch(frame -> frame.labels() != null);
        boolean deep = listed.stream().anyMatch(frame -> frame.depth() != null);
        if (labelled && options.classes() == null) {
            throw new ConfigurationException("the frames have labels, but no class space was given; add --classes");
        }
        if (deep && options.depthScale() == null) {
            throw new ConfigurationException(
                    "the frames have depth, but no units per metre were given; add --depth-scale"
                            + " (5000 for NYUD and TUM, 1000 for millimetres, 256 for KITTI)");
        }
        return new ListImport(options).run(listed, progress);
    }

    private ImportSummary run(List<ListedFrame> listed, Progress progress) throws IOException {
        listed.forEach(this::checkInside);
        List<ImportSummary.Skipped> skipped = new ArrayList<>();
        List<ListedFrame> frames = unique(listed, skipped);
        String kept = ConfigurationWriter.toYaml(options.withAbsolutePaths()) + fingerprint();
        Path manifest = options.out().resolve(Manifest.FILE_NAME);
        return new ImportRun<>(options.root(), manifest, ImportRun.OPTIONS_FILE, kept, this, skipped)
                .run(frames, progress);
    }

    /** Frames are converted side by side, so two of one id must not get that far. */
    private List<ListedFrame> unique(List<ListedFrame> listed, List<ImportSummary.Skipped> skipped) {
        Set<String> ids = new HashSet<>();
        List<ListedFrame> frames = new ArrayList<>();
        for (ListedFrame frame : listed) {
            String id = frame.id(options.idPrefix());
            if (ids.add(id)) {
                frames.add(frame);
            } else {
                skipped.add(new ImportSummary.Skipped(
                        frame.source(), frame.rgb() + ": found id '" + id + "' for the second time; rename the file"));
            }
        }
        return frames;
    }

    @Override
    public String source(ListedFrame frame) {
        return frame.source();
    }

    /** A list that points elsewhere is an attack or a mistake about the root; either way nothing of it is believed. */
    private void checkInside(ListedFrame frame) {
        FrameRecord asRecord = FrameRecord.of("id", frame.rgb())
                .depth(frame.depth())
                .segmentation(frame.labels())
                .classes("any")
                .depthScale(1.0)
                .build();
        Optional<String> problem = FrameRules.problem(asRecord);
        if (problem.isPresent()) {
            throw new DataException(frame.source() + ": "
                    + problem.get()
                            .replace("the manifest's folder", options.root().toString()));
        }
    }

    @Override
    public FrameRecord convert(ListedFrame frame, Placement placement) throws IOException {
        String id = frame.id(options.idPrefix());
        if (!FrameRules.isId(id)) {
            throw new DataException(frame.rgb() + ": found a name that makes no id ('" + id + "'); rename the file");
        }
        Path rgb = FrameRules.resolve(options.root(), frame.rgb());
        Path labels = frame.labels() == null ? null : FrameRules.resolve(options.root(), frame.labels());
        Path depth = frame.depth() == null ? null : FrameRules.resolve(options.root(), frame.depth());
        ImageHeader header = ImageHeader.read(rgb, options.maxPixels());
        String rgbTarget = "rgb/" + id + (header.format() == ImageHeader.Format.PNG ? ".png" : ".jpg");
        String depthTarget = "depth/" + id + ".png";
        checkSizes(rgb, header, labels, depth);
        if (!placement.isMade(rgb, rgbTarget)) {
            RgbFiles.read(rgb, options.maxPixels());
        }
        if (depth != null && !placement.isMade(depth, depthTarget)) {
            DepthFiles.read(depth, 1, options.maxPixels());
        }
        return FrameRecord.of(id, placement.take(rgb, rgbTarget))
                .depth(depth == null ? null : placement.take(depth, depthTarget))
                .segmentation(labels == null ? null : place(id, labels, placement))
                .split(frame.split())
                .classes(labels == null ? null : classes)
                .depthScale(depth == null ? null : options.depthScale())
                .build();
    }

    private @Nullable String place(String id, Path stored, Placement placement) throws IOException {
        if (space == null || recoding == null) {
            return null;
        }
        LabelMap recoded = recoding.apply(stored, LabelFiles.read(stored, options.maxPixels()));
        String target = "labels/" + id + ".png";
        return options.rewritesLabels()
                ? placement.make(stored, target, (from, to) -> LabelFiles.write(to, recoded, space.palette()))
                : placement.take(stored, target);
    }

    private void checkSizes(Path rgb, ImageHeader header, @Nullable Path labels, @Nullable Path depth) {
        for (Path other : new Path[] {labels, depth}) {
            if (other == null) {
                continue;
            }
            ImageHeader found = ImageHeader.read(other, options.maxPixels());
            if (found.width() != header.width() || found.height() != header.height()) {
                throw new DataException(other + ": found a " + found + ", expected " + header.width() + "×"
                        + header.height() + " pixels as in " + rgb + "; pair the right files");
            }
            boolean depthLike = found.bits() == 16 && found.colour() == ImageHeader.Colour.GREY;
            if (other.equals(depth) && !depthLike) {
                throw new DataException(
                        other + ": found a " + found + ", expected depth in a 16-bit grey PNG; convert it");
            }
        }
    }

    /** What labels become depends on the class spaces' contents too. */
    private String fingerprint() {
        String stored = options.labelsIn() == null
                ? ""
                : ClassSpace.load(options.labelsIn()).toString();
        return "# class spaces: " + Sha256.of(space + stored) + "\n";
    }

    /** @return how the manifest names the class space: it must find a user's own file inside its folder */
    private String keepClassSpace(String named, ClassSpace space) throws IOException {
        if (!named.endsWith(".yaml") && !named.endsWith(".yml")) {
            return named;
        }
        if (space.isJoint()) {
            throw new ConfigurationException(
                    named + ": a joint class space cannot be imported into; import each data set in its own space");
        }
        String target = "classes/" + space.name() + ".yaml";
        AtomicFile.write(options.out().resolve(target), Files.readAllBytes(Path.of(named)));
        return target;
    }
}
