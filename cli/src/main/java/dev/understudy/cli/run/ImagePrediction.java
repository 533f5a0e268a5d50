package dev.understudy.cli.run;

import dev.understudy.cli.report.Pictures;
import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FramePredictor;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Prediction;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.NormalFiles;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs a network on pictures and writes what it says of them as pictures. One thread. */
final class ImagePrediction implements AutoCloseable {
    private static final double OPACITY = 0.6;

    private final FramePredictor network;
    private final @Nullable ClassSpace classes;
    private final double depthScale;
    private final Path out;

    /**
     * @param network closed with this
     * @param classes class space of the segmentation; null if there is none
     * @param depthScale units per metre of the 16-bit depth
     */
    ImagePrediction(FramePredictor network, @Nullable ClassSpace classes, double depthScale, Path out) {
        this.network = network;
        this.classes = classes;
        this.depthScale = depthScale;
        this.out = out;
    }

    /**
     * What was written for one picture.
     *
     * @param clamped pixels whose depth 16 bits cannot hold at the chosen scale
     */
    record Written(String image, List<String> files, int clamped) {}

    /** @param name what the files' names start with */
    Written write(Path image, String name) throws IOException {
        RgbImage rgb = RgbFiles.read(image);
        FrameRecord record = FrameRecord.of(image.toString(), String.valueOf(image.getFileName()))
                .build();
        Prediction prediction = network.predict(new Frame(record, rgb, null, null, null));
        List<String> files = new ArrayList<>();
        int clamped = 0;
        if (prediction.segmentation() != null && classes != null) {
            writeLabels(name, rgb, prediction.segmentation(), classes, files);
        }
        if (prediction.depth() != null) {
            clamped = writeDepth(name, prediction.depth(), files);
        }
        if (prediction.normals() != null) {
            NormalFiles.write(file(name, "normals", files), prediction.normals());
        }
        return new Written(image.toString(), files, clamped);
    }

    private void writeLabels(String name, RgbImage rgb, LabelMap labels, ClassSpace space, List<String> files)
            throws IOException {
        LabelFiles.write(file(name, "labels", files), labels, space.palette());
        RgbFiles.writePng(file(name, "overlay", files), Pictures.overlay(rgb, labels, space, OPACITY));
    }

    private int writeDepth(String name, DepthMap depth, List<String> files) throws IOException {
        int clamped =
                DepthFiles.write(file(name, "depth", files), depth, depthScale).clamped();
        double farthest = 0;
        for (float metres : depth.metres()) {
            farthest = Math.max(farthest, metres);
        }
        RgbFiles.writePng(file(name, "depth-picture", files), Pictures.depth(depth, Math.max(1e-3, farthest)));
        return clamped;
    }

    private Path file(String name, String what, List<String> files) {
        Path file = out.resolve(name + "." + what + ".png");
        files.add(file.toString());
        return file;
    }

    @Override
    public void close() {
        network.close();
    }
}
