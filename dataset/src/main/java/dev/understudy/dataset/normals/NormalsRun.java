package dev.understudy.dataset.normals;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameRules;
import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.NormalFiles;
import dev.understudy.dataset.imports.ImportPlace;
import dev.understudy.dataset.imports.ImportRun;
import dev.understudy.dataset.imports.ImportSummary;
import dev.understudy.dataset.imports.Placement;
import dev.understudy.dataset.imports.Progress;
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
}
