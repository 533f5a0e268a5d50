package dev.understudy.scenes.space;

/**
 * An affine map of space: {@code p' = M·p + t} with the 3×3 matrix M row-major.
 */
public record Affine(
        double xx,
        double xy,
        double xz,
        double yx,
        double yy,
        double yz,
        double zx,
        double zy,
        double zz,
        double tx,
        double ty,
        double tz) {

    public static final Affine IDENTITY = scale(1, 1, 1);

    public static Affine scale(double x, double y, double z) {
        return new Affine(x, 0, 0, 0, y, 0, 0, 0, z, 0, 0, 0);
    }

    public static Affine shift(double x, double y, double z) {
        return new Affine(1, 0, 0, 0, 1, 0, 0, 0, 1, x, y, z);
    }

    /** Turns x towards y: counter-clockwise about the vertical axis, in radians. */
    public static Affine yaw(double angle) {
        double c = StrictMath.cos(angle);
        double s = StrictMath.sin(angle);
        return new Affine(c, -s, 0, s, c, 0, 0, 0, 1, 0, 0, 0);
    }

    /** Turns y towards z, in radians. */
    public static Affine tilt(double angle) {
        double c = StrictMath.cos(angle);
        double s = StrictMath.sin(angle);
        return new Affine(1, 0, 0, 0, c, -s, 0, s, c, 0, 0, 0);
    }

    /** Turns z towards x, in radians. */
    public static Affine lean(double angle) {
        double c = StrictMath.cos(angle);
        double s = StrictMath.sin(angle);
        return new Affine(c, 0, s, 0, 1, 0, -s, 0, c, 0, 0, 0);
    }

    /** The map whose columns are the given axes and whose origin is {@code t}. */
    public static Affine axes(Vec x, Vec y, Vec z, Vec t) {
        return new Affine(x.x(), y.x(), z.x(), x.y(), y.y(), z.y(), x.z(), y.z(), z.z(), t.x(), t.y(), t.z());
    }

    /** {@code inner} first, then this. */
    public Affine of(Affine inner) {
        Vec x = direction(new Vec(inner.xx, inner.yx, inner.zx));
        Vec y = direction(new Vec(inner.xy, inner.yy, inner.zy));
        Vec z = direction(new Vec(inner.xz, inner.yz, inner.zz));
        return axes(x, y, z, point(new Vec(inner.tx, inner.ty, inner.tz)));
    }

    public Vec point(Vec p) {
        Vec d = direction(p);
        return new Vec(d.x() + tx, d.y() + ty, d.z() + tz);
    }

    public Vec direction(Vec d) {
        return new Vec(
                xx * d.x() + xy * d.y() + xz * d.z(),
                yx * d.x() + yy * d.y() + yz * d.z(),
                zx * d.x() + zy * d.y() + zz * d.z());
    }

    public Vec origin() {
        return new Vec(tx, ty, tz);
    }

    /** The lengths of the images of the three unit axes. */
    public Vec stretch() {
        return new Vec(new Vec(xx, yx, zx).length(), new Vec(xy, yy, zy).length(), new Vec(xz, yz, zz).length());
    }

    /** The inverse map; the map must not flatten space. */
    public Affine inverse() {
        double a = yy * zz - yz * zy;
        double b = yz * zx - yx * zz;
        double c = yx * zy - yy * zx;
        double k = 1 / (xx * a + xy * b + xz * c);
        Affine m = new Affine(
                a * k,
                (xz * zy - xy * zz) * k,
                (xy * yz - xz * yy) * k,
                b * k,
                (xx * zz - xz * zx) * k,
                (xz * yx - xx * yz) * k,
                c * k,
                (xy * zx - xx * zy) * k,
                (xx * yy - xy * yx) * k,
                0,
                0,
                0);
        Vec t = m.direction(origin());
        return new Affine(m.xx, m.xy, m.xz, m.yx, m.yy, m.yz, m.zx, m.zy, m.zz, -t.x(), -t.y(), -t.z());
    }
}
