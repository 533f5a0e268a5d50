package dev.understudy.dataset.imports.rgbd;

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
