package dev.understudy.labeler.fusion;

/**
 * Space cut into cubes. A voxel's key packs its three whole coordinates into 63 bits.
 *
 * @param side metres
 */
record VoxelGrid(double side) {
    /** What lies outside of the grid has this key. */
    static final long NOWHERE = -1;

    private static final int BITS = 21;
    private static final int HALF = 1 << (BITS - 1);
    private static final long MASK = (1L << BITS) - 1;

    long key(double x, double y, double z) {
        double i = Math.floor(x / side);
        double j = Math.floor(y / side);
        double k = Math.floor(z / side);
        if (!(Math.abs(i) < HALF && Math.abs(j) < HALF && Math.abs(k) < HALF)) {
            return NOWHERE;
        }
        return ((long) i + HALF) << 2 * BITS | ((long) j + HALF) << BITS | ((long) k + HALF);
    }

    /** One that has come to no point yet. */
    Walk walk() {
        return new Walk();
    }

    /**
     * From point to point, most of which are in the voxel that the one before is in: that is told by comparing alone,
     * as finding a voxel takes three divisions.
     */
    final class Walk {
        /** Of a side, that rounding cannot move a border by. */
        private static final double MARGIN = 1e-6;

        private long key = NOWHERE;
        private double left;
        private double right;
        private double bottom;
        private double top;
        private double front;
        private double back;

        /** The {@link VoxelGrid#key} of the next point. */
        long key(double x, double y, double z) {
            if (!holds(x, y, z)) {
                move(x, y, z);
            }
            return key;
        }

        /** Whether a point is certainly in the voxel; one at its border may be too. */
        private boolean holds(double x, double y, double z) {
            return x > left && x < right && y > bottom && y < top && z > front && z < back;
        }

        private void move(double x, double y, double z) {
            key = VoxelGrid.this.key(x, y, z);
            if (key == NOWHERE) {
                left = Double.POSITIVE_INFINITY;
                return;
            }
            double half = (0.5 - MARGIN) * side;
            left = centreX(key) - half;
            right = centreX(key) + half;
            bottom = centreY(key) - half;
            top = centreY(key) + half;
            front = centreZ(key) - half;
            back = centreZ(key) + half;
        }
    }

    double centreX(long key) {
        return ((key >>> 2 * BITS) - HALF + 0.5) * side;
    }

    double centreY(long key) {
        return ((key >>> BITS & MASK) - HALF + 0.5) * side;
    }

    double centreZ(long key) {
        return ((key & MASK) - HALF + 0.5) * side;
    }
}
