package dev.understudy.dataset.imports.kitti;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.classes.ClassMap;
import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameRules;
import dev.understudy.dataset.image.DepthBits;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.ImageHeader;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.imports.DepthReading;
import dev.understudy.dataset.imports.ImportRun;
import dev.understudy.dataset.imports.Pictures;
import dev.understudy.dataset.imports.Pictures.Orientation;
import dev.understudy.dataset.imports.Placement;
import dev.understudy.dataset.imports.Remarks;
import dev.understudy.files.DataException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One frame of KITTI → its files in place and its record. */
final class KittiConversion implements ImportRun.Conversion<KittiFrame> {
    private static final double SCALE = 256;
    private static final double FARTHEST = 65535 / SCALE;

    private final KittiImportOptions options;
    private final CityscapesIds ids;
    private final KittiCalibration calibration = new KittiCalibration();
    private final Pictures pictures;
    private final DepthReading depths;

    KittiConversion(KittiImportOptions options, Remarks remarks) {
        this.options = options;
        this.pictures = new Pictures(Orientation.AUTO, options.maxPixels(), remarks);
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
            throw new DataException(frame.rgb().path() + ": found a name that makes no id ('" + id + "'); rename it");
        }
        Path rgb = frame.rgb().resolve();
        String depthTarget = "depth/" + id + ".png";
        DepthReading.Depth depth =
                frame.depth() == null ? null : depths.read(frame.depth().resolve());
        Pictures.Picture picture = pictures.open(rgb, depth == null ? List.of() : List.of(depth.size()));
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
                .intrinsics(frame.calibration() == null ? null : calibration.read(frame.calibration(), frame.camera()))
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
            throw new DataException(file + ": found " + width + "×" + height + " pixels, expected " + picture.width()
                    + "×" + picture.height() + " as in " + rgb);
        }
    }

    /** From Cityscapes' label ids, 0–33, through its 19 training ids, to a class space. */
    static final class CityscapesIds {
        /** By training id, in the order of the class space cityscapes19: the label id. */
        private static final int[] LABEL_IDS = {7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33
        };

        private static final int LAST_ID = 33;

        private final ClassSpace space;
        private final ClassMap map;

        /** @throws ConfigurationException if there is no such space, or no way to it from cityscapes19 */
        CityscapesIds(String classes) {
            space = ClassSpace.load(classes);
            if (space.isJoint()) {
                throw new ConfigurationException("class space " + classes
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
                    throw new DataException(file + ": found label id " + id + " at pixel x " + i % ids.width() + ", y "
                            + i / ids.width() + ", expected Cityscapes' 0–" + LAST_ID
                            + "; is this KITTI's 'semantic' folder?");
                }
            }
            return map.apply(ids);
        }
    }
}
