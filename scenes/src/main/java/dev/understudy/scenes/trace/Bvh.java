package dev.understudy.scenes.trace;

import dev.understudy.scenes.space.Affine;
import dev.understudy.scenes.trace.World.Solid;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A tree of bounding boxes over the solids, built by the surface-area heuristic and kept in flat arrays. Children
 * follow their parent depth-first: the left one is the next node, {@code link} names the right one, or for a leaf its
 * first slot.
 */
final class Bvh {
    private static final int LEAF = 2;
    /**
     * What has more than this share of everything's surface is tried for every ray: in the tree it would only swell
     * nodes.
     */
    private static final double LARGE = 0.1;

    private final double[] bounds;
    private final int[] link;
    private final byte[] count;

    private final int[] solidOf;
    private final Shape[] shape;
    private final double[] taper;
    private final boolean[] castsShadow;
    private final double[] toLocal;

    private final double[][] boxes;
    private final int large;
    private int nodes;
    private int slots;

    Bvh(List<Solid> solids) {
        int n = solids.size();
        boxes = new double[n][];
        Integer[] all = new Integer[n];
        for (int i = 0; i < n; i++) {
            boxes[i] = Bounds.of(solids.get(i));
            all[i] = i;
        }
        int most = Math.max(1, 2 * n);
        bounds = new double[6 * most];
        link = new int[most];
        count = new byte[most];
        solidOf = new int[n];
        large = separate(all);
        for (slots = 0; slots < large; slots++) {
            solidOf[slots] = all[slots];
        }
        if (large < n) {
            build(all, large, n);
        }
        shape = new Shape[n];
        taper = new double[n];
        castsShadow = new boolean[n];
        toLocal = new double[12 * n];
        for (int slot = 0; slot < n; slot++) {
            fill(slot, solids.get(solidOf[slot]));
        }
    }

    private void fill(int slot, Solid solid) {
        shape[slot] = solid.shape();
        taper[slot] = solid.taper();
        castsShadow[slot] = solid.castsShadow();
        Affine m = solid.place().inverse();
        double[] rows = {m.xx(), m.xy(), m.xz(), m.tx(), m.yx(), m.yy(), m.yz(), m.ty(), m.zx(), m.zy(), m.zz(), m.tz()
        };
        System.arraycopy(rows, 0, toLocal, 12 * slot, 12);
    }

    /** Moves what spans much of everything to the front, as floors and walls do; returns how many there are. */
    private int separate(Integer[] ids) {
        double[] all = Bounds.empty();
        for (double[] box : boxes) {
            Bounds.grow(all, box);
        }
        double limit = LARGE * Bounds.area(all);
        Arrays.sort(
                ids,
                Comparator.comparing((Integer i) -> Bounds.area(boxes[i]) < limit)
                        .thenComparing(Comparator.naturalOrder()));
        return (int)
                Arrays.stream(boxes).filter(box -> Bounds.area(box) >= limit).count();
    }

    private void build(Integer[] ids, int from, int to) {
        int node = nodes++;
        double[] box = Bounds.empty();
        for (int i = from; i < to; i++) {
            Bounds.grow(box, boxes[ids[i]]);
        }
        System.arraycopy(box, 0, bounds, 6 * node, 6);
        if (to - from <= LEAF) {
            count[node] = (byte) (to - from);
            link[node] = slots;
            for (int i = from; i < to; i++) {
                solidOf[slots++] = ids[i];
            }
            return;
        }
        int best = bestAxis(ids, from, to);
        sort(ids, from, to, best);
        int middle = from + bestSplit(ids, from, to).left();
        build(ids, from, middle);
        link[node] = nodes;
        build(ids, middle, to);
    }

    private int bestAxis(Integer[] ids, int from, int to) {
        int best = 0;
        double cost = Double.POSITIVE_INFINITY;
        for (int candidate = 0; candidate < 3; candidate++) {
            sort(ids, from, to, candidate);
            double c = bestSplit(ids, from, to).cost();
            if (c < cost) {
                cost = c;
                best = candidate;
            }
        }
        return best;
    }

    private void sort(Integer[] ids, int from, int to, int along) {
        Comparator<Integer> byMiddle = Comparator.comparingDouble(i -> boxes[i][along] + boxes[i][along + 3]);
        Arrays.sort(ids, from, to, byMiddle.thenComparing(Comparator.naturalOrder()));
    }

    /** How many solids go left, and what that costs. */
    private record Split(int left, double cost) {}

    private Split bestSplit(Integer[] ids, int from, int to) {
        int n = to - from;
        double[] right = new double[n];
        double[] box = Bounds.empty();
        for (int i = n - 1; i > 0; i--) {
            Bounds.grow(box, boxes[ids[from + i]]);
            right[i] = Bounds.area(box) * (n - i);
        }
        box = Bounds.empty();
        Split best = new Split(1, Double.POSITIVE_INFINITY);
        for (int i = 1; i < n; i++) {
            Bounds.grow(box, boxes[ids[from + i - 1]]);
            double c = Bounds.area(box) * i + right[i];
            if (c < best.cost()) {
                best = new Split(i, c);
            }
        }
        return best;
    }

    /** The solid that a slot of the tree holds. */
    int solid(int slot) {
        return solidOf[slot];
    }

    /** Finds the ray's first solid: sets {@code ray.high} to its distance and {@code ray.slot}, −1 if there is none. */
    void closest(Ray ray) {
        ray.slot = -1;
        for (int slot = 0; slot < large; slot++) {
            meets(ray, slot);
        }
        if (nodes == 0) {
            return;
        }
        double[] pending = ray.pendingNear;
        int depth = 0;
        int node = 0;
        while (true) {
            int inside = count[node];
            if (inside > 0) {
                for (int slot = link[node]; slot < link[node] + inside; slot++) {
                    meets(ray, slot);
                }
            } else {
                int right = link[node];
                double a = entry(ray, 6 * node + 6);
                double b = entry(ray, 6 * right);
                boolean leftFirst = a <= b;
                double near = leftFirst ? a : b;
                if (near < ray.high) {
                    double far = leftFirst ? b : a;
                    if (far < ray.high) {
                        pending[depth] = far;
                        ray.pending[depth++] = leftFirst ? right : node + 1;
                    }
                    node = leftFirst ? node + 1 : right;
                    continue;
                }
            }
            do {
                if (depth == 0) {
                    return;
                }
                depth--;
            } while (pending[depth] >= ray.high);
            node = ray.pending[depth];
        }
    }

    /**
     * Whether anything that casts a shadow lies within the ray's range; {@code ray.slot} is then one such.
     *
     * @param guess a slot to try first, or −1: what shaded the last point mostly shades the next
     */
    boolean occluded(Ray ray, int guess) {
        ray.slot = -1;
        if (guess >= 0 && meets(ray, guess)) {
            return true;
        }
        for (int slot = 0; slot < large; slot++) {
            if (castsShadow[slot] && meets(ray, slot)) {
                return true;
            }
        }
        if (nodes == 0) {
            return false;
        }
        int depth = 0;
        int node = 0;
        while (true) {
            int inside = count[node];
            if (inside > 0) {
                for (int slot = link[node]; slot < link[node] + inside; slot++) {
                    if (castsShadow[slot] && meets(ray, slot)) {
                        return true;
                    }
                }
            } else {
                int right = link[node];
                boolean goRight = entry(ray, 6 * right) < ray.high;
                if (entry(ray, 6 * node + 6) < ray.high) {
                    if (goRight) {
                        ray.pending[depth++] = right;
                    }
                    node++;
                    continue;
                }
                if (goRight) {
                    node = right;
                    continue;
                }
            }
            if (depth == 0) {
                return false;
            }
            node = ray.pending[--depth];
        }
    }

    /** Where the ray enters the node's box, or infinity if it passes by. */
    private double entry(Ray ray, int at) {
        double[] box = bounds;
        double near = (box[at + ray.nearX] - ray.ox) * ray.ix;
        double far = (box[at + 3 - ray.nearX] - ray.ox) * ray.ix;
        double y0 = (box[at + 1 + ray.nearY] - ray.oy) * ray.iy;
        double y1 = (box[at + 4 - ray.nearY] - ray.oy) * ray.iy;
        double z0 = (box[at + 2 + ray.nearZ] - ray.oz) * ray.iz;
        double z1 = (box[at + 5 - ray.nearZ] - ray.oz) * ray.iz;
        near = y0 > near ? y0 : near;
        far = y1 < far ? y1 : far;
        near = z0 > near ? z0 : near;
        far = z1 < far ? z1 : far;
        return near <= far && far > ray.low ? near : Double.POSITIVE_INFINITY;
    }

    private boolean meets(Ray ray, int slot) {
        double[] m = toLocal;
        int i = 12 * slot;
        double ox = m[i] * ray.ox + m[i + 1] * ray.oy + m[i + 2] * ray.oz + m[i + 3];
        double oy = m[i + 4] * ray.ox + m[i + 5] * ray.oy + m[i + 6] * ray.oz + m[i + 7];
        double oz = m[i + 8] * ray.ox + m[i + 9] * ray.oy + m[i + 10] * ray.oz + m[i + 11];
        double dx = m[i] * ray.dx + m[i + 1] * ray.dy + m[i + 2] * ray.dz;
        double dy = m[i + 4] * ray.dx + m[i + 5] * ray.dy + m[i + 6] * ray.dz;
        double dz = m[i + 8] * ray.dx + m[i + 9] * ray.dy + m[i + 10] * ray.dz;
        double t = shape[slot].meet(taper[slot], ox, oy, oz, dx, dy, dz, ray.low, ray.high);
        if (t >= ray.high) {
            return false;
        }
        ray.high = t;
        ray.slot = slot;
        ray.lx = ox + t * dx;
        ray.ly = oy + t * dy;
        ray.lz = oz + t * dz;
        return true;
    }

    /**
     * Writes the local-to-world normal of the local gradient (gx, gy, gz) into the ray: its inverse transpose, at unit
     * length.
     */
    void normal(Ray ray, double gx, double gy, double gz) {
        double[] m = toLocal;
        int i = 12 * ray.slot;
        double x = m[i] * gx + m[i + 4] * gy + m[i + 8] * gz;
        double y = m[i + 1] * gx + m[i + 5] * gy + m[i + 9] * gz;
        double z = m[i + 2] * gx + m[i + 6] * gy + m[i + 10] * gz;
        double k = 1 / Math.sqrt(x * x + y * y + z * z);
        if (x * ray.dx + y * ray.dy + z * ray.dz > 0) {
            k = -k;
        }
        ray.nx = x * k;
        ray.ny = y * k;
        ray.nz = z * k;
    }

    /** Axis-aligned boxes as six doubles: min x, y, z, max x, y, z. */
    private static final class Bounds {
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
}
