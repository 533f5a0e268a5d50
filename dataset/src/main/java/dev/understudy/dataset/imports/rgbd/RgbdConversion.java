package dev.understudy.dataset.imports.rgbd;

import dev.understudy.dataset.DataException;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameRules;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.dataset.imports.ImportRun;
import dev.understudy.dataset.imports.Placement;
import dev.understudy.dataset.imports.SourceTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One frame of a sequence → its files in place and its record. */
final class RgbdConversion implements ImportRun.Conversion<SequenceFrame> {
    private final RgbdImportOptions options;
    private final SourceTree tree;
    private final @Nullable NyudKinect kinect;

    RgbdConversion(RgbdImportOptions options, SourceTree tree) {
        this.options = options;
        this.tree = tree;
        this.kinect = options.layout() == RgbdLayout.NYUD_RAW ? new NyudKinect() : null;
    }

    @Override
    public String source(SequenceFrame frame) {
        return frame.rgb();
    }

    @Override
    public FrameRecord convert(SequenceFrame frame, Placement placement) throws IOException {
        Path rgb = tree.resolve(frame.rgb());
        Path depth = tree.resolve(frame.depth());
        String id = id(frame);
        String rgbTarget = "rgb/" + id + (kinect != null || isPng(frame.rgb()) ? ".png" : ".jpg");
        String depthTarget = "depth/" + id + ".png";
        boolean made = placement.isMade(rgb, rgbTarget) && placement.isMade(depth, depthTarget);
        String rgbPlaced;
        String depthPlaced;
        if (kinect != null) {
            rgbPlaced = placement.make(
                    rgb, rgbTarget, (from, to) -> RgbFiles.writePng(to, PnmFiles.colour(from, options.maxPixels())));
            depthPlaced = placement.make(depth, depthTarget, (from, to) -> registered(kinect, from, to));
        } else if (made && !placement.inPlace()) {
            rgbPlaced = placement.make(rgb, rgbTarget, (from, to) -> {});
            depthPlaced = placement.make(depth, depthTarget, (from, to) -> {});
        } else {
            DepthMap cleaned = check(rgb, depth);
            rgbPlaced = placement.take(rgb, rgbTarget);
            depthPlaced = cleaned == null
                    ? placement.take(depth, depthTarget)
                    : placement.make(depth, depthTarget, (from, to) -> DepthFiles.write(to, cleaned, 1));
        }
        List<Double> pose = frame.poseFile() == null ? frame.pose() : TextNumbers.pose(tree, frame.poseFile());
        return new FrameRecord(
                id,
                rgbPlaced,
                depthPlaced,
                null,
                null,
                options.split() == null ? frame.split() : options.split(),
                null,
                options.scale(),
                pose,
                options.intrinsics() == null ? frame.intrinsics() : options.intrinsics());
    }

    private String id(SequenceFrame frame) {
        Path folder = tree.root().toAbsolutePath().normalize().getFileName();
        String sequence = !frame.sequence().isEmpty() ? frame.sequence() : folder == null ? "root" : folder.toString();
        String id = options.idPrefix() + SourceTree.idOf(sequence + "/" + frame.name());
        if (!FrameRules.isId(id)) {
            throw new DataException(frame.rgb() + ": found a name that makes no id ('" + id + "'); rename the file");
        }
        return id;
    }

    /** @return depth with what is invalid set to 0, in raw units; null if nothing is, and the file can stay as it is */
    private @Nullable DepthMap check(Path rgbFile, Path depthFile) {
        RgbImage rgb = RgbFiles.read(rgbFile, options.maxPixels());
        DepthMap depth = DepthFiles.read(depthFile, 1, options.maxPixels());
        if (rgb.width() != depth.width() || rgb.height() != depth.height()) {
            throw new DataException(
                    depthFile + ": found " + depth.width() + "×" + depth.height() + " pixels, expected " + rgb.width()
                            + "×" + rgb.height() + " as in " + rgbFile + "; register depth to the pictures first");
        }
        float[] values = depth.metres();
        boolean changed = false;
        boolean any = false;
        for (int i = 0; i < values.length; i++) {
            if (values[i] != 0 && options.invalid().contains((int) values[i])) {
                values[i] = 0;
                changed = true;
            }
            any |= values[i] != 0;
        }
        requireDepth(depthFile, any);
        return changed ? depth : null;
    }

    private void registered(NyudKinect camera, Path from, Path to) throws IOException {
        DepthMap depth = camera.register(from, PnmFiles.swappedGrey(from, options.maxPixels()));
        boolean any = false;
        for (float metres : depth.metres()) {
            any |= metres > 0;
        }
        requireDepth(from, any);
        DepthFiles.write(to, depth, options.scale());
    }

    private static void requireDepth(Path file, boolean any) {
        if (!any) {
            throw new DataException(file + ": found depth without one measurement, expected some");
        }
    }

    private static boolean isPng(String path) {
        return path.toLowerCase(Locale.ROOT).endsWith(".png");
    }
}
