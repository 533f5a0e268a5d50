package dev.understudy.labeler.fusion;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.labeler.fusion.FusionOptions.Pooling;
import java.util.Arrays;
import java.util.List;

/**
 * The views' posterior of each voxel in which two or more of them hit a surface: whole-number sums of their
 * posteriors, and how many of them would have answered which class. Not safe for several threads.
 */
final class PosteriorMap {
    /** That a posterior's whole is cut into, when it is read. */
    static final int WHOLE = 1 << 16;

    /** That one view's whole is cut into. */
    private static final int VIEW_WHOLE = 1 << 12;

    private static final int LEVELS = 255;
    private static final int NONE = -1;
    private static final int MOST_VIEWS = Character.MAX_VALUE;
    /** Probability below which a product is told no more. */
    private static final int LEAST = VIEW_WHOLE / 512;
    /** Natural logarithms are kept as whole multiples of 1 / this. */
    private static final int LOG_STEPS = 256;

    private static final int[] LOG = new int[VIEW_WHOLE + 1];

    static {
        for (int part = 0; part <= VIEW_WHOLE; part++) {
            LOG[part] = (int) Math.rint(LOG_STEPS * StrictMath.log((double) Math.max(LEAST, part) / VIEW_WHOLE));
        }
    }

    private final OccupancyMap occupancy;
    private final ClassList classes;
    private final Pooling pooling;
    /** By voxel its cell, or −1. */
    private final int[] cells;
    /** [cell·classes + place]. */
    private final int[] sums;

    private final char[] votes;
    /** By cell. */
    private final char[] views;

    private final int[] scratch;

    /** Bytes a voxel at most. */
    static int bytesAVoxel(int classes) {
        return Integer.BYTES + classes * (Integer.BYTES + Character.BYTES) + Character.BYTES;
    }

    /** @param occupancy of the frames that will be added, and of no others */
    PosteriorMap(OccupancyMap occupancy, ClassList classes, Pooling pooling) {
        this.occupancy = occupancy;
        this.classes = classes;
        this.pooling = pooling;
        this.cells = new int[occupancy.index().size()];
        int count = 0;
        for (int voxel = 0; voxel < cells.length; voxel++) {
            boolean shared = occupancy.hits(voxel) > 1 && occupancy.isSurface(voxel);
            cells[voxel] = shared ? count++ : NONE;
        }
        this.sums = new int[count * classes.size()];
        this.votes = new char[count * classes.size()];
        this.views = new char[count];
        this.scratch = new int[classes.size()];
    }

    int cells() {
        return views.length;
    }

    ClassList classes() {
        return classes;
    }

    /** The cell that a point of the world is in, or −1. */
    int cell(long key) {
        int voxel = key == VoxelGrid.NOWHERE ? NONE : occupancy.index().find(key);
        return voxel < 0 ? NONE : cells[voxel];
    }

    /** How many views have been added to a cell. */
    int views(int cell) {
        return views[cell];
    }

    /** How many of them answer this class. @param place of the class in the list */
    int votes(int cell, int place) {
        return votes[cell * classes.size() + place];
    }

    /**
     * Adds the experts' evidence of a frame. Each voxel gets one posterior of it: the mean over its samples there.
     *
     * @param experts the evidence of each, of the frame's size
     */
    void add(SampledView frame, List<SegmentationEvidence> experts) {
        Runs runs = runsByCell(frame);
        int from = 0;
        while (from < runs.order.length) {
            int to = from + 1;
            while (to < runs.order.length && runs.cell(to) == runs.cell(from)) {
                to++;
            }
            if (views[runs.cell(from)] < MOST_VIEWS) {
                add(runs, from, to, frame, experts);
            }
            from = to;
        }
    }

    /**
     * Samples of a frame that follow each other in one cell.
     *
     * @param order by cell and then by their first sample: the cell in the upper half, the sample in the lower
     * @param lengths by first sample
     */
    private record Runs(long[] order, int[] lengths) {
        int cell(int run) {
            return (int) (order[run] >>> 32);
        }

        int start(int run) {
            return (int) order[run];
        }

        int end(int run) {
            return start(run) + lengths[start(run)];
        }
    }

    private Runs runsByCell(SampledView frame) {
        long[] keys = frame.keys(occupancy.grid());
        int[] lengths = new int[keys.length];
        int count = 0;
        for (int start = 0, end; start < keys.length; start = end) {
            end = start + 1;
            while (end < keys.length && keys[end] == keys[start]) {
                end++;
            }
            int cell = cell(keys[start]);
            if (cell >= 0) {
                lengths[start] = end - start;
                keys[count++] = (long) cell << 32 | start;
            }
        }
        long[] order = Arrays.copyOf(keys, count);
        Arrays.sort(order);
        return new Runs(order, lengths);
    }

    private void add(Runs runs, int from, int to, SampledView frame, List<SegmentationEvidence> experts) {
        Arrays.fill(scratch, 0);
        int samples = 0;
        for (int run = from; run < to; run++) {
            for (int sample = runs.start(run); sample < runs.end(run); sample++) {
                add(frame.pixel(sample), experts);
                samples++;
            }
        }
        int cell = runs.cell(from);
        int whole = LEVELS * samples * experts.size();
        int winner = 0;
        for (int place = 1; place < scratch.length; place++) {
            winner = scratch[place] > scratch[winner] ? place : winner;
        }
        votes[cell * scratch.length + winner]++;
        views[cell]++;
        switch (pooling) {
            case MEAN -> addShares(cell * scratch.length, whole);
            case PRODUCT -> addLogarithms(cell * scratch.length, whole);
        }
    }

    /** Adds a pixel's probabilities to {@link #scratch}. */
    private void add(int pixel, List<SegmentationEvidence> experts) {
        for (SegmentationEvidence evidence : experts) {
            for (int k = 0; k < evidence.topK(); k++) {
                int at = k * evidence.pixels() + pixel;
                int place = classes.place(evidence.classes()[at]);
                if (place >= 0) {
                    scratch[place] += evidence.probability()[at] & 0xFF;
                }
            }
        }
    }

    private void addShares(int start, int whole) {
        for (int place = 0; place < scratch.length; place++) {
            if (scratch[place] > 0) {
                sums[start + place] += share(scratch[place], whole);
            }
        }
    }

    /** Log-probability of a class that a view names over that of each that it does not name. */
    private void addLogarithms(int start, int whole) {
        int rest = VIEW_WHOLE;
        int unnamed = 0;
        for (int levels : scratch) {
            rest -= share(levels, whole);
            unnamed += levels == 0 ? 1 : 0;
        }
        int other = LOG[Math.max(0, rest) / Math.max(1, unnamed)];
        for (int place = 0; place < scratch.length; place++) {
            if (scratch[place] > 0) {
                sums[start + place] += LOG[share(scratch[place], whole)] - other;
            }
        }
    }

    private static int share(int levels, int whole) {
        return (int) Math.min(VIEW_WHOLE, ((long) levels * VIEW_WHOLE + whole / 2) / whole);
    }

    /**
     * @param posterior takes, by place in the list of classes, shares of {@link #WHOLE}; what is missing is of other
     *     classes
     */
    void posterior(int cell, int[] posterior) {
        int start = cell * classes.size();
        switch (pooling) {
            case MEAN -> {
                double portion = 1.0 / Math.max(1, views[cell]);
                for (int place = 0; place < posterior.length; place++) {
                    // Exact: by the half, a quotient is farther from any whole number than a double errs
                    posterior[place] = (int) (((double) sums[start + place] * (WHOLE / VIEW_WHOLE) + 0.5) * portion);
                }
            }
            case PRODUCT -> normalised(start, posterior);
        }
    }

    private void normalised(int start, int[] posterior) {
        int highest = Integer.MIN_VALUE;
        for (int place = 0; place < posterior.length; place++) {
            highest = Math.max(highest, sums[start + place]);
        }
        double all = 0;
        double[] shares = new double[posterior.length];
        for (int place = 0; place < posterior.length; place++) {
            shares[place] = StrictMath.exp((double) (sums[start + place] - highest) / LOG_STEPS);
            all += shares[place];
        }
        for (int place = 0; place < posterior.length; place++) {
            posterior[place] = (int) Math.rint(WHOLE * shares[place] / all);
        }
    }
}
