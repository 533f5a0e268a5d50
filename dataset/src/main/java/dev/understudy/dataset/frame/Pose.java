package dev.understudy.dataset.frame;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * A rigid motion, camera to world: a rotation and a shift in metres. Immutable.
 *
 * @param xx of the rotation, row by row; the three columns are the camera's axes in the world
 * @param tx of the shift: where the camera is
 */
public record Pose(
        double xx,
        double xy,
        double xz,
        double tx,
        double yx,
        double yy,
        double yz,
        double ty,
        double zx,
        double zy,
        double zz,
        double tz)
        implements Serializable {
    /** At the world's origin, axes as the world's. */
    public static final Pose IDENTITY = new Pose(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0);

    /** How far a matrix may be from a rotation: files print few digits, and some were averaged. */
    private static final double ROTATION_TOLERANCE = 0.02;

    private static final int NUMBERS = 16;

    /**
     * A 4×4 matrix, row by row, as manifests have it.
     *
     * @return empty if it is not a rigid motion: not finite, scaled, mirrored or projective
     */
    public static Optional<Pose> of(List<Double> matrix) {
        if (matrix.size() != NUMBERS || !matrix.stream().allMatch(Double::isFinite)) {
            return Optional.empty();
        }
        Pose pose = new Pose(
                matrix.get(0),
                matrix.get(1),
                matrix.get(2),
                matrix.get(3),
                matrix.get(4),
                matrix.get(5),
                matrix.get(6),
                matrix.get(7),
                matrix.get(8),
                matrix.get(9),
                matrix.get(10),
                matrix.get(11));
        boolean affine = Math.abs(matrix.get(12)) < ROTATION_TOLERANCE
                && Math.abs(matrix.get(13)) < ROTATION_TOLERANCE
                && Math.abs(matrix.get(14)) < ROTATION_TOLERANCE
                && Math.abs(matrix.get(15) - 1) < ROTATION_TOLERANCE;
        return affine && pose.isRotation() ? Optional.of(pose) : Optional.empty();
    }

    /**
     * A shift and a quaternion of any length but 0, as trajectory files have it.
     *
     * @return empty if a number is not finite or the quaternion is nothing
     */
    public static Optional<Pose> of(double tx, double ty, double tz, double qx, double qy, double qz, double qw) {
        double length = Math.sqrt(qx * qx + qy * qy + qz * qz + qw * qw);
        if (!(length > 0) || !Double.isFinite(length) || !Double.isFinite(tx + ty + tz)) {
            return Optional.empty();
        }
        double x = qx / length;
        double y = qy / length;
        double z = qz / length;
        double w = qw / length;
        return Optional.of(new Pose(
                1 - 2 * (y * y + z * z),
                2 * (x * y - z * w),
                2 * (x * z + y * w),
                tx,
                2 * (x * y + z * w),
                1 - 2 * (x * x + z * z),
                2 * (y * z - x * w),
                ty,
                2 * (x * z - y * w),
                2 * (y * z + x * w),
                1 - 2 * (x * x + y * y),
                tz));
    }

    private boolean isRotation() {
        double determinant = xx * (yy * zz - yz * zy) - xy * (yx * zz - yz * zx) + xz * (yx * zy - yy * zx);
        return Math.abs(xx * xx + yx * yx + zx * zx - 1) < ROTATION_TOLERANCE
                && Math.abs(xy * xy + yy * yy + zy * zy - 1) < ROTATION_TOLERANCE
                && Math.abs(xz * xz + yz * yz + zz * zz - 1) < ROTATION_TOLERANCE
                && Math.abs(xx * xy + yx * yy + zx * zy) < ROTATION_TOLERANCE
                && Math.abs(xx * xz + yx * yz + zx * zz) < ROTATION_TOLERANCE
                && Math.abs(xy * xz + yy * yz + zy * zz) < ROTATION_TOLERANCE
                && determinant > 0;
    }

    /** The unit quaternion x, y, z, w of the rotation, w not negative. */
    public double[] quaternion() {
        double trace = xx + yy + zz;
        double[] q;
        if (trace > 0) {
            q = new double[] {zy - yz, xz - zx, yx - xy, trace + 1};
        } else if (xx >= yy && xx >= zz) {
            q = new double[] {1 + xx - yy - zz, xy + yx, xz + zx, zy - yz};
        } else if (yy >= zz) {
            q = new double[] {xy + yx, 1 + yy - xx - zz, yz + zy, xz - zx};
        } else {
            q = new double[] {xz + zx, yz + zy, 1 + zz - xx - yy, yx - xy};
        }
        double length = Math.sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]);
        double sign = q[3] < 0 ? -1 : 1;
        for (int i = 0; i < q.length; i++) {
            q[i] *= sign / length;
        }
        return q;
    }

    /** World to camera of a camera that is there. */
    public Pose inverse() {
        return new Pose(
                xx,
                yx,
                zx,
                -(xx * tx + yx * ty + zx * tz),
                xy,
                yy,
                zy,
                -(xy * tx + yy * ty + zy * tz),
                xz,
                yz,
                zz,
                -(xz * tx + yz * ty + zz * tz));
    }

    /** The 4×4 matrix, row by row, as manifests have it. */
    public List<Double> matrix() {
        return List.of(xx, xy, xz, tx, yx, yy, yz, ty, zx, zy, zz, tz, 0.0, 0.0, 0.0, 1.0);
    }
}
