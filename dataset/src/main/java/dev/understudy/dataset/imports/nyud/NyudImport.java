package dev.understudy.dataset.imports.nyud;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameRules;
import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.Palette;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.imports.ImportPlace;
import dev.understudy.dataset.imports.ImportRun;
import dev.understudy.dataset.imports.ImportSummary;
import dev.understudy.dataset.imports.Placement;
import dev.understudy.dataset.imports.Progress;
import dev.understudy.dataset.imports.Remarks;
import dev.understudy.dataset.imports.SourceTree;
import dev.understudy.dataset.imports.matlab.MatVersion5;
import dev.understudy.dataset.imports.matlab.MatVersion73;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.DataException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * {@code dataset import nyud}: the 1,449 labelled frames of NYU Depth v2, as their authors publish them, become RGB and
 * 16-bit depth PNG, labels of nyud40 and the usual split of 795 and 654. Frames are numbered from 1, as in the lists of
 * the literature. {@value #SCENES_FILE} says which scene each frame shows.
 */
public final class NyudImport implements ImportRun.Conversion<Integer> {
    /** One frame a line: id, scene, kind of scene, with tabs between. */
    public static final String SCENES_FILE = "scenes.tsv";

    private static final String CLASSES = "nyud40";
    private static final double SCALE = 5000;
    /** Of the colour camera, from the authors' toolbox. */
    private static final Intrinsics CAMERA =
            new Intrinsics(518.85790117450188, 519.46961112127485, 325.58244941119034, 253.73616633400465);

    private final NyudImportOptions options;
    private final NyudFrames frames;
    private final NyudSplits splits;
    private final List<String> names;
    private final List<String> scenes;
    private final Palette palette = ClassSpace.load(CLASSES).palette();

    private NyudImport(
            NyudImportOptions options, NyudFrames frames, NyudSplits splits, List<String> names, List<String> scenes) {
        this.options = options;
        this.frames = frames;
        this.splits = splits;
        this.names = names;
        this.scenes = scenes;
    }

    /** @throws dev.understudy.files.DataException if one of the three files is not what it should be */
    public static ImportSummary run(NyudImportOptions options, Progress progress) throws IOException {
        NyudClasses classes = NyudClasses.read(options.classes());
        try (MatVersion73 mat = new MatVersion73(options.mat())) {
            List<String> names = mat.words("names");
            classes.check(options.mat(), names);
            NyudFrames frames = new NyudFrames(mat, options.rawDepth(), classes);
            NyudSplits splits = NyudSplits.read(options.splits(), frames.count());
            NyudImport conversion =
                    new NyudImport(options, frames, splits, names, mat.has("scenes") ? mat.words("scenes") : List.of());
            ImportPlace place = ImportPlace.of(List.of(), options.out(), options);
            ImportSummary summary = new ImportRun<>(place, conversion, List.of(), new Remarks())
                    .run(IntStream.range(0, frames.count()).boxed().toList(), frames.block(), progress);
            conversion.writeScenes(mat);
            return summary;
        }
    }

    @Override
    public String source(Integer frame) {
        return "frame " + (frame + 1);
    }

    @Override
    public FrameRecord convert(Integer frame, Placement placement) throws IOException {
        String id = id(frame);
        return FrameRecord.of(
                        id,
                        placement.make(
                                options.mat(),
                                "rgb/" + id + ".png",
                                (mat, to) -> RgbFiles.writePng(to, frames.rgb(frame))))
                .depth(placement.make(
                        options.mat(),
                        "depth/" + id + ".png",
                        (mat, to) -> DepthFiles.write(to, frames.depth(frame), SCALE)))
                .segmentation(placement.make(
                        options.mat(),
                        "labels/" + id + ".png",
                        (mat, to) -> LabelFiles.write(to, frames.labels(frame, names), palette)))
                .split(splits.of(frame))
                .classes(CLASSES)
                .depthScale(SCALE)
                .scene(frame < scenes.size() ? scene(scenes.get(frame)) : null)
                .intrinsics(CAMERA)
                .build();
    }

    private static @Nullable String scene(String name) {
        String scene = SourceTree.idOf(name.strip());
        return FrameRules.isId(scene) ? scene : null;
    }

    private String id(int frame) {
        return options.idPrefix() + String.format(Locale.ROOT, "%06d", frame + 1);
    }

    private void writeScenes(MatVersion73 mat) throws IOException {
        if (scenes.isEmpty()) {
            return;
        }
        List<String> kinds = mat.has("sceneTypes") ? mat.words("sceneTypes") : List.of();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(frames.count(), scenes.size()); i++) {
            text.append(id(i)).append('\t').append(plain(scenes.get(i))).append('\t');
            text.append(i < kinds.size() ? plain(kinds.get(i)) : "").append('\n');
        }
        AtomicFile.write(options.out().resolve(SCENES_FILE), text.toString());
    }

    private static String plain(String word) {
        return word.replaceAll("\\p{Cntrl}", " ");
    }

    /**
     * What to import.
     *
     * @param mat {@code nyu_depth_v2_labeled.mat}
     * @param classes {@code classMapping40.mat}: from the file's 894 classes to 40
     * @param splits {@code splits.mat}: which frames are for training and which for testing
     * @param out where the manifest goes
     * @param rawDepth depth as it was measured, with its holes, instead of the filled one
     * @param idPrefix put before every frame's number
     */
    public record NyudImportOptions(
            Path mat,
            Path classes,
            Path splits,
            Path out,
            @Default("false") boolean rawDepth,
            @Default("'nyud/'") String idPrefix) {
        public NyudImportOptions {
            new Checks()
                    .that(idPrefix.matches("[A-Za-z0-9._/-]*"), "idPrefix", "must be of letters, digits and . _ / -")
                    .verify();
        }
    }

    /** Which split each frame belongs to. */
    static final class NyudSplits {
        private final @Nullable String[] splits;

        private NyudSplits(@Nullable String[] splits) {
            this.splits = splits;
        }

        static NyudSplits read(Path file, int frames) {
            MatVersion5 mat = MatVersion5.read(file);
            NyudSplits splits = new NyudSplits(new @Nullable String[frames]);
            splits.add(file, mat.numbers("trainNdxs"), "train");
            splits.add(file, mat.numbers("testNdxs"), "test");
            return splits;
        }

        private void add(Path file, double[] numbers, String split) {
            for (double number : numbers) {
                int frame = (int) number;
                if (frame != number || frame < 1 || frame > splits.length) {
                    throw new DataException(file + ": found frame " + number + " in split " + split + ", expected 1–"
                            + splits.length + "; use the files of one release");
                }
                if (splits[frame - 1] != null) {
                    throw new DataException(file + ": found frame " + frame + " in split " + split
                            + " for the second time, expected each in one split; use the files of one release");
                }
                splits[frame - 1] = split;
            }
        }

        /** @param frame from 0. @return null if it is in none */
        @Nullable
        String of(int frame) {
            return splits[frame];
        }
    }
}
