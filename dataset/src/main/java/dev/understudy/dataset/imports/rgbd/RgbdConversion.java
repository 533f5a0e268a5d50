package dev.understudy.dataset.imports.rgbd;

import dev.understudy.dataset.DataException;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameRules;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.imports.CheckedDepth;
import dev.understudy.dataset.imports.ImportRun;
import dev.understudy.dataset.imports.Placement;
import dev.understudy.dataset.imports.SourceTree;
import dev.understudy.dataset.imports.TextNumbers;
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
            DepthMap cleaned = CheckedDepth.of(rgb, depth, options.invalid(), options.maxPixels());
            rgbPlaced = placement.take(rgb, rgbTarget);
            depthPlaced = cleaned == null
                    ? placement.take(depth, depthTarget)
                    : placement.make(depth, depthTarget, (from, to) -> DepthFiles.write(to, cleaned, 1));
        }
        List<Double> pose = frame.poseFile() == null ? frame.pose() : TextNumbers.pose(tree, frame.poseFile());
        return FrameRecord.of(id, rgbPlaced)
                .depth(depthPlaced)
                .split(options.split() == null ? frame.split() : options.split())
                .depthScale(options.scale())
                .pose(pose)
                .intrinsics(options.intrinsics() == null ? frame.intrinsics() : options.intrinsics())
                .build();
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

    private void registered(NyudKinect camera, Path from, Path to) throws IOException {
        DepthMap depth = camera.register(from, PnmFiles.swappedGrey(from, options.maxPixels()));
        boolean any = false;
        for (float metres : depth.metres()) {
            any |= metres > 0;
        }
        CheckedDepth.require(from, any);
        DepthFiles.write(to, depth, options.scale());
    }

    private static boolean isPng(String path) {
        return path.toLowerCase(Locale.ROOT).endsWith(".png");
    }
}
