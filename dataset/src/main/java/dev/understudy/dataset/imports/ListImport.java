package dev.understudy.dataset.imports;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameRules;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.ScenePattern;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.ClassSpace.ClassMap;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.NormalFiles;
import dev.understudy.dataset.image.NormalMap;
import dev.understudy.dataset.imports.ImportRun.ImportSummary;
import dev.understudy.dataset.imports.ImportRun.Progress;
import dev.understudy.dataset.imports.Sources.ListedFrame;
import dev.understudy.dataset.signs.LabelSigns;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.DataException;
import dev.understudy.files.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code dataset import list}: frames that are listed, or lie in parallel folders, become a manifest.
 *
 * <p>Files stay where they are when the manifest's folder is above them; otherwise they are copied into {@code rgb/},
 * {@code depth/}, {@code labels/} and {@code normals/} beside the manifest, since a manifest never refers to what is
 * outside its folder. Labels are written anew into {@code labels/} whenever their values change: CamVid's 11 becomes
 * 255, and the original stays untouched. So is depth whose values change, and a picture that its EXIF orientation
 * turns. A class space of the user's own is copied into {@code classes/}.
 *
 * <p>A frame whose files are missing, damaged, of different sizes or hold values that are no class is left out with its
 * reason. A list that names files outside the root is refused as a whole.
 */
public final class ListImport implements ImportRun.Conversion<ListedFrame> {
    private final ListImportOptions options;
    private final Remarks remarks = new Remarks();
    private final PictureImport pictures;
    private final DepthReading depths;
    private final @Nullable ClassSpace space;
    private final @Nullable LabelRecoding recoding;
    private final String classes;
    private final @Nullable ScenePattern scenes;

    private ListImport(ListImportOptions options) {
        this.options = options;
        this.pictures = new PictureImport(options.orientation(), options.maxPixels(), remarks);
        this.depths = new DepthReading(options.depthBits(), options.invalid(), options.maxPixels());
        String named = options.classes();
        this.space = named == null ? null : ClassSpace.load(named);
        this.recoding = space == null ? null : new LabelRecoding(options, space);
        this.classes = space == null || named == null ? "" : nameOf(named, space);
        this.scenes = options.scene() == null ? null : ScenePattern.within("--scene", options.scene());
    }

    /**
     * @throws ConfigurationException if the options cannot be followed
     * @throws DataException if a list cannot be read or leaves the root, if none of a folder's labels, depth or normals
     *     belongs to a picture, or if no frame is left
     */
    public static ImportSummary run(ListImportOptions options, Progress progress) throws IOException {
        if (!Files.isDirectory(options.root())) {
            throw new ConfigurationException(options.root() + ": found no such folder, expected the root of the data");
        }
        ListImport conversion = new ListImport(options);
        conversion.place().requireFree();
        return conversion.run(conversion.listed(), progress);
    }

    private List<ListedFrame> listed() {
        FolderPairs pairs =
                new FolderPairs(options.pairBy() == null ? null : ScenePattern.oneGroup("--pair-by", options.pairBy()));
        List<ListedFrame> listed = new Sources(options.root(), pairs, remarks).read(options.sources());
        boolean labelled = listed.stream().anyMatch(frame -> frame.files().labels() != null);
        boolean deep = listed.stream().anyMatch(frame -> frame.files().depth() != null);
        if (labelled && options.classes() == null) {
            throw new ConfigurationException("the frames have labels, but no class space was given; add --classes");
        }
        if (deep && options.depthScale() == null) {
            throw new ConfigurationException(
                    "the frames have depth, but no units per metre were given; add --depth-scale"
                            + " (5000 for NYUD and TUM, 1000 for millimetres, 256 for KITTI)");
        }
        return listed;
    }

    private ImportSummary run(List<ListedFrame> listed, Progress progress) throws IOException {
        listed.forEach(this::checkInside);
        List<ImportSummary.Skipped> skipped = new ArrayList<>();
        List<ListedFrame> frames = unique(listed, skipped);
        ImportRun<ListedFrame> run = new ImportRun<>(place(), this, skipped, remarks);
        keepClassSpace(run.placement());
        return run.run(frames, progress);
    }

    private ImportPlace place() {
        List<Path> folders = new ArrayList<>();
        for (ListImportOptions.Source source : options.sources()) {
            Stream.of(source.rgb(), source.labels(), source.depth(), source.normals())
                    .filter(Objects::nonNull)
                    .map(options.root()::resolve)
                    .forEach(folders::add);
        }
        String kept = ConfigurationWriter.toYaml(options.withAbsolutePaths()) + fingerprint();
        Path manifest = options.out().resolve(Manifest.FILE_NAME);
        return new ImportPlace(List.of(options.root()), folders, manifest, ImportPlace.OPTIONS_FILE, kept);
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
                        frame.source(),
                        frame.files().rgb() + ": found id '" + id + "' for the second time; rename the file"));
            }
        }
        return frames;
    }

    @Override
    public String source(ListedFrame frame) {
        return frame.source();
    }

    /** What the labels and the depth as a whole look like. */
    @Override
    public void finished(Remarks told) {
        if (recoding != null) {
            recoding.tell(told);
        }
        Double scale = options.depthScale();
        if (scale != null) {
            depths.tell(scale, told);
        }
        if (scenes == null) {
            told.note(
                    "no frame has a scene, so each is taken as independent of all others; say by --scene which are not");
        }
    }

    /** A list that points elsewhere is an attack or a mistake about the root; either way nothing of it is believed. */
    private void checkInside(ListedFrame frame) {
        FrameRecord asRecord = FrameRecord.of("id", frame.files().rgb())
                .depth(frame.files().depth())
                .segmentation(frame.files().labels())
                .normals(frame.files().normals())
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
            throw new DataException(
                    frame.files().rgb() + ": found a name that makes no id ('" + id + "'); rename the file");
        }
        Path rgb = picture(frame);
        Path labels = resolve(frame.files().labels());
        LabelMap stored = labels == null ? null : LabelFiles.read(labels, options.maxPixels());
        Path depthFile = resolve(frame.files().depth());
        DepthReading.Depth depth = depthFile == null ? null : depths.read(depthFile);
        Path normals = resolve(frame.files().normals());
        List<PictureImport.MapSize> maps = new ArrayList<>();
        if (labels != null && stored != null) {
            maps.add(new PictureImport.MapSize(labels, stored.width(), stored.height()));
        }
        if (depth != null) {
            maps.add(depth.size());
        }
        if (normals != null) {
            NormalMap read = NormalFiles.read(normals, options.maxPixels());
            maps.add(new PictureImport.MapSize(normals, read.width(), read.height()));
        }
        PictureImport.Picture picture = pictures.open(rgb, maps);
        String segmentation = labels == null || stored == null ? null : place(frame, labels, stored, placement);
        return FrameRecord.of(id, pictures.place(picture, "rgb/" + id, placement))
                .depth(depth == null ? null : depths.place(depth, "depth/" + id + ".png", placement))
                .segmentation(segmentation)
                .normals(normals == null ? null : placement.take(normals, "normals/" + id + ".png"))
                .split(frame.split())
                .classes(segmentation == null ? null : classes)
                .depthScale(depth == null ? null : options.depthScale())
                .scene(scene(id))
                .build();
    }

    private Path picture(ListedFrame frame) {
        Path file = options.root().resolve(frame.files().rgb());
        if (!Files.exists(file) && frame.files().mayBeSeveral()) {
            throw new DataException(
                    frame.source() + ": found no file '" + frame.files().rgb() + "' in " + options.root()
                            + "; if these are several paths, separate them by single tabs");
        }
        return FrameRules.resolve(options.root(), frame.files().rgb());
    }

    private @Nullable Path resolve(@Nullable String path) {
        return path == null ? null : FrameRules.resolve(options.root(), path);
    }

    private @Nullable String scene(String id) {
        String scene = scenes == null ? null : scenes.sceneOf(id).orElse(null);
        if (scenes != null && scene == null) {
            remarks.count("have no scene, since --scene does not fit their ids", id);
        }
        return scene;
    }

    private @Nullable String place(ListedFrame frame, Path file, LabelMap stored, Placement placement)
            throws IOException {
        if (space == null || recoding == null) {
            return null;
        }
        LabelMap recoded = recoding.apply(file, stored, frame.split());
        String target = "labels/" + frame.id(options.idPrefix()) + ".png";
        return options.rewritesLabels()
                ? placement.make(file, target, (from, to) -> LabelFiles.write(to, recoded, space.palette()))
                : placement.take(file, target);
    }

    /** What labels become depends on the class spaces' contents too. */
    private String fingerprint() {
        String stored = options.labelsIn() == null
                ? ""
                : ClassSpace.load(options.labelsIn()).toString();
        return "# class spaces: " + Sha256.of(space + stored) + "\n";
    }

    /** How the manifest names the class space: it must find a user's own file inside its folder. */
    private static String nameOf(String named, ClassSpace space) {
        if (!ClassSpace.isFile(named)) {
            return named;
        }
        if (space.isJoint()) {
            throw new ConfigurationException(
                    named + ": a joint class space cannot be imported into; import each data set in its own space");
        }
        return "classes/" + space.name() + ".yaml";
    }

    private void keepClassSpace(Placement placement) throws IOException {
        String named = options.classes();
        if (named == null || !ClassSpace.isFile(named)) {
            return;
        }
        Path target = options.out().resolve(classes);
        if (!Files.exists(target) || !Files.isSameFile(target, Path.of(named))) {
            placement.make(Path.of(named), classes, (from, to) -> AtomicFile.write(to, Files.readAllBytes(from)));
        }
    }

    /** Stored label values → class indices, as the options say; tells what does not fit. */
    private static final class LabelRecoding {
        private final ClassSpace stored;
        private final ClassMap map;
        private final boolean[] noClass = new boolean[256];
        private final boolean means255;
        private final LabelSigns signs;

        LabelRecoding(ListImportOptions options, ClassSpace space) {
            String from = options.labelsIn();
            this.signs = new LabelSigns(space);
            this.means255 = options.means255();
            this.stored = from == null ? space : ClassSpace.load(from);
            ClassMap toSpace = stored.mapTo(space);
            int[] table = new int[256];
            for (int value = 0; value < table.length; value++) {
                int index = value;
                if (options.ignore().contains(value)) {
                    index = LabelMap.IGNORE;
                } else if (!options.labelMap().isEmpty()) {
                    index = options.labelMap().getOrDefault(value, LabelMap.IGNORE);
                }
                noClass[value] = index >= stored.size() && index != LabelMap.IGNORE;
                table[value] = toSpace.apply(index);
            }
            options.labelMap().forEach(this::check);
            map = new ClassMap(table);
        }

        private void check(int value, int index) {
            if (index >= stored.size() && index != LabelMap.IGNORE) {
                throw new ConfigurationException("the label map makes " + value + " class " + index + ", expected 0–"
                        + (stored.size() - 1) + " of " + stored.name() + " or 255 for ignore");
            }
        }

        /** @throws DataException that names {@code file} and the first value that is no class */
        LabelMap apply(Path file, LabelMap labels, @Nullable String split) {
            for (int i = 0; i < labels.classes().length; i++) {
                if (noClass[labels.classAt(i)]) {
                    throw new DataException(file + ": found label " + labels.classAt(i) + " at pixel x "
                            + i % labels.width() + ", y " + i / labels.width() + ", expected 0–" + (stored.size() - 1)
                            + " of " + stored.name()
                            + "; name the values without a label by --ignore, or give a label map");
                }
            }
            LabelMap recoded = map.apply(labels);
            count(labels, recoded, split);
            return recoded;
        }

        /** Of what has no label only what nobody said so of: a stored 255. */
        private void count(LabelMap labels, LabelMap recoded, @Nullable String split) {
            long[] mine = new long[256];
            for (int i = 0; i < labels.classes().length; i++) {
                int index = recoded.classAt(i);
                if (index != LabelMap.IGNORE || labels.classAt(i) == LabelMap.IGNORE) {
                    mine[index]++;
                }
            }
            signs.add(split, mine);
        }

        /** Tells what the labels as a whole look like. */
        void tell(Remarks remarks) {
            if (!means255) {
                signs.warnings().forEach(remarks::warn);
            }
            signs.notes().forEach(remarks::note);
        }
    }
}
