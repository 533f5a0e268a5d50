package dev.understudy.dataset.imports.rgbd;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameRules;
import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.frame.ScenePattern;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.ImageHeader;
import dev.understudy.dataset.image.RgbFiles;
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
import dev.understudy.dataset.signs.DepthSigns.DepthBits;
import dev.understudy.files.DataException;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
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
    private static final class RgbdConversion implements ImportRun.Conversion<Sequences.SequenceFrame> {
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
        public String source(Sequences.SequenceFrame frame) {
            return frame.rgb();
        }

        @Override
        public void finished(Remarks told) {
            depths.tell(options.scale(), told);
        }

        @Override
        public FrameRecord convert(Sequences.SequenceFrame frame, Placement placement) throws IOException {
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
        private @Nullable List<Double> pose(Sequences.SequenceFrame frame) {
            boolean given = frame.poseFile() != null || frame.poseIsLost();
            List<Double> pose = frame.poseFile() == null ? frame.pose() : TextNumbers.pose(tree, frame.poseFile());
            if (given && pose == null) {
                remarks.count(
                        "have no pose, since what is written for them is not finite or turns nothing", frame.rgb());
            }
            return pose;
        }

        private @Nullable String scene(Sequences.SequenceFrame frame, String id) {
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
        private String sequence(Sequences.SequenceFrame frame) {
            Path folder = tree.root().toAbsolutePath().normalize().getFileName();
            return !frame.sequence().isEmpty() ? frame.sequence() : folder == null ? "root" : folder.toString();
        }

        private String id(Sequences.SequenceFrame frame) {
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

    /** What a reader found: frames by sequence, in their order, and what it had to leave out. */
    static final class Sequences {
        private final List<Sequences.SequenceFrame> frames = new ArrayList<>();
        private final List<ImportSummary.Skipped> skipped = new ArrayList<>();
        private final int every;

        /** @param every of each sequence, keep the first frame and each {@code every}th after it */
        Sequences(int every) {
            this.every = every;
        }

        void add(List<Sequences.SequenceFrame> sequence) {
            for (int i = 0; i < sequence.size(); i += every) {
                frames.add(sequence.get(i));
            }
        }

        void skip(String source, String reason) {
            skipped.add(new ImportSummary.Skipped(source, reason));
        }

        List<Sequences.SequenceFrame> frames() {
            return frames;
        }

        List<ImportSummary.Skipped> skipped() {
            return skipped;
        }

        /**
         * A picture and the depth that belongs to it; nothing has been opened yet. Paths are relative to the root.
         *
         * @param sequence the folder of its sequence, empty for the root
         * @param name within the sequence
         * @param pose camera to world, 16 numbers, if the sequence has one trajectory file
         * @param poseIsLost whether the trajectory has a line for the frame that is no pose
         * @param poseFile or the file that holds it
         * @param intrinsics as the sequence declares them, or usual for its layout
         */
        @RecordBuilder
        @RecordBuilder.Options(prefixEnclosingClassNames = false)
        record SequenceFrame(
                String sequence,
                String name,
                String rgb,
                String depth,
                @Nullable List<Double> pose,
                boolean poseIsLost,
                @Nullable String poseFile,
                @Nullable String split,
                @Nullable Intrinsics intrinsics) {

            /** What else is known of it is added by name. */
            static SequenceFrameBuilder of(String sequence, String name, String rgb, String depth) {
                return SequenceFrameBuilder.builder()
                        .sequence(sequence)
                        .name(name)
                        .rgb(rgb)
                        .depth(depth);
            }
        }

        /** Finds the sequences of one layout by the names of files and by small text files. */
        interface SequenceReader {
            /** @param maxGap seconds between a picture and its depth that are allowed, where files carry times */
            void read(SourceTree tree, double maxGap, Sequences found);

            /**
             * Says how many files of a sequence found no partner: one line a sequence, since cameras out of step lose
             * many.
             */
            static void tellUnpaired(
                    SourceTree tree,
                    String folder,
                    int pictures,
                    int depths,
                    int pairs,
                    double maxGap,
                    Sequences found) {
                if (pairs < Math.min(pictures, depths)) {
                    found.skip(
                            folder.isEmpty() ? "." : folder,
                            tree.root().resolve(folder) + ": found " + pictures + " pictures and " + depths
                                    + " depth maps, of which " + pairs + " are within " + maxGap
                                    + " s of each other; allow more with --max-gap");
                }
            }
        }
    }

    /**
     * What to import, from where, and how to read it.
     *
     * @param root the folder with the sequences, or with one; nothing outside it is read
     * @param out where the manifest goes, outside of {@code root}. If {@code root} is inside it, files that need no
     *     change stay where they are and are referred to; otherwise they are copied
     * @param every of each sequence, the first frame and each {@code every}th after it
     * @param maxGap seconds between a picture and its depth that are allowed; if not given, what is usual for the
     * layout
     * @param depthScale units per metre of the depth files; if not given, what is usual for the layout
     * @param depthBits how the bits of the depth files' values are to be read
     * @param invalid depth values, as they are read by {@code depthBits}, that mean "no measurement", besides 0
     * @param intrinsics of the colour camera, for all frames; if not given, what the sequence declares
     * @param split for all frames; if not given, what the sequence declares
     * @param scene a regular expression with one group, searched for in each id, that says which scene a frame belongs
     *     to; if not given, its sequence
     * @param orientation which way a JPEG with an EXIF orientation is turned
     * @param idPrefix put before every id, such as {@code kitchen/}
     */
    @RecordBuilder
    @RecordBuilder.Options(prefixEnclosingClassNames = false)
    public record RgbdImportOptions(
            Path root,
            Path out,
            RgbdLayout layout,
            @Default("1") int every,
            @Nullable Double maxGap,
            @Nullable Double depthScale,
            @Default("plain") DepthBits depthBits,
            @Default("[65535]") List<Integer> invalid,
            @Nullable Intrinsics intrinsics,
            @Nullable String split,
            @Nullable String scene,
            @Default("auto") Orientation orientation,
            @Default("''") String idPrefix,
            @Default("" + ImageHeader.DEFAULT_MAX_PIXELS) long maxPixels)
            implements RgbdImportOptionsBuilder.With {
        public RgbdImportOptions {
            Checks checks = new Checks()
                    .atLeast("every", every, 1)
                    .that(
                            depthScale == null || layout != RgbdLayout.NYUD_RAW,
                            "depthScale",
                            "is known for nyud-raw; leave it out")
                    .that(
                            depthBits == DepthBits.PLAIN || layout != RgbdLayout.NYUD_RAW,
                            "depthBits",
                            "are known for nyud-raw; leave them out")
                    .that(idPrefix.matches("[A-Za-z0-9._/-]*"), "idPrefix", "must be of letters, digits and . _ / -")
                    .atLeast("maxPixels", maxPixels, 1);
            if (depthScale != null) {
                checks.positive("depthScale", depthScale);
            }
            if (maxGap != null) {
                checks.inRange("maxGap", maxGap, 0, 3600);
            }
            for (int i = 0; i < invalid.size(); i++) {
                checks.inRange("invalid." + i, invalid.get(i), 0, 65535);
            }
            checks.verify();
            invalid = List.copyOf(invalid);
        }

        /** With everything as is usual for the layout. */
        public static RgbdImportOptions of(Path root, Path out, RgbdLayout layout) {
            return RgbdImportOptionsBuilder.builder()
                    .root(root)
                    .out(out)
                    .layout(layout)
                    .every(1)
                    .depthBits(DepthBits.PLAIN)
                    .invalid(List.of(65535))
                    .orientation(Orientation.AUTO)
                    .idPrefix("")
                    .maxPixels(ImageHeader.DEFAULT_MAX_PIXELS)
                    .build();
        }

        double gap() {
            return maxGap == null ? layout.maxGap() : maxGap;
        }

        double scale() {
            return depthScale == null ? layout.depthScale() : depthScale;
        }
    }
}
