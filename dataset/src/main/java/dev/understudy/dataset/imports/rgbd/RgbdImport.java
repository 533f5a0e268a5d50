package dev.understudy.dataset.imports.rgbd;

import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameRules;
import dev.understudy.dataset.frame.ScenePattern;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.imports.DepthReading;
import dev.understudy.dataset.imports.ImportPlace;
import dev.understudy.dataset.imports.ImportRun;
import dev.understudy.dataset.imports.ImportRun.ImportSummary;
import dev.understudy.dataset.imports.ImportRun.Progress;
import dev.understudy.dataset.imports.PictureImport;
import dev.understudy.dataset.imports.Placement;
import dev.understudy.dataset.imports.Remarks;
import dev.understudy.dataset.imports.SourceTree;
import dev.understudy.dataset.imports.TextNumbers;
import dev.understudy.dataset.imports.rgbd.Sequences.SequenceFrame;
import dev.understudy.files.DataException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code dataset import rgbd}: sequences of pictures with depth become depth-only frames, with their poses and
 * intrinsics.
 *
 * <p>Every file is decoded once to see that it is whole. Pictures are taken as they are (PPM becomes PNG); depth is
 * taken as it is unless it has values that mean "none" besides 0, and NYUDv2's raw disparity becomes 1/5000 m in the
 * colour camera's view. Ids are {@code <sequence>/<name>}.
 */
public final class RgbdImport {
    private RgbdImport() {}

    /**
     * @throws dev.understudy.conf.ConfigurationException if the options cannot be followed
     * @throws dev.understudy.files.DataException if no frame is found or none can be imported
     */
    public static ImportSummary run(RgbdImportOptions options, Progress progress) throws IOException {
        Remarks remarks = new Remarks();
        ImportPlace place = ImportPlace.of(List.of(options.root()), options.out(), options);
        place.requireFree();
        SourceTree tree = new SourceTree(options.root());
        Sequences found = new Sequences(options.every());
        options.layout().reader().read(tree, options.gap(), found);
        return new ImportRun<>(place, new RgbdConversion(options, tree, remarks), found.skipped(), remarks)
                .run(found.frames(), progress);
    }

    /** One frame of a sequence → its files in place and its record. */
    private static final class RgbdConversion implements ImportRun.Conversion<SequenceFrame> {
        private final RgbdImportOptions options;
        private final SourceTree tree;
        private final Remarks remarks;
        private final PictureImport pictures;
        private final DepthReading depths;
        private final @Nullable NyudKinect kinect;
        private final @Nullable ScenePattern scenes;

        RgbdConversion(RgbdImportOptions options, SourceTree tree, Remarks remarks) {
            this.options = options;
            this.tree = tree;
            this.remarks = remarks;
            this.pictures = new PictureImport(options.orientation(), options.maxPixels(), remarks);
            this.depths = new DepthReading(options.depthBits(), options.invalid(), options.maxPixels());
            this.kinect = options.layout() == RgbdLayout.NYUD_RAW ? new NyudKinect() : null;
            this.scenes = options.scene() == null ? null : ScenePattern.within("--scene", options.scene());
        }

        @Override
        public String source(SequenceFrame frame) {
            return frame.rgb();
        }

        @Override
        public void finished(Remarks told) {
            depths.tell(options.scale(), told);
        }

        @Override
        public FrameRecord convert(SequenceFrame frame, Placement placement) throws IOException {
            Path rgb = tree.resolve(frame.rgb());
            Path depth = tree.resolve(frame.depth());
            String id = id(frame);
            String depthTarget = "depth/" + id + ".png";
            String rgbPlaced;
            String depthPlaced;
            if (kinect != null) {
                rgbPlaced = placement.make(
                        rgb,
                        "rgb/" + id + ".png",
                        (from, to) -> RgbFiles.writePng(to, PnmFiles.colour(from, options.maxPixels())));
                depthPlaced = placement.make(depth, depthTarget, (from, to) -> registered(kinect, from, to));
            } else {
                DepthReading.Depth read = depths.read(depth);
                rgbPlaced = pictures.place(pictures.open(rgb, List.of(read.size())), "rgb/" + id, placement);
                depthPlaced = depths.place(read, depthTarget, placement);
            }
            return FrameRecord.of(id, rgbPlaced)
                    .depth(depthPlaced)
                    .split(options.split() == null ? frame.split() : options.split())
                    .depthScale(options.scale())
                    .scene(scene(frame, id))
                    .pose(pose(frame))
                    .intrinsics(options.intrinsics() == null ? frame.intrinsics() : options.intrinsics())
                    .build();
        }

        /** What a tracker wrote where it had lost its way is no pose. */
        private @Nullable List<Double> pose(SequenceFrame frame) {
            boolean given = frame.poseFile() != null || frame.poseIsLost();
            List<Double> pose = frame.poseFile() == null ? frame.pose() : TextNumbers.pose(tree, frame.poseFile());
            if (given && pose == null) {
                remarks.count(
                        "have no pose, since what is written for them is not finite or turns nothing", frame.rgb());
            }
            return pose;
        }

        private @Nullable String scene(SequenceFrame frame, String id) {
            if (scenes == null) {
                return SourceTree.idOf(sequence(frame));
            }
            String scene = scenes.sceneOf(id).orElse(null);
            if (scene == null) {
                remarks.count("have no scene, since --scene does not fit their ids", id);
            }
            return scene;
        }

        /** A sequence in the root itself is called as that is. */
        private String sequence(SequenceFrame frame) {
            Path folder = tree.root().toAbsolutePath().normalize().getFileName();
            return !frame.sequence().isEmpty() ? frame.sequence() : folder == null ? "root" : folder.toString();
        }

        private String id(SequenceFrame frame) {
            String id = options.idPrefix() + SourceTree.idOf(sequence(frame) + "/" + frame.name());
            if (!FrameRules.isId(id)) {
                throw new DataException(
                        frame.rgb() + ": found a name that makes no id ('" + id + "'); rename the file");
            }
            return id;
        }

        private void registered(NyudKinect camera, Path from, Path to) throws IOException {
            DepthMap depth = camera.register(from, PnmFiles.swappedGrey(from, options.maxPixels()));
            boolean any = false;
            for (float metres : depth.metres()) {
                any |= metres > 0;
            }
            DepthReading.require(from, any);
            DepthFiles.write(to, depth, options.scale());
        }
    }
}
