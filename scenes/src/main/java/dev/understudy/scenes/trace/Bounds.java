package dev.understudy.scenes.trace;

import dev.understudy.scenes.space.Affine;

/** Axis-aligned boxes as six doubles: min x, y, z, max x, y, z. */
final class Bounds {
    private Bounds() {}

    static double[] empty() {
        double far = Double.POSITIVE_INFINITY;
        return new double[] {far, far, far, -far, -far, -far};
    }

    static double[] of(Solid solid) {
        Affine m = solid.place();
        double x;
        double y;
        double z;
        if (solid.shape() == Shape.BOX || solid.shape() == Shape.FRUSTUM) {
            x = Math.abs(m.xx()) + Math.abs(m.xy()) + Math.abs(m.xz());
            y = Math.abs(m.yx()) + Math.abs(m.yy()) + Math.abs(m.yz());
            z = Math.abs(m.zx()) + Math.abs(m.zy()) + Math.abs(m.zz());
        } else {
            x = Math.sqrt(m.xx() * m.xx() + m.xy() * m.xy() + m.xz() * m.xz());
            y = Math.sqrt(m.yx() * m.yx() + m.yy() * m.yy() + m.yz() * m.yz());
            z = Math.sqrt(m.zx() * m.zx() + m.zy() * m.zy() + m.zz() * m.zz());
        }
        double k = solid.shape() == Shape.FRUSTUM ? Math.max(1, solid.taper()) : 1;
        x = x * k + 1e-9;
        y = y * k + 1e-9;
        z = z * k + 1e-9;
        return new double[] {m.tx() - x, m.ty() - y, m.tz() - z, m.tx() + x, m.ty() + y, m.tz() + z};
    }

    static void grow(double[] box, double[] other) {
        for (int i = 0; i < 3; i++) {
            box[i] = Math.min(box[i], other[i]);
            box[i + 3] = Math.max(box[i + 3], other[i + 3]);
        }
    }

    static double area(double[] box) {
        double x = box[3] - box[0];
        double y = box[4] - box[1];
        double z = box[5] - box[2];
        return x < 0 ? 0 : x * y + y * z + z * x;
    }
}
