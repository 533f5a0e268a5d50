package dev.understudy.dataset.imports.kitti;

import dev.understudy.dataset.DataException;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameRules;
import dev.understudy.dataset.image.ImageHeader;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.imports.CheckedDepth;
import dev.understudy.dataset.imports.ImportRun;
import dev.understudy.dataset.imports.Placement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One frame of KITTI → its files in place and its record. */
final class KittiConversion implements ImportRun.Conversion<KittiFrame> {
    private static final double SCALE = 256;

    private final KittiImportOptions options;
    private final CityscapesIds ids;
    private final KittiCalibration calibration = new KittiCalibration();

    KittiConversion(KittiImportOptions options) {
        this.options = options;
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
        Path depth = frame.depth() == null ? null : frame.depth().resolve();
        String rgbTarget = "rgb/" + id + (frame.rgb().path().endsWith(".png") ? ".png" : ".jpg");
        String depthTarget = "depth/" + id + ".png";
        boolean made = placement.isMade(rgb, rgbTarget) && (depth == null || placement.isMade(depth, depthTarget));
        if (!made || placement.inPlace()) {
            check(rgb, depth);
        }
        return new FrameRecord(
                id,
                placement.take(rgb, rgbTarget),
                depth == null ? null : placement.take(depth, depthTarget),
                labels(frame, id, rgb, placement),
                null,
                frame.split(),
                frame.semantics() == null ? null : options.classes(),
                depth == null ? null : SCALE,
                null,
                frame.calibration() == null ? null : calibration.read(frame.calibration(), frame.camera()));
    }

    private void check(Path rgb, @Nullable Path depth) {
        if (depth == null) {
            RgbFiles.read(rgb, options.maxPixels());
        } else {
            CheckedDepth.of(rgb, depth, List.of(), options.maxPixels());
        }
    }

    private @Nullable String labels(KittiFrame frame, String id, Path rgb, Placement placement) throws IOException {
        if (frame.semantics() == null) {
            return null;
        }
        return placement.make(frame.semantics().resolve(), "labels/" + id + ".png", (from, to) -> {
            LabelMap labels = LabelFiles.read(from, options.maxPixels());
            ImageHeader picture = ImageHeader.read(rgb, options.maxPixels());
            if (labels.width() != picture.width() || labels.height() != picture.height()) {
                throw new DataException(from + ": found " + labels.width() + "×" + labels.height()
                        + " pixels, expected " + picture.width() + "×" + picture.height() + " as in " + rgb);
            }
            LabelFiles.write(to, ids.apply(from, labels), ids.space().palette());
        });
    }
}
