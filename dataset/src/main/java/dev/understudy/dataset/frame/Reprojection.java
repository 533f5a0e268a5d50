package dev.understudy.dataset.frame;

import dev.understudy.dataset.image.DepthMap;
import java.util.Optional;

/**
 * Which pixels of one view see the same piece of surface as another view, by measured depth and pose. Immutable, and
 * safe for use by several threads.
 */
public final class Reprojection {
    /** Metres by which depth may differ where two views meet a surface: half a pixel's slant, and noise. */
    private static final double TOLERANCE = 0.01;
    /** The same by the metre of depth. */
    private static final double TOLERANCE_A_METRE = 0.02;

    private final PinholeView from;
    private final DepthMap fromDepth;
    private final PinholeView to;
    private final DepthMap toDepth;

    /** Where a pixel of the one view is seen in the other. Filled anew at every look. */
    public static final class Place {
        private final double[] pixel = new double[3];
        private final double[] world = new double[3];

        /** Of the pixel's centre, not rounded; within the picture, as is {@link #row}. */
        public double column() {
            return pixel[0];
        }

        public double row() {
            return pixel[1];
        }

        /** Metres from the other camera, by the one view's depth. */
        public double depth() {
            return pixel[2];
        }

        /** Index of the nearest pixel, row by row. */
        public int nearest(int width) {
            return (int) Math.rint(pixel[1]) * width + (int) Math.rint(pixel[0]);
        }
    }

    public Reprojection(PinholeView from, DepthMap fromDepth, PinholeView to, DepthMap toDepth) {
        this.from = from;
        this.fromDepth = fromDepth;
        this.to = to;
        this.toDepth = toDepth;
    }

    /** From one frame to another; empty if either lacks depth, pose or intrinsics. */
    public static Optional<Reprojection> between(Frame from, Frame to) {
        if (from.depth() == null || to.depth() == null) {
            return Optional.empty();
        }
        DepthMap fromDepth = from.depth();
        DepthMap toDepth = to.depth();
        return PinholeView.of(from.record(), from.width(), from.height())
                .flatMap(one -> PinholeView.of(to.record(), to.width(), to.height())
                        .map(other -> new Reprojection(one, fromDepth, other, toDepth)));
    }

    /** Looks for the surface of a pixel in the other view. @return whether it is visible there */
    public boolean look(int pixel, Place place) {
        double depth = fromDepth.metres()[pixel];
        if (!(depth > 0) || !move(pixel, depth, place)) {
            return false;
        }
        double met = toDepth.metres()[place.nearest(to.width())];
        return met > 0 && Math.abs(met - place.depth()) <= TOLERANCE + TOLERANCE_A_METRE * place.depth();
    }

    /**
     * Where a pixel would be seen in the other view if its surface were so far away, whatever is before it.
     *
     * @return whether that lies in front of the other camera and within its picture
     */
    public boolean move(int pixel, double depth, Place place) {
        int width = from.width();
        from.toWorld(pixel % width, pixel / width, depth, place.world);
        to.toPixel(place.world[0], place.world[1], place.world[2], place.pixel);
        return place.pixel[2] > 0
                && place.pixel[0] >= 0
                && place.pixel[1] >= 0
                && place.pixel[0] <= to.width() - 1
                && place.pixel[1] <= to.height() - 1;
    }

    /** How far from the other camera the surface of a pixel would be if it were so far away from its own. */
    public double depthOf(int pixel, double depth, Place place) {
        move(pixel, depth, place);
        return place.pixel[2];
    }
}
