package dev.understudy.dataset.edit;

import dev.understudy.conf.Checks;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.conf.Default;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameRules;
import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.NormalFiles;
import dev.understudy.dataset.imports.ImportPlace;
import dev.understudy.dataset.imports.ImportRun;
import dev.understudy.dataset.imports.ImportRun.ImportSummary;
import dev.understudy.dataset.imports.ImportRun.Progress;
import dev.understudy.dataset.imports.Placement;
import dev.understudy.dataset.imports.Remarks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * {@code dataset normals}: computes the normals of every frame that has depth and writes a manifest that names them,
 * beside the one that was read. Frames that have normals keep theirs. Can be run again after an interruption.
 */
public final class NormalsRun implements ImportRun.Conversion<FrameRecord> {
    private final Options options;
    private final Manifest manifest;
    private final DepthNormals normals;
    private final AtomicInteger computed = new AtomicInteger();
    private final AtomicInteger withoutCamera = new AtomicInteger();

    /**
     * @param manifest what to read: a file or its folder
     * @param out name of the manifest to write, in the same folder
     * @param intrinsics for all frames; if not given, each frame's own
     */
    public record Options(
            Path manifest,
            String out,
            NormalOptions fit,
            @Nullable Intrinsics intrinsics,
            long maxPixels) {}

    /**
     * What was done.
     *
     * @param computed frames whose normals come from their depth, in this run or an earlier one
     * @param withoutCamera frames with depth and without intrinsics, which were kept without normals
     */
    public record Summary(ImportSummary run, int computed, int withoutCamera) {}

    private NormalsRun(Options options, Manifest manifest) {
        this.options = options;
        this.manifest = manifest;
        this.normals = new DepthNormals(options.fit());
    }

    /** @throws ConfigurationException if no frame with depth has intrinsics */
    public static Summary run(Options options, Progress progress) throws IOException {
        Manifest manifest = Manifest.read(options.manifest());
        if (!FrameRules.isInside(options.out()) || options.out().contains("/")) {
            throw new ConfigurationException("--out " + options.out()
                    + ": expected a file name, since the manifest must" + " be written to " + manifest.folder());
        }
        if (options.intrinsics() == null
                && manifest.frames().stream().noneMatch(frame -> frame.depth() != null && frame.intrinsics() != null)) {
            throw new ConfigurationException(
                    options.manifest() + ": no frame has both depth and intrinsics; give --intrinsics fx,fy,cx,cy");
        }
        NormalsRun run = new NormalsRun(options, manifest);
        if (Files.exists(manifest.folder().resolve(options.out()))
                && Files.isSameFile(manifest.folder().resolve(options.out()), manifestFile(options))) {
            throw new ConfigurationException("--out " + options.out() + ": is the manifest that is read ("
                    + options.manifest() + "), which stays as it is; choose another name");
        }
        String optionsFile = options.out().replaceFirst("\\.jsonl$", "") + ".yaml";
        ImportPlace place = new ImportPlace(
                List.of(),
                List.of(),
                manifest.folder().resolve(options.out()),
                optionsFile,
                ConfigurationWriter.toYaml(options));
        ImportSummary summary = new ImportRun<>(place, run, List.of(), new Remarks()).run(manifest.frames(), progress);
        return new Summary(summary, run.computed.get(), run.withoutCamera.get());
    }

    private static Path manifestFile(Options options) {
        Path manifest = options.manifest();
        return Files.isDirectory(manifest) ? manifest.resolve(Manifest.FILE_NAME) : manifest;
    }

    @Override
    public String source(FrameRecord frame) {
        return frame.id();
    }

    @Override
    public FrameRecord convert(FrameRecord frame, Placement placement) throws IOException {
        Intrinsics camera = options.intrinsics() == null ? frame.intrinsics() : options.intrinsics();
        Double scale = frame.depthScale();
        if (frame.depth() == null || scale == null || frame.normals() != null) {
            return frame;
        }
        if (camera == null) {
            withoutCamera.incrementAndGet();
            return frame;
        }
        Path depth = FrameRules.resolve(manifest.folder(), frame.depth());
        String target = "normals/" + frame.id() + ".png";
        String placed = placement.make(depth, camera + " " + scale, target, (from, to) -> {
            DepthMap map = DepthFiles.read(from, scale, options.maxPixels());
            NormalFiles.write(to, normals.of(map, camera));
        });
        computed.incrementAndGet();
        return frame.with(record -> record.normals(placed).intrinsics(camera));
    }

    /**
     * How planes are fitted to depth.
     *
     * @param radius pixels to each side that a plane is fitted to; if not given, 9 for pictures that are 640 wide and
     * in
     *     proportion for others, which is what a Kinect's noise asks for. Exact depth does with less, and keeps more
     * detail
     * @param tolerance how far a pixel may be off its plane and still belong to it, as a share of its depth
     * @param steepest by how much depth may change from one pixel to the next on one surface, as a share of it; what
     *     changes more is an edge. A floor is that steep where it is seen 1/steepest pixels below the horizon
     */
    public record NormalOptions(
            @Nullable Integer radius,
            @Default("" + DEFAULT_TOLERANCE) double tolerance,
            @Default("" + DEFAULT_STEEPEST) double steepest) {
        public static final double DEFAULT_TOLERANCE = 0.02;
        public static final double DEFAULT_STEEPEST = 0.03;

        private static final int MAX_RADIUS = 20;
        private static final double USUAL_RADIUS = 9.0 / 640;

        public NormalOptions {
            new Checks()
                    .that(
                            radius == null || radius >= 1 && radius <= MAX_RADIUS,
                            "radius",
                            "must be 1–" + MAX_RADIUS + ", found " + radius)
                    .that(tolerance > 0 && tolerance <= 0.2, "tolerance", "must be above 0 and at most 0.2")
                    .that(steepest > 0 && steepest <= 0.5, "steepest", "must be above 0 and at most 0.5")
                    .verify();
        }

        public static NormalOptions defaults() {
            return new NormalOptions(null, DEFAULT_TOLERANCE, DEFAULT_STEEPEST);
        }

        int radiusFor(int width) {
            return radius != null ? radius : (int) Math.max(2, Math.min(MAX_RADIUS, Math.round(USUAL_RADIUS * width)));
        }
    }
}
