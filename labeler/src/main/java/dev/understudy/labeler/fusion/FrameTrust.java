package dev.understudy.labeler.fusion;

import java.util.BitSet;
import java.util.List;

/**
 * Which frames of a scene are where they say they are. A frame contradicts the others when it looks through surfaces that
 * they have seen, or they through its own. The worst are left out, and the rest judged again without them, since a frame that
 * is wrong makes right ones look bad.
 */
final class FrameTrust {
    private static final int MOST_ROUNDS = 8;
    /** Frames within this share of the worst go together. */
    private static final double AS_BAD = 0.8;

    private FrameTrust() {}

    /**
     * Leaves frames out until none contradicts the rest by more than {@code limit}; the map then counts the others alone.
     *
     * @param map to which all frames have been added
     * @return the frames that are left out
     */
    static BitSet leftOut(OccupancyMap map, List<SampledView> frames, double limit) {
        BitSet left = new BitSet();
        for (int round = 0; round < MOST_ROUNDS; round++) {
            double[] contradiction = judge(map, frames, left);
            double worst = 0;
            for (double value : contradiction) {
                worst = Math.max(worst, value);
            }
            if (worst <= limit) {
                return left;
            }
            for (int frame = 0; frame < contradiction.length; frame++) {
                if (contradiction[frame] > limit && contradiction[frame] >= AS_BAD * worst) {
                    left.set(frame);
                }
            }
            map.clear();
            for (int frame = 0; frame < frames.size(); frame++) {
                if (!left.get(frame)) {
                    map.add(frames.get(frame));
                }
            }
        }
        judge(map, frames, left);
        return left;
    }

    private static double[] judge(OccupancyMap map, List<SampledView> frames, BitSet left) {
        double[] contradiction = new double[frames.size()];
        for (int frame = 0; frame < frames.size(); frame++) {
            contradiction[frame] = left.get(frame) ? 0 : map.look(frames.get(frame));
        }
        for (int frame = 0; frame < frames.size(); frame++) {
            if (!left.get(frame)) {
                contradiction[frame] = Math.max(contradiction[frame], map.lookedThrough(frames.get(frame)));
            }
        }
        return contradiction;
    }
}
