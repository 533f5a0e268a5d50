package dev.understudy.labeler.fusion;

import dev.understudy.dataset.camera.PinholeView;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.image.DepthMap;
import java.util.List;

/**
 * Makes a frame's evidence from the map and from what the experts said of the frame itself. A pixel whose place two
 * views or more agree on gets their posterior with a share of its own; any other keeps what it had. Agreement becomes
 * the share of the views that answer the pixel's class. Not safe for several threads.
 */
final class ReadBack {
    private static final int WHOLE = PosteriorMap.WHOLE;
    /** That the weight of a pixel's own posterior is a whole number of. */
    private static final int STEPS = 256;

    private static final int LEVELS = 255;
    private static final int FEWEST_VIEWS = 2;

    private final VoxelGrid grid;
    private final int topK;
    private final int ownWeight;
    private final double farthest;
    private final Posterior posterior;

    /**
     * @param numberOfClasses of the class space
     * @param topK classes that are kept per pixel; with one expert as many as it gave
     */
    ReadBack(FusionOptions options, int numberOfClasses, int topK) {
        this.grid = new VoxelGrid(options.voxel());
        this.topK = topK;
        this.ownWeight = (int) Math.rint(options.own() * STEPS);
        this.farthest = options.farthest();
        this.posterior = new Posterior(numberOfClasses);
    }

    /** @param fusedPixels of which other views had a say */
    record Answer(SegmentationEvidence evidence, int fusedPixels) {}

    /** The frame as it was: with one expert its very bytes, with several what they say together. */
    SegmentationEvidence own(List<SegmentationEvidence> said) {
        SegmentationEvidence target = empty(said);
        int[] whole = shares(STEPS, said.size());
        for (int pixel = 0; pixel < target.pixels(); pixel++) {
            keep(pixel, said, whole, target);
        }
        return target;
    }

    Answer fused(PosteriorMap map, PinholeView view, DepthMap depth, List<SegmentationEvidence> said) {
        SegmentationEvidence target = empty(said);
        Frame frame = new Frame(map, view, depth.metres(), said, target);
        int count = 0;
        for (int row = 0; row < view.height(); row++) {
            count += frame.fuse(row);
        }
        return new Answer(target, count);
    }

    /** A frame at work. */
    private final class Frame {
        private final PosteriorMap map;
        private final PinholeView view;
        private final float[] metres;
        private final List<SegmentationEvidence> said;
        private final SegmentationEvidence target;
        private final int[] own;
        private final int[] whole;
        private final int[] shares;
        private final double[] world = new double[3];
        /** The cell that is settled in the posterior, or −1. */
        private int last = -1;

        private long lastKey = VoxelGrid.NOWHERE;
        private int lastCell = -1;

        Frame(
                PosteriorMap map,
                PinholeView view,
                float[] metres,
                List<SegmentationEvidence> said,
                SegmentationEvidence target) {
            this.map = map;
            this.view = view;
            this.metres = metres;
            this.said = said;
            this.target = target;
            this.own = ReadBack.shares(ownWeight, said.size());
            this.whole = ReadBack.shares(STEPS, said.size());
            this.shares = new int[map.classes().size()];
        }

        /** @return how many pixels of a row other views had a say in */
        int fuse(int row) {
            int count = 0;
            int pixel = row * view.width();
            for (int column = 0; column < view.width(); column++, pixel++) {
                int cell = cell(column, row, metres[pixel]);
                int views = cell < 0 ? 0 : map.views(cell);
                if (views < FEWEST_VIEWS) {
                    keep(pixel, said, whole, target);
                    last = said.size() == 1 ? last : -1;
                    continue;
                }
                if (cell != last) {
                    load(map, cell, shares);
                    last = cell;
                }
                addOwn(pixel, said, own);
                posterior.store(pixel, target);
                posterior.takeBack();
                int place = map.classes().place(target.classes()[pixel]);
                int votes = place < 0 ? 0 : map.votes(cell, place);
                target.agreement()[pixel] = (byte) Math.rint((double) LEVELS * votes / views);
                target.views()[pixel] = (byte) Math.min(LEVELS, views);
                count++;
            }
            return count;
        }

        /** Most pixels are of the voxel that the one to their left is of, and looking up a voxel waits for memory. */
        private int cell(int column, int row, float depth) {
            long key = depth > 0 && depth <= farthest ? grid.key(view, column, row, depth, world) : VoxelGrid.NOWHERE;
            if (key != lastKey) {
                lastKey = key;
                lastCell = map.cell(key);
            }
            return lastCell;
        }
    }

    private SegmentationEvidence empty(List<SegmentationEvidence> said) {
        int pixels = said.get(0).pixels();
        int kept = said.size() == 1 ? said.get(0).topK() : topK;
        return new SegmentationEvidence(
                kept,
                new byte[Math.multiplyExact(kept, pixels)],
                new byte[kept * pixels],
                new byte[pixels],
                new byte[pixels],
                new byte[pixels]);
    }

    private void load(PosteriorMap map, int cell, int[] shares) {
        posterior.clear();
        map.posterior(cell, shares);
        for (int place = 0; place < shares.length; place++) {
            if (shares[place] > 0) {
                posterior.add(map.classes().at(place), shares[place] * (STEPS - ownWeight) / STEPS);
            }
        }
        posterior.settle();
    }

    /**
     * By stored level of probability, what a class gets of a pixel's own posterior where one of several experts says
     * it.
     */
    private static int[] shares(int weight, int experts) {
        int[] shares = new int[LEVELS + 1];
        for (int level = 0; level <= LEVELS; level++) {
            shares[level] = level * WHOLE / LEVELS / experts * weight / STEPS;
        }
        return shares;
    }

    /** @param shares of {@link #shares} */
    private void addOwn(int pixel, List<SegmentationEvidence> said, int[] shares) {
        if (shares[LEVELS] == 0) {
            return;
        }
        for (int expert = 0; expert < said.size(); expert++) {
            SegmentationEvidence evidence = said.get(expert);
            byte[] classes = evidence.classes();
            byte[] probability = evidence.probability();
            for (int at = pixel; at < classes.length; at += evidence.pixels()) {
                posterior.add(classes[at] & 0xFF, shares[probability[at] & 0xFF]);
            }
        }
    }

    private void keep(int pixel, List<SegmentationEvidence> said, int[] whole, SegmentationEvidence target) {
        target.views()[pixel] = 1;
        if (said.size() == 1) {
            copy(pixel, said.get(0), target);
            return;
        }
        posterior.clear();
        addOwn(pixel, said, whole);
        posterior.store(pixel, target);
        int agreeing = 0;
        for (SegmentationEvidence evidence : said) {
            agreeing += evidence.classes()[pixel] == target.classes()[pixel] ? evidence.agreement()[pixel] & 0xFF : 0;
        }
        target.agreement()[pixel] = (byte) Math.rint((double) agreeing / said.size());
    }

    private static void copy(int pixel, SegmentationEvidence from, SegmentationEvidence target) {
        for (int at = pixel; at < from.classes().length; at += from.pixels()) {
            target.classes()[at] = from.classes()[at];
            target.probability()[at] = from.probability()[at];
        }
        target.entropy()[pixel] = from.entropy()[pixel];
        target.agreement()[pixel] = from.agreement()[pixel];
    }
}
