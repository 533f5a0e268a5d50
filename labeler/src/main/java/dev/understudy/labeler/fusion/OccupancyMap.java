package dev.understudy.labeler.fusion;

import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.frame.PinholeView;
import dev.understudy.dataset.frame.Pose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which voxels of a scene hold a surface: by voxel, in how many views it was hit, and how many views look through it at
 * something behind. A place that was empty before or after, or where depth flew off an edge, is looked through by most.
 * Not safe for several threads.
 */
final class OccupancyMap {
    /** Beside {@link VoxelIndex#BYTES_A_VOXEL}, with the copy that growing makes. */
    static final int BYTES_A_VOXEL = 3 * (2 + 2 + 4);

    /** Depth errs by up to this times the square of the distance: three standard deviations of structured light. */
    private static final double NOISE = 0.0045;

    /** A voxel that many have seen speaks no louder than this many views. */
    private static final int LOUDEST = 8;

    private static final double NEAREST_METRES = 0.1;
    private static final int MOST = Character.MAX_VALUE;

    private final VoxelGrid grid;
    private final VoxelIndex index;
    private char[] hits = new char[64];
    private char[] through = new char[64];
    /** By voxel the last frame that hit it, and 0 for none: counts a frame once. */
    private int[] lastHit = new int[64];

    private int lastFrame;
    private final List<Bounds> bounds = new ArrayList<>();

    OccupancyMap(VoxelGrid grid, int capacity) {
        this.grid = grid;
        this.index = new VoxelIndex(capacity);
    }

    VoxelGrid grid() {
        return grid;
    }

    VoxelIndex index() {
        return index;
    }

    /** Views that hit a voxel. */
    int hits(int voxel) {
        return hits[voxel];
    }

    /** Forgets what was counted; the voxels stay. */
    void clear() {
        Arrays.fill(hits, (char) 0);
        Arrays.fill(through, (char) 0);
    }

    /** Counts the voxels that a frame hits. @return whether there was room for all of them */
    boolean add(SampledView frame) {
        int number = ++lastFrame;
        long last = VoxelGrid.NOWHERE;
        for (long key : frame.keys(grid)) {
            if (key != VoxelGrid.NOWHERE && key != last) {
                last = key;
                int voxel = index.add(key);
                if (voxel < 0) {
                    return false;
                }
                grow(voxel);
                if (hits[voxel] == 0) {
                    bounds(voxel).include(grid.centreX(key), grid.centreY(key), grid.centreZ(key));
                }
                if (lastHit[voxel] != number) {
                    lastHit[voxel] = number;
                    hits[voxel] = (char) Math.min(MOST, hits[voxel] + 1);
                }
            }
        }
        return true;
    }

    private Bounds bounds(int voxel) {
        if (voxel / Bounds.VOXELS == bounds.size()) {
            bounds.add(new Bounds());
        }
        return bounds.get(voxel / Bounds.VOXELS);
    }

    private void grow(int voxel) {
        if (voxel >= hits.length) {
            int length = Math.min(Integer.MAX_VALUE - 8, hits.length + (hits.length >> 1));
            hits = Arrays.copyOf(hits, length);
            through = Arrays.copyOf(through, length);
            lastHit = Arrays.copyOf(lastHit, length);
        }
    }

    /**
     * Counts the voxels that a frame, which has been added, looks through.
     *
     * @return how far it contradicts the other frames: the share of what they have seen in its sight, and its depth
     *     should have met or been stopped before, that it looks through
     */
    double look(SampledView frame) {
        int number = ++lastFrame;
        long last = VoxelGrid.NOWHERE;
        for (long key : frame.keys(grid)) {
            if (key != VoxelGrid.NOWHERE && key != last) {
                last = key;
                lastHit[index.find(key)] = number;
            }
        }
        DepthRange range = DepthRange.of(frame);
        int deepest = 0;
        for (char millimetres : frame.millimetres()) {
            deepest = Math.max(deepest, millimetres);
        }
        Sight sight = new Sight(frame, range, deepest, number);
        Frustum frustum = new Frustum(frame.view());
        for (int part = 0; part < bounds.size(); part++) {
            // What is behind the camera, beside its picture, or behind all that it sees, is most of a large map
            if (bounds.get(part).mayBeIn(frustum) && !isBehind(bounds.get(part), frustum, deepest)) {
                int from = part * Bounds.VOXELS;
                sight.look(from, Math.min(index.size(), from + Bounds.VOXELS));
            }
        }
        return sight.met + sight.missed == 0 ? 0 : (double) sight.missed / (sight.met + sight.missed);
    }

    /** Whether all of a part of the map is farther away than a camera sees. */
    private boolean isBehind(Bounds part, Frustum frustum, int deepest) {
        double nearest = Math.max(NEAREST_METRES, part.least(frustum.depth));
        return isBehind(nearest, deepest) && isBehind(Math.max(nearest, part.most(frustum.depth)), deepest);
    }

    /** The farther, the more depth errs, and from {@code 1 / (2·NOISE)} metres on by more than it grows. */
    private boolean isBehind(double depth, int deepest) {
        return 1000 * (depth - grid.side() - NOISE * depth * depth) > deepest;
    }

    /** What a frame sees of the map, and what it looks through. */
    private final class Sight {
        private final SampledView frame;
        private final DepthRange range;
        private final int deepest;
        private final int number;
        private final double[] pixel = new double[3];
        private long met;
        private long missed;

        Sight(SampledView frame, DepthRange range, int deepest, int number) {
            this.frame = frame;
            this.range = range;
            this.deepest = deepest;
            this.number = number;
        }

        void look(int from, int to) {
            for (int voxel = from; voxel < to; voxel++) {
                if (hits[voxel] > 0) {
                    look(voxel);
                }
            }
        }

        private void look(int voxel) {
            long key = index.key(voxel);
            double x = grid.centreX(key);
            double y = grid.centreY(key);
            double z = grid.centreZ(key);
            double depth = frame.view().depth(x, y, z);
            if (!(depth > NEAREST_METRES) || isBehind(depth, deepest)) {
                return;
            }
            frame.view().toPixel(x, y, z, pixel);
            int sample = frame.sample(pixel[0], pixel[1]);
            if (sample < 0 || range.nearest()[sample] == 0) {
                return;
            }
            double tolerance = grid.side() + NOISE * depth * depth;
            int others = hits[voxel] - (lastHit[voxel] == number ? 1 : 0);
            if (range.nearest()[sample] > 1000 * (depth + tolerance)) {
                through[voxel] = (char) Math.min(MOST, through[voxel] + 1);
                missed += others > 1 ? Math.min(others, LOUDEST) : 0;
            } else if (range.farthest()[sample] >= 1000 * (depth - tolerance)) {
                met += others > 1 ? Math.min(others, LOUDEST) : 0;
            }
        }
    }

    /** What a camera can see, as linear forms that are not negative there. */
    private static final class Frustum {
        private final double[] depth;
        private final List<double[]> forms;

        Frustum(PinholeView view) {
            Pose pose = view.pose();
            Intrinsics lens = view.intrinsics();
            depth = form(pose, 0, 0, 1);
            forms = List.of(
                    form(pose, 0, 0, 1),
                    form(pose, lens.fx(), 0, lens.cx() + 0.5),
                    form(pose, -lens.fx(), 0, view.width() - 0.5 - lens.cx()),
                    form(pose, 0, lens.fy(), lens.cy() + 0.5),
                    form(pose, 0, -lens.fy(), view.height() - 0.5 - lens.cy()));
        }

        /** {@code right·x + down·y + ahead·z} of the camera, as three factors of the world's and what is added. */
        private static double[] form(Pose pose, double right, double down, double ahead) {
            double x = right * pose.xx() + down * pose.xy() + ahead * pose.xz();
            double y = right * pose.yx() + down * pose.yy() + ahead * pose.yz();
            double z = right * pose.zx() + down * pose.zy() + ahead * pose.zz();
            return new double[] {x, y, z, -(x * pose.tx() + y * pose.ty() + z * pose.tz())};
        }
    }

    /** Where voxels with numbers that follow each other lie: frames add them, so mostly beside each other. */
    private static final class Bounds {
        /** Of one, but for the last. */
        private static final int VOXELS = 256;
        /** Much more than rounding makes of a linear form. */
        private static final double MARGIN = 1e-3;

        private final double[] least = {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
        private final double[] most = {Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY};

        void include(double x, double y, double z) {
            include(0, x);
            include(1, y);
            include(2, z);
        }

        private void include(int axis, double value) {
            least[axis] = Math.min(least[axis], value);
            most[axis] = Math.max(most[axis], value);
        }

        boolean mayBeIn(Frustum frustum) {
            for (double[] form : frustum.forms) {
                if (most(form) < 0) {
                    return false;
                }
            }
            return true;
        }

        double most(double[] form) {
            double sum = form[3];
            for (int axis = 0; axis < 3; axis++) {
                sum += form[axis] * (form[axis] > 0 ? most[axis] : least[axis]);
            }
            return sum + MARGIN;
        }

        double least(double[] form) {
            double sum = form[3];
            for (int axis = 0; axis < 3; axis++) {
                sum += form[axis] * (form[axis] > 0 ? least[axis] : most[axis]);
            }
            return sum - MARGIN;
        }
    }

    /**
     * The share of a frame's surface, where it meets that of others or they look through it, that they look through.
     */
    double lookedThrough(SampledView frame) {
        int met = 0;
        int missed = 0;
        long last = VoxelGrid.NOWHERE;
        int voxel = -1;
        for (long key : frame.keys(grid)) {
            if (key != VoxelGrid.NOWHERE) {
                voxel = key == last ? voxel : index.find(key);
                last = key;
                if (!isSurface(voxel)) {
                    missed++;
                } else if (hits[voxel] > 1) {
                    met++;
                }
            }
        }
        return met + missed == 0 ? 0 : (double) missed / (met + missed);
    }

    /** Whether a voxel holds something that stayed; else most look through it. */
    boolean isSurface(int voxel) {
        return through[voxel] < 2 || through[voxel] <= hits[voxel];
    }

    /**
     * By sample the nearest and farthest depth of it and its neighbours, millimetres; 0 where the sample itself has
     * none. At a border of things, and on a surface seen from the side, either may be meant.
     */
    private record DepthRange(char[] nearest, char[] farthest) {
        static DepthRange of(SampledView frame) {
            int columns = frame.columns();
            int rows = frame.rows();
            char[] depth = frame.millimetres();
            // Of three samples beside each other; less one, so that no depth comes out as farther than any
            char[] low = new char[depth.length];
            char[] high = new char[depth.length];
            for (int row = 0, sample = 0; row < rows; row++) {
                for (int column = 0; column < columns; column++, sample++) {
                    int left = depth[column == 0 ? sample : sample - 1];
                    int right = depth[column == columns - 1 ? sample : sample + 1];
                    int own = depth[sample];
                    low[sample] = (char) Math.min((char) (own - 1), Math.min((char) (left - 1), (char) (right - 1)));
                    high[sample] = (char) Math.max(own, Math.max(left, right));
                }
            }
            char[] nearest = new char[depth.length];
            char[] farthest = new char[depth.length];
            for (int row = 0, sample = 0; row < rows; row++) {
                int above = row == 0 ? 0 : -columns;
                int below = row == rows - 1 ? 0 : columns;
                for (int column = 0; column < columns; column++, sample++) {
                    if (depth[sample] > 0) {
                        int least = Math.min(low[sample], Math.min(low[sample + above], low[sample + below]));
                        int most = Math.max(high[sample], Math.max(high[sample + above], high[sample + below]));
                        nearest[sample] = (char) (least + 1);
                        farthest[sample] = (char) most;
                    }
                }
            }
            return new DepthRange(nearest, farthest);
        }
    }
}
