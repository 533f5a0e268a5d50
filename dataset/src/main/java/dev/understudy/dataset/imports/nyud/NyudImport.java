package dev.understudy.dataset.imports.nyud;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameRules;
import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.Palette;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.dataset.imports.ImportPlace;
import dev.understudy.dataset.imports.ImportRun;
import dev.understudy.dataset.imports.ImportRun.ImportSummary;
import dev.understudy.dataset.imports.ImportRun.Progress;
import dev.understudy.dataset.imports.Placement;
import dev.understudy.dataset.imports.Remarks;
import dev.understudy.dataset.imports.SourceTree;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.DataException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
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

    /**
     * The frames of the labelled file. Each block of neighbouring frames is read once, when the first of it is asked
     * for, and kept until another is. Safe for several threads, which had better stay in one block.
     */
    private static final class NyudFrames {
        private static final long BLOCK = 96L << 20;

        private final MatVersion73 file;
        private final FrameStack images;
        private final FrameStack depths;
        private final FrameStack labels;
        private final NyudClasses classes;
        private final int width;
        private final int height;
        private final int block;

        private int first = -1;
        private byte[] rgb = {};
        private byte[] metres = {};
        private byte[] ids = {};

        NyudFrames(MatVersion73 file, boolean rawDepth, NyudClasses classes) {
            this.file = file;
            this.classes = classes;
            images = file.stack("images");
            depths = file.stack(rawDepth ? "rawDepths" : "depths");
            labels = file.stack("labels");
            int[] shape = images.frameShape();
            require(images, "images", FrameStack.Type.UINT8, shape.length == 3 && shape[0] == 3);
            width = shape[1];
            height = shape[2];
            int[] plane = {width, height};
            require(depths, "depths", FrameStack.Type.FLOAT32, Arrays.equals(depths.frameShape(), plane));
            require(labels, "labels", FrameStack.Type.UINT16, Arrays.equals(labels.frameShape(), plane));
            long bytes = (long) images.bytesAFrame() + depths.bytesAFrame() + labels.bytesAFrame();
            long together = Math.max(images.framesAChunk(), Math.max(depths.framesAChunk(), labels.framesAChunk()));
            long wanted = (ImportRun.AT_ONCE + together - 1) / together * together;
            block = (int) Math.max(1, Math.min(wanted, BLOCK / bytes));
        }

        private void require(FrameStack stack, String name, FrameStack.Type type, boolean shaped) {
            if (stack.type() != type || !shaped || stack.frames() != images.frames()) {
                throw new DataException(file.path() + ": found array '" + name + "' of " + stack.frames() + "×"
                        + Arrays.toString(stack.frameShape()) + " " + stack.type()
                        + ", expected N×[3, W, H] UINT8 images, N×[W, H] FLOAT32 depths and UINT16 labels, in the order of"
                        + " HDF5; is this nyu_depth_v2_labeled.mat?");
            }
        }

        int count() {
            return images.frames();
        }

        /** How many neighbouring frames, from a multiple of it, are read together. */
        int block() {
            return block;
        }

        /** A frame's arrays and where in them it starts: they hold a whole block. */
        private record Place(byte[] bytes, int start) {}

        private synchronized Place place(FrameStack stack, int frame) {
            int start = frame / block * block;
            if (start != first) {
                int count = Math.min(block, count() - start);
                first = -1;
                rgb = images.read(start, count);
                metres = depths.read(start, count);
                ids = labels.read(start, count);
                first = start;
            }
            byte[] bytes = stack == images ? rgb : stack == depths ? metres : ids;
            return new Place(bytes, (frame - start) * stack.bytesAFrame());
        }

        /** MATLAB's columns are rows here: what the file holds as (channel, x, y) becomes (y, x, channel). */
        RgbImage rgb(int frame) {
            Place place = place(images, frame);
            byte[] pixels = new byte[width * height * 3];
            for (int c = 0; c < 3; c++) {
                for (int x = 0; x < width; x++) {
                    int from = place.start + (c * width + x) * height;
                    for (int y = 0; y < height; y++) {
                        pixels[(y * width + x) * 3 + c] = place.bytes[from + y];
                    }
                }
            }
            return new RgbImage(width, height, pixels);
        }

        DepthMap depth(int frame) {
            Place place = place(depths, frame);
            float[] pixels = new float[width * height];
            for (int x = 0; x < width; x++) {
                for (int y = 0; y < height; y++) {
                    int from = place.start + (x * height + y) * 4;
                    int bits = (place.bytes[from] & 0xFF)
                            | (place.bytes[from + 1] & 0xFF) << 8
                            | (place.bytes[from + 2] & 0xFF) << 16
                            | place.bytes[from + 3] << 24;
                    float depth = Float.intBitsToFloat(bits);
                    pixels[y * width + x] = depth > 0 && Float.isFinite(depth) ? depth : 0;
                }
            }
            return new DepthMap(width, height, pixels);
        }

        /** @throws DataException if a label is none of the file's classes */
        LabelMap labels(int frame, List<String> names) {
            Place place = place(labels, frame);
            byte[] pixels = new byte[width * height];
            for (int x = 0; x < width; x++) {
                for (int y = 0; y < height; y++) {
                    int from = place.start + (x * height + y) * 2;
                    int label = (place.bytes[from] & 0xFF) | (place.bytes[from + 1] & 0xFF) << 8;
                    int index = classes.nyud40(label);
                    if (index < 0) {
                        throw new DataException(file.path() + ": found label " + label + " in frame " + (frame + 1)
                                + " at pixel x " + x + ", y " + y + ", expected 0–" + names.size());
                    }
                    pixels[y * width + x] = (byte) index;
                }
            }
            return new LabelMap(width, height, pixels);
        }
    }

    /** From the classes of the labelled file, counted from 1, to nyud40, counted from 0; 0 means no label. */
    static final class NyudClasses {
        private static final int CLASSES = 40;

        private final Path file;
        private final byte[] table;
        private final List<String> names;

        private NyudClasses(Path file, byte[] table, List<String> names) {
            this.file = file;
            this.table = table;
            this.names = names;
        }

        static NyudClasses read(Path file) {
            MatVersion5 mat = MatVersion5.read(file);
            double[] map = mat.numbers("mapClass");
            byte[] table = new byte[map.length + 1];
            table[0] = (byte) LabelMap.IGNORE;
            for (int i = 0; i < map.length; i++) {
                int to = (int) map[i];
                if (to != map[i] || to < 1 || to > CLASSES) {
                    throw new DataException(file + ": found class " + (i + 1) + " mapped to " + map[i] + ", expected 1–"
                            + CLASSES + "; is this classMapping40.mat?");
                }
                table[i + 1] = (byte) (to - 1);
            }
            return new NyudClasses(file, table, mat.has("allClassName") ? mat.words("allClassName") : List.of());
        }

        /** @throws DataException if the labelled file counts other classes than the mapping does */
        void check(Path labelled, List<String> itsNames) {
            if (itsNames.size() != table.length - 1) {
                throw new DataException(labelled + ": found " + itsNames.size() + " class names, expected the "
                        + (table.length - 1) + " that " + file + " maps; use the files of one release");
            }
            for (int i = 0; i < names.size() && i < itsNames.size(); i++) {
                if (!names.get(i).equals(itsNames.get(i))) {
                    throw new DataException(labelled + ": found class " + (i + 1) + " called '" + itsNames.get(i)
                            + "', expected '" + names.get(i) + "' as in " + file + "; use the files of one release");
                }
            }
        }

        /** @param label 0–65535. @return 0–39, 255, or −1 if there is no such class */
        int nyud40(int label) {
            return label < table.length ? table[label] & 0xFF : -1;
        }
    }
}
