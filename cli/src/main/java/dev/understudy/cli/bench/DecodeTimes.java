package dev.understudy.cli.bench;

import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameRules;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.NormalFiles;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** How long files of each kind take to decode on one thread, header checks included, from the system's file cache. */
final class DecodeTimes {
    private static final int FILES = 24;
    private static final int WARM_UP = 3;
    private static final int ROUNDS = 5;
    private static final float JPEG_QUALITY = 0.9f;

    private DecodeTimes() {}

    /**
     * A kind of file.
     *
     * @param millis median over files and rounds
     * @param bytes mean size
     */
    record Line(String format, double millis, double bytes) {}

    /** The pictures are measured as PNG and as JPEG, whichever they are. */
    static List<Line> measure(Manifest manifest, ScratchFolder scratch) throws IOException {
        List<FrameRecord> frames = manifest.frames().subList(0, Math.min(FILES, manifest.size()));
        List<Path> png = new ArrayList<>();
        List<Path> jpeg = new ArrayList<>();
        List<Path> depth = new ArrayList<>();
        List<Path> labels = new ArrayList<>();
        List<Path> normals = new ArrayList<>();
        for (FrameRecord frame : frames) {
            RgbImage rgb = RgbFiles.read(FrameRules.resolve(manifest.folder(), frame.rgb()));
            png.add(scratch.resolve("decode" + png.size() + ".png"));
            jpeg.add(scratch.resolve("decode" + jpeg.size() + ".jpg"));
            RgbFiles.writePng(png.get(png.size() - 1), rgb);
            RgbFiles.writeJpeg(jpeg.get(jpeg.size() - 1), rgb, JPEG_QUALITY);
            depth.add(FrameRules.resolve(manifest.folder(), Objects.requireNonNull(frame.depth())));
            labels.add(FrameRules.resolve(manifest.folder(), Objects.requireNonNull(frame.segmentation())));
            if (frame.normals() != null) {
                normals.add(FrameRules.resolve(manifest.folder(), frame.normals()));
            }
        }
        List<Line> lines = new ArrayList<>();
        lines.add(line("RGB, JPEG", jpeg, RgbFiles::read));
        lines.add(line("RGB, PNG", png, RgbFiles::read));
        lines.add(line("depth, 16-bit PNG", depth, file -> DepthFiles.read(file, 1000)));
        lines.add(line("labels, 8-bit PNG", labels, LabelFiles::read));
        if (!normals.isEmpty()) {
            lines.add(line("normals, PNG", normals, NormalFiles::read));
        }
        return lines;
    }

    private static Line line(String format, List<Path> files, Consumer<Path> decode) throws IOException {
        List<Double> millis = new ArrayList<>();
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            for (Path file : files) {
                long start = System.nanoTime();
                decode.accept(file);
                if (round >= 0) {
                    millis.add((System.nanoTime() - start) * 1e-6);
                }
            }
        }
        double bytes = 0;
        for (Path file : files) {
            bytes += Files.size(file);
        }
        return new Line(format, millis.stream().sorted().toList().get(millis.size() / 2), bytes / files.size());
    }
}
