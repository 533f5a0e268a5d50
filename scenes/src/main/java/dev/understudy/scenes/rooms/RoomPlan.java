package dev.understudy.scenes.rooms;

import dev.understudy.scenes.space.Affine;
import dev.understudy.scenes.space.SplitMix;
import dev.understudy.scenes.space.Vec;
import dev.understudy.scenes.trace.Assembly;
import dev.understudy.scenes.trace.Assembly.Furniture;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who stands where in a room that spans [0, length]×[0, width]×[0, height]: hands out places that do not overlap. Walls
 * are numbered 0–3 counter-clockwise from y = 0; a wall's places have y into the room. One per room, for one thread.
 */
final class RoomPlan {
    private static final int TRIES = 30;
    private static final double SLACK = 0.015;

    private final double length;
    private final double width;
    private final double height;
    private final SplitMix random;
    private final List<double[]> taken = new ArrayList<>();

    RoomPlan(double length, double width, double height, SplitMix random) {
        this.length = length;
        this.width = width;
        this.height = height;
        this.random = random;
    }

    double length() {
        return length;
    }

    double width() {
        return width;
    }

    double height() {
        return height;
    }

    double wallLength(int wall) {
        return wall % 2 == 0 ? length : width;
    }

    /** The frame at a place of a wall: x along it, y into the room, z up. */
    Affine wallFrame(int wall, double along, double z) {
        Vec origin = switch (wall) {
            case 0 -> new Vec(along, 0, z);
            case 1 -> new Vec(length, along, z);
            case 2 -> new Vec(length - along, width, z);
            default -> new Vec(0, width - along, z);
        };
        return Affine.shift(origin.x(), origin.y(), origin.z()).of(Affine.yaw(wall * StrictMath.PI / 2));
    }

    /** Where a piece was put: its wall, the middle of its back along the wall, and its frame. */
    record Spot(int wall, double along, Affine frame) {}

    /**
     * Puts the piece against some wall where it fits.
     *
     * @param z its lower edge
     * @param clearance metres before it that stay free of all that comes later
     * @return null if nowhere
     */
    @Nullable
    Spot put(Assembly room, Furniture piece, double z, double clearance) {
        for (int i = 0; i < TRIES; i++) {
            int wall = random.below(4);
            double free = wallLength(wall) - piece.width();
            if (free > 0) {
                // Corners are popular.
                double where = random.chance(0.25) ? random.below(2) : random.uniform();
                double along = piece.width() / 2 + free * Math.max(0.01, Math.min(0.99, where));
                Spot spot = putAt(room, piece, wall, along, z, clearance);
                if (spot != null) {
                    return spot;
                }
            }
        }
        return null;
    }

    /** Puts the piece at a place of a wall if that is free. */
    @Nullable
    Spot putAt(Assembly room, Furniture piece, int wall, double along, double z, double clearance) {
        double half = piece.width() / 2;
        if (along < half || along > wallLength(wall) - half || z + piece.height() > height - 0.02) {
            return null;
        }
        Affine frame = wallFrame(wall, along, z);
        if (!take(frame, piece, clearance)) {
            return null;
        }
        piece.build(room.at(frame.of(Affine.shift(0, 0.004, 0))));
        return new Spot(wall, along, frame);
    }

    /** Puts the piece in the open, its middle at (x, y), if that is free. */
    boolean stand(Assembly room, Furniture piece, double x, double y, double yaw) {
        Affine frame = Affine.shift(x, y, 0).of(Affine.yaw(yaw)).of(Affine.shift(0, -piece.depth() / 2, 0));
        return standIn(room, piece, frame);
    }

    /** Puts the piece into a frame of its own, if that is free and within the room. */
    boolean standIn(Assembly room, Furniture piece, Affine frame) {
        if (!take(frame, piece, 0)) {
            return false;
        }
        piece.build(room.at(frame));
        return true;
    }

    private boolean take(Affine frame, Furniture piece, double clearance) {
        double[] box = volume(frame, piece, clearance);
        if (box[0] < -0.01 || box[1] < -0.01 || box[3] > length + 0.01 || box[4] > width + 0.01) {
            return false;
        }
        for (double[] other : taken) {
            if (overlap(box, other, -SLACK)) {
                return false;
            }
        }
        taken.add(box);
        return true;
    }

    private static double[] volume(Affine frame, Furniture piece, double clearance) {
        double far = Double.POSITIVE_INFINITY;
        double[] box = {far, far, far, -far, -far, -far};
        for (int corner = 0; corner < 8; corner++) {
            Vec p = frame.point(new Vec(
                    (corner & 1) == 0 ? -piece.width() / 2 : piece.width() / 2,
                    (corner & 2) == 0 ? 0 : piece.depth() + clearance,
                    (corner & 4) == 0 ? 0 : piece.height()));
            double[] c = {p.x(), p.y(), p.z()};
            for (int i = 0; i < 3; i++) {
                box[i] = Math.min(box[i], c[i]);
                box[i + 3] = Math.max(box[i + 3], c[i]);
            }
        }
        return box;
    }

    private static boolean overlap(double[] a, double[] b, double margin) {
        for (int i = 0; i < 3; i++) {
            if (a[i] - margin >= b[i + 3] || b[i] - margin >= a[i + 3]) {
                return false;
            }
        }
        return true;
    }

    /** Whether a camera at this place keeps {@code margin} metres from walls and things. */
    boolean airy(Vec p, double margin) {
        if (p.x() < margin || p.y() < margin || p.x() > length - margin || p.y() > width - margin) {
            return false;
        }
        double[] box = {p.x(), p.y(), p.z(), p.x(), p.y(), p.z()};
        return taken.stream().noneMatch(other -> overlap(box, other, margin));
    }

    /** The indices of the nyud40 classes that occur in rendered rooms. */
    static final class Nyud40 {
        static final int WALL = 0;
        static final int FLOOR = 1;
        static final int CABINET = 2;
        static final int BED = 3;
        static final int CHAIR = 4;
        static final int SOFA = 5;
        static final int TABLE = 6;
        static final int DOOR = 7;
        static final int WINDOW = 8;
        static final int BOOKSHELF = 9;
        static final int PICTURE = 10;
        static final int COUNTER = 11;
        static final int DESK = 13;
        static final int CURTAIN = 15;
        static final int DRESSER = 16;
        static final int PILLOW = 17;
        static final int FLOOR_MAT = 19;
        static final int CEILING = 21;
        static final int REFRIGERATOR = 23;
        static final int TELEVISION = 24;
        static final int BOX = 28;
        static final int WHITEBOARD = 29;
        static final int NIGHT_STAND = 31;
        static final int LAMP = 34;

        private Nyud40() {}
    }
}
