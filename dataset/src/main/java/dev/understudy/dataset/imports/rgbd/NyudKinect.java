package dev.understudy.dataset.imports.rgbd;

import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.files.DataException;
import java.nio.file.Path;

/**
 * The Kinect that recorded NYUDv2, with the constants of its authors' toolbox (camera_params.m): raw disparity → metres
 * → the colour camera's view.
 *
 * <p>Like the toolbox, every measured pixel is moved to where the colour camera sees it and the nearest wins. Unlike
 * it, the picture stays as it was recorded and depth is bent to fit it, instead of straightening the picture.
 */
final class NyudKinect {
    static final Intrinsics COLOUR = new Intrinsics(
            5.1885790117450188e+02, 5.1946961112127485e+02, 3.2558244941119034e+02, 2.5373616633400465e+02);

    private static final int WIDTH = 640;
    private static final int HEIGHT = 480;
    private static final double NUMERATOR = 351.3;
    private static final double OFFSET = 1092.5;
    private static final double FARTHEST = 10;

    private static final Intrinsics DEPTH = new Intrinsics(
            5.8262448167737955e+02, 5.8269103270988637e+02, 3.1304475870804731e+02, 2.3844389626620386e+02);
    private static final LensDistortion COLOUR_LENS = new LensDistortion(
            2.0796615318809061e-01,
            -5.8613825163911781e-01,
            7.2231363135888329e-04,
            1.0479627195765181e-03,
            4.9856986684705107e-01);
    private static final LensDistortion DEPTH_LENS = new LensDistortion(
            -9.9897236553084481e-02,
            3.9065324602765344e-01,
            1.9290592870229277e-03,
            -1.9422022475975055e-03,
            -5.1031725053400578e-01);
    /** From the depth camera to the colour camera: p' = ROTATION·p + TRANSLATION, in metres. */
    private static final double[][] ROTATION = {
        {9.9997798940829263e-01, -5.0359919480810989e-03, -4.3196624923060242e-03},
        {5.0518419386157446e-03, 9.9998051861143999e-01, 3.6662365748484798e-03},
        {4.3011152014118693e-03, -3.6879781309514218e-03, 9.9998394948385538e-01}
    };

    private static final double[] TRANSLATION = {
        -2.5031875059141302e-02, 2.9342312935846411e-04, -6.6238747008330102e-04
    };

    /** For each pixel of the depth camera, x/z and y/z of what it sees. */
    private final double[] rays = new double[WIDTH * HEIGHT * 2];

    NyudKinect() {
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            double[] ray =
                    DEPTH_LENS.remove((i % WIDTH - DEPTH.cx()) / DEPTH.fx(), (i / WIDTH - DEPTH.cy()) / DEPTH.fy());
            rays[2 * i] = ray[0];
            rays[2 * i + 1] = ray[1];
        }
    }

    /** Metres from a raw value; 0 if that means none, or more than the sensor can tell. */
    static double metres(int raw) {
        double metres = NUMERATOR / (OFFSET - raw);
        return metres > 0 && metres <= FARTHEST ? metres : 0;
    }

    /** @throws DataException if the picture is not 640×480 */
    DepthMap register(Path file, PnmFiles.Grey raw) {
        if (raw.width() != WIDTH || raw.height() != HEIGHT) {
            throw new DataException(file + ": found " + raw.width() + "×" + raw.height()
                    + " pixels, expected the Kinect's 640×480; is this NYUDv2 raw data?");
        }
        float[] depth = new float[WIDTH * HEIGHT];
        for (int i = 0; i < depth.length; i++) {
            double z = metres(raw.values()[i]);
            if (z > 0) {
                project(rays[2 * i] * z, rays[2 * i + 1] * z, z, depth);
            }
        }
        return new DepthMap(WIDTH, HEIGHT, depth);
    }

    private static void project(double x, double y, double z, float[] depth) {
        double forward = along(2, x, y, z);
        double[] seen = COLOUR_LENS.apply(along(0, x, y, z) / forward, along(1, x, y, z) / forward);
        long u = Math.round(seen[0] * COLOUR.fx() + COLOUR.cx());
        long v = Math.round(seen[1] * COLOUR.fy() + COLOUR.cy());
        if (u >= 0 && u < WIDTH && v >= 0 && v < HEIGHT) {
            int at = (int) (v * WIDTH + u);
            if (depth[at] == 0 || forward < depth[at]) {
                depth[at] = (float) forward;
            }
        }
    }

    private static double along(int axis, double x, double y, double z) {
        double[] row = ROTATION[axis];
        return row[0] * x + row[1] * y + row[2] * z + TRANSLATION[axis];
    }

    /**
     * Brown's model: radial k1, k2, k3 and tangential p1, p2, in normalised image coordinates.
     */
    record LensDistortion(double k1, double k2, double p1, double p2, double k3) {
        private static final int ROUNDS = 20;

        /** Where a ray that should be at (x, y) is seen. */
        double[] apply(double x, double y) {
            double r2 = x * x + y * y;
            double radial = 1 + r2 * (k1 + r2 * (k2 + r2 * k3));
            return new double[] {
                x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x), y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y
            };
        }

        /** Where a ray should be that is seen at (x, y), by iteration. */
        double[] remove(double x, double y) {
            double[] at = {x, y};
            for (int round = 0; round < ROUNDS; round++) {
                double[] seen = apply(at[0], at[1]);
                at[0] += x - seen[0];
                at[1] += y - seen[1];
            }
            return at;
        }
    }
}
