package dev.understudy.dataset.imports.rgbd;

import dev.understudy.conf.Checks;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.Default;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameRules;
import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.ClassSpace.ClassMap;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.ImageHeader;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.imports.DepthReading;
import dev.understudy.dataset.imports.ImportPlace;
import dev.understudy.dataset.imports.ImportRun;
import dev.understudy.dataset.imports.ImportRun.ImportSummary;
import dev.understudy.dataset.imports.ImportRun.Progress;
import dev.understudy.dataset.imports.PictureImport;
import dev.understudy.dataset.imports.PictureImport.Orientation;
import dev.understudy.dataset.imports.Placement;
import dev.understudy.dataset.imports.Remarks;
import dev.understudy.dataset.imports.SourceTree;
import dev.understudy.dataset.imports.TextNumbers;
import dev.understudy.dataset.imports.rgbd.KittiFinder.FoundFile;
import dev.understudy.dataset.imports.rgbd.KittiFinder.KittiFrame;
import dev.understudy.dataset.signs.DepthSigns.DepthBits;
import dev.understudy.files.DataException;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code dataset import kitti}: raw drives with depth become depth-only frames, the semantics benchmark labelled ones.
 * Depth keeps its 1/256 m, and labelled ones get theirs from disparity if that is asked for; labels become kitti6;
 * intrinsics are those of the rectified camera where its calibration was unpacked too. Sizes differ from drive to
 * drive, as they do in KITTI.
 */
public final class KittiImport {
    private KittiImport() {}

    /**
     * @throws dev.understudy.conf.ConfigurationException if the options cannot be followed
     * @throws dev.understudy.files.DataException if no frame is found or none can be imported
     */
    public static ImportSummary run(Options options, Progress progress) throws IOException {
        ImportPlace place = ImportPlace.of(options.roots(), options.out(), options);
        place.requireFree();
        Remarks remarks = new Remarks();
        KittiConversion conversion = new KittiConversion(options, remarks);
        List<SourceTree> trees = new ArrayList<>();
        for (Path root : options.roots()) {
            trees.add(new SourceTree(root));
        }
        KittiFinder finder = new KittiFinder(options);
        finder.find(trees);
        return new ImportRun<>(place, conversion, finder.skipped(), remarks).run(finder.frames(), progress);
    }

    /** One frame of KITTI → its files in place and its record. */
    private static final class KittiConversion implements ImportRun.Conversion<KittiFrame> {
        private static final double SCALE = 256;
        private static final double FARTHEST = 65535 / SCALE;

        private final Options options;
        private final CityscapesIds ids;
        private final KittiCalibration calibration = new KittiCalibration();
        private final PictureImport pictures;
        private final DepthReading depths;

        KittiConversion(Options options, Remarks remarks) {
            this.options = options;
            this.pictures = new PictureImport(Orientation.AUTO, options.maxPixels(), remarks);
            this.depths = new DepthReading(DepthBits.PLAIN, List.of(), options.maxPixels());
            this.ids = new CityscapesIds(options.classes());
        }

        @Override
        public String source(KittiFrame frame) {
            return frame.rgb().path();
        }

        @Override
        public FrameRecord convert(KittiFrame frame, Placement placement) throws IOException {
            String id = options.idPrefix() + frame.id();
            if (!FrameRules.isId(id)) {
                throw new DataException(
                        frame.rgb().path() + ": found a name that makes no id ('" + id + "'); rename it");
            }
            Path rgb = frame.rgb().resolve();
            String depthTarget = "depth/" + id + ".png";
            DepthReading.Depth depth =
                    frame.depth() == null ? null : depths.read(frame.depth().resolve());
            PictureImport.Picture picture = pictures.open(rgb, depth == null ? List.of() : List.of(depth.size()));
            String depthPlaced = frame.disparity() != null
                    ? ofDisparity(frame, rgb, depthTarget, placement)
                    : depth == null ? null : depths.place(depth, depthTarget, placement);
            return FrameRecord.of(id, pictures.place(picture, "rgb/" + id, placement))
                    .depth(depthPlaced)
                    .segmentation(labels(frame, id, rgb, placement))
                    .split(frame.split())
                    .classes(frame.semantics() == null ? null : options.classes())
                    .depthScale(depthPlaced == null ? null : SCALE)
                    .scene(frame.scene())
                    .intrinsics(
                            frame.calibration() == null ? null : calibration.read(frame.calibration(), frame.camera()))
                    .build();
        }

        @Override
        public void finished(Remarks told) {
            depths.tell(SCALE, told);
        }

        private @Nullable String labels(KittiFrame frame, String id, Path rgb, Placement placement) throws IOException {
            if (frame.semantics() == null) {
                return null;
            }
            return placement.make(frame.semantics().resolve(), "labels/" + id + ".png", (from, to) -> {
                LabelMap labels = LabelFiles.read(from, options.maxPixels());
                requireSize(from, labels.width(), labels.height(), rgb);
                LabelFiles.write(to, ids.apply(from, labels), ids.space().palette());
            });
        }

        private String ofDisparity(KittiFrame frame, Path rgb, String target, Placement placement) throws IOException {
            double focalBaseline = KittiCalibration.focalBaseline(Objects.requireNonNull(frame.calibration()));
            Path disparity = Objects.requireNonNull(frame.disparity()).resolve();
            return placement.make(disparity, "focal length × baseline " + focalBaseline, target, (from, to) -> {
                // As the benchmark writes it: pixels × 256, 0 = none
                DepthMap pixels = DepthFiles.read(from, SCALE, options.maxPixels());
                requireSize(from, pixels.width(), pixels.height(), rgb);
                DepthFiles.write(to, depth(from, pixels, focalBaseline), SCALE);
            });
        }

        /** What is farther than the file can say counts as not measured. */
        private static DepthMap depth(Path file, DepthMap disparity, double focalBaseline) {
            float[] metres = new float[disparity.metres().length];
            boolean any = false;
            for (int i = 0; i < metres.length; i++) {
                double far = focalBaseline / disparity.metres()[i];
                metres[i] = far <= FARTHEST ? (float) far : 0;
                any |= metres[i] > 0;
            }
            DepthReading.require(file, any);
            return new DepthMap(disparity.width(), disparity.height(), metres);
        }

        private void requireSize(Path file, int width, int height, Path rgb) {
            ImageHeader picture = ImageHeader.read(rgb, options.maxPixels());
            if (width != picture.width() || height != picture.height()) {
                throw new DataException(file + ": found " + width + "×" + height + " pixels, expected "
                        + picture.width() + "×" + picture.height() + " as in " + rgb);
            }
        }

        /** From Cityscapes' label ids, 0–33, through its 19 training ids, to a class space. */
        static final class CityscapesIds {
            /** By training id, in the order of the class space cityscapes19: the label id. */
            private static final int[] LABEL_IDS = {
                7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33
            };

            private static final int LAST_ID = 33;

            private final ClassSpace space;
            private final ClassMap map;

            /** @throws ConfigurationException if there is no such space, or no way to it from cityscapes19 */
            CityscapesIds(String classes) {
                space = ClassSpace.load(classes);
                if (space.isJoint()) {
                    throw new ConfigurationException(
                            "class space " + classes
                                    + " is a joint one, into which no data set can be imported; import KITTI as kitti6 and merge");
                }
                ClassMap trained = ClassSpace.load("cityscapes19").mapTo(space);
                int[] table = new int[LAST_ID + 1];
                Arrays.fill(table, LabelMap.IGNORE);
                for (int i = 0; i < LABEL_IDS.length; i++) {
                    table[LABEL_IDS[i]] = trained.apply(i);
                }
                map = new ClassMap(table);
            }

            ClassSpace space() {
                return space;
            }

            /** @throws DataException if a value is no label id; 255 is taken for none */
            LabelMap apply(Path file, LabelMap ids) {
                for (int i = 0; i < ids.classes().length; i++) {
                    int id = ids.classAt(i);
                    if (id > LAST_ID && id != LabelMap.IGNORE) {
                        throw new DataException(
                                file + ": found label id " + id + " at pixel x " + i % ids.width() + ", y "
                                        + i / ids.width() + ", expected Cityscapes' 0–" + LAST_ID
                                        + "; is this KITTI's 'semantic' folder?");
                    }
                }
                return map.apply(ids);
            }
        }

        /** Reads each calibration file once. Safe for several threads. */
        private static final class KittiCalibration {
            private final Map<String, Intrinsics> known = new ConcurrentHashMap<>();

            /** Of the rectified pictures of a colour camera. */
            Intrinsics read(FoundFile file, int camera) {
                String key = file.resolve() + " " + camera;
                Intrinsics read = known.get(key);
                if (read == null) {
                    read = parse(file, camera);
                    known.put(key, read);
                }
                return read;
            }

            /**
             * Focal length in pixels × distance of the colour cameras in metres: what disparity in pixels is divided
             * into. Cameras 2 and 3 are projections of 3×4 numbers, whose last column's first is minus focal length ×
             * place to the right of camera 0.
             */
            static double focalBaseline(FoundFile file) {
                double focalBaseline = projection(file, 2)[3] - projection(file, 3)[3];
                if (!(focalBaseline > 0 && Double.isFinite(focalBaseline))) {
                    throw new DataException(file.resolve()
                            + ": found camera 3 not to the right of camera 2 (P_rect_02 and" + " P_rect_03 give "
                            + focalBaseline + "), expected a stereo pair; unpack the file again");
                }
                return focalBaseline;
            }

            private static double[] projection(FoundFile file, int camera) {
                String name = "P_rect_0" + camera + ":";
                for (String line : file.tree().lines(file.path())) {
                    if (line.startsWith(name)) {
                        double[] numbers = TextNumbers.parse(file.tree(), file.path(), line.split("\\s+"), 1);
                        if (numbers.length != 12) {
                            throw new DataException(file.resolve() + ": found " + numbers.length + " numbers in '"
                                    + name + "', expected the 12 of a projection; unpack the file again");
                        }
                        return numbers;
                    }
                }
                throw new DataException(
                        file.resolve() + ": found no line '" + name + "', expected KITTI's calibration");
            }

            private static Intrinsics parse(FoundFile file, int camera) {
                for (String line : file.tree().lines(file.path())) {
                    if (!line.contains(":")) {
                        return intrinsics(file, TextNumbers.numbers(file.tree(), file.path()), 9, 3);
                    }
                }
                return intrinsics(file, projection(file, camera), 12, 4);
            }

            private static Intrinsics intrinsics(FoundFile file, double[] numbers, int count, int stride) {
                try {
                    if (numbers.length != count) {
                        throw new IllegalArgumentException(numbers.length + " numbers");
                    }
                    return new Intrinsics(numbers[0], numbers[stride + 1], numbers[2], numbers[stride + 2]);
                } catch (IllegalArgumentException e) {
                    throw new DataException(
                            file.resolve() + ": found " + e.getMessage() + ", expected the " + count
                                    + " of a camera matrix with positive focal lengths; unpack the file again",
                            e);
                }
            }
        }
    }

    /**
     * What to import, from where.
     *
     * @param roots folders with what was unpacked: raw drives, depth, the depth selection, semantics, in any mixture
     * @param out where the manifest goes. If all roots are inside it, files that need no change stay where they are
     * @param classes what labels become: {@code kitti6} or {@code cityscapes19}
     * @param laserDepth depth as the scanner measured it in one turn, instead of the denser one annotated from eleven
     * @param disparity depth of labelled frames from the stereo benchmark's disparity of the same pictures
     * @param cameras 2 (left) and 3 (right), the colour cameras
     * @param every of each drive, the first frame with depth and each {@code every}th after it
     * @param idPrefix put before every id
     */
    @RecordBuilder
    public record Options(
            List<Path> roots,
            Path out,
            @Default("kitti6") String classes,
            @Default("false") boolean laserDepth,
            @Default("false") boolean disparity,
            @Default("[2]") List<Integer> cameras,
            @Default("1") int every,
            @Default("'kitti/'") String idPrefix,
            @Default("" + ImageHeader.DEFAULT_MAX_PIXELS) long maxPixels)
            implements KittiImportOptionsBuilder.With {
        public Options {
            new Checks()
                    .notEmpty("roots", roots)
                    .notEmpty("cameras", cameras)
                    .that(
                            cameras.stream().allMatch(camera -> camera == 2 || camera == 3),
                            "cameras",
                            "must be 2 and 3, the colour cameras, found " + cameras)
                    .atLeast("every", every, 1)
                    .that(idPrefix.matches("[A-Za-z0-9._/-]*"), "idPrefix", "must be of letters, digits and . _ / -")
                    .atLeast("maxPixels", maxPixels, 1)
                    .verify();
            roots = List.copyOf(roots);
            cameras = List.copyOf(cameras);
        }

        /** With everything as usual. */
        public static Options of(Path root, Path out) {
            return KittiImportOptionsBuilder.builder()
                    .roots(List.of(root))
                    .out(out)
                    .classes("kitti6")
                    .laserDepth(false)
                    .disparity(false)
                    .cameras(List.of(2))
                    .every(1)
                    .idPrefix("kitti/")
                    .maxPixels(ImageHeader.DEFAULT_MAX_PIXELS)
                    .build();
        }
    }
}
