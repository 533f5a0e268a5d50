package dev.understudy.cli.export.sequence;

import dev.understudy.dataset.camera.Pose;
import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.files.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A sequence as the TUM RGB-D benchmark lays it out: {@code rgb/}, {@code depth/} (16 bits, 5000 to the metre) and beside them
 * {@code label/} (indices with a palette), files named by their times in seconds, a list of each, {@code associations.txt} with
 * colour before depth, and {@code groundtruth.txt}, camera to world. The lists come last.
 */
final class TumFolder {
    static final double DEPTH_SCALE = 5000;
    private static final double NANOS = 1e9;

    private final Path folder;
    private final ClassSpace classes;
    private final StringBuilder rgb = new StringBuilder("# color images\n# timestamp filename\n");
    private final StringBuilder depth = new StringBuilder("# depth maps, predicted\n# timestamp filename\n");
    private final StringBuilder labels = new StringBuilder("# class indices, predicted\n# timestamp filename\n");
    private final StringBuilder associations = new StringBuilder();
    private final StringBuilder poses =
            new StringBuilder("# poses, camera to world\n# timestamp tx ty tz qx qy qz qw\n");
    private int clamped;

    TumFolder(Path folder, ClassSpace classes) {
        this.folder = folder;
        this.classes = classes;
    }

    void put(PredictedView frame) throws IOException {
        String time = String.format(Locale.ROOT, "%.6f", frame.nanos() / NANOS);
        String file = time + ".png";
        RgbFiles.writePng(folder.resolve("rgb").resolve(file), frame.rgb());
        clamped += DepthFiles.write(folder.resolve("depth").resolve(file), frame.depth(), DEPTH_SCALE)
                .clamped();
        LabelFiles.write(folder.resolve("label").resolve(file), frame.labels(), classes.palette());
        rgb.append(time).append(" rgb/").append(file).append('\n');
        depth.append(time).append(" depth/").append(file).append('\n');
        labels.append(time).append(" label/").append(file).append('\n');
        associations.append(time + " rgb/" + file + " " + time + " depth/" + file + "\n");
        Pose pose = frame.view().pose();
        double[] turn = pose.quaternion();
        poses.append(String.format(
                Locale.ROOT,
                "%s %.9f %.9f %.9f %.9f %.9f %.9f %.9f%n".replace("%n", "\n"),
                time,
                pose.tx(),
                pose.ty(),
                pose.tz(),
                turn[0],
                turn[1],
                turn[2],
                turn[3]));
    }

    /** @param camera of all frames */
    void finish(Intrinsics camera) throws IOException {
        AtomicFile.write(folder.resolve("rgb.txt"), rgb.toString());
        AtomicFile.write(folder.resolve("depth.txt"), depth.toString());
        AtomicFile.write(folder.resolve("label.txt"), labels.toString());
        AtomicFile.write(folder.resolve("associations.txt"), associations.toString());
        AtomicFile.write(folder.resolve("groundtruth.txt"), poses.toString());
        AtomicFile.write(
                folder.resolve("camera-intrinsics.txt"),
                camera.fx() + " 0 " + camera.cx() + "\n0 " + camera.fy() + " " + camera.cy() + "\n0 0 1\n");
        AtomicFile.write(folder.resolve("classes.txt"), classes.table());
    }

    /** Pixels whose depth is farther than 16 bits hold. */
    int clamped() {
        return clamped;
    }
}
