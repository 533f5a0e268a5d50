package dev.understudy.scenes.trace;

/** A ray on its way, and where it ended. One per thread, refilled for each ray, so that tracing allocates nothing. */
final class Ray {
    final int[] pending = new int[128];
    final double[] pendingNear = new double[128];

    double ox;
    double oy;
    double oz;
    double dx;
    double dy;
    double dz;
    double ix;
    double iy;
    double iz;

    /** 0 where the ray enters boxes at their low side, 3 where at their high side. */
    int nearX;

    int nearY;
    int nearZ;

    /** The range of t that counts; {@code high} is the hit's t afterwards. */
    double low;

    double high;

    /** The tree's slot that was hit, or −1; and the hit on its canonical solid. */
    int slot;

    double lx;
    double ly;
    double lz;

    /** Unit normal in the world, towards where the ray came from. */
    double nx;

    double ny;
    double nz;

    void from(double x, double y, double z) {
        ox = x;
        oy = y;
        oz = z;
    }

    /** The direction need not be a unit vector: t counts in its lengths. */
    void along(double x, double y, double z, double from, double to) {
        dx = x;
        dy = y;
        dz = z;
        ix = 1 / x;
        iy = 1 / y;
        iz = 1 / z;
        nearX = x < 0 ? 3 : 0;
        nearY = y < 0 ? 3 : 0;
        nearZ = z < 0 ? 3 : 0;
        low = from;
        high = to;
    }
}
