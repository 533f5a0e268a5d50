package dev.understudy.labeler.fusion;

import dev.understudy.dataset.camera.PinholeView;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.image.DepthMap;
import java.util.List;

/**
 * Makes a frame's evidence from the map and from what the experts said of the frame itself. A pixel whose place two views or
 * more agree on gets their posterior with a share of its own; any other keeps what it had. Agreement becomes the share of
 * the views that answer the pixel's class. Not safe for several threads.
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
        int[] shares = new int[map.classes().size()];
        double[] world = new double[3];
        int[] own = shares(ownWeight, said.size());
        int[] whole = shares(STEPS, said.size());
        int last = -1;
        int count = 0;
        long lastKey = VoxelGrid.NOWHERE;
        int lastCell = -1;
        for (int pixel = 0; pixel < target.pixels(); pixel++) {
            float metres = depth.metres()[pixel];
            long key = metres > 0 && metres <= farthest
                    ? grid.key(view, pixel % view.width(), pixel / view.width(), metres, world)
                    : VoxelGrid.NOWHERE;
            // Most pixels are of the voxel that the one to their left is of, and looking up a voxel waits for memory
            int cell = key == lastKey ? lastCell : map.cell(key);
            lastKey = key;
            lastCell = cell;
            if (cell < 0 || map.views(cell) < FEWEST_VIEWS) {
                keep(pixel, said, whole, target);
                last = -1;
                continue;
            }
            if (cell != last) {
                load(map, cell, shares);
                last = cell;
            }
            int named = posterior.count();
            addOwn(pixel, said, own, 1);
            posterior.store(pixel, target);
            addOwn(pixel, said, own, -1);
            posterior.forget(named);
            int place = map.classes().place(target.classes()[pixel]);
            int votes = place < 0 ? 0 : map.votes(cell, place);
            target.agreement()[pixel] = (byte) Math.rint((double) LEVELS * votes / map.views(cell));
            target.views()[pixel] = (byte) Math.min(LEVELS, map.views(cell));
            count++;
        }
        return new Answer(target, count);
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

    /** By stored level of probability, what a class gets of a pixel's own posterior where one of several experts says it. */
    private static int[] shares(int weight, int experts) {
        int[] shares = new int[LEVELS + 1];
        for (int level = 0; level <= LEVELS; level++) {
            shares[level] = level * WHOLE / LEVELS / experts * weight / STEPS;
        }
        return shares;
    }

    /** @param shares of {@link #shares}. @param sign −1 takes back what was added */
    private void addOwn(int pixel, List<SegmentationEvidence> said, int[] shares, int sign) {
        if (shares[LEVELS] == 0) {
            return;
        }
        for (SegmentationEvidence evidence : said) {
            for (int k = 0; k < evidence.topK(); k++) {
                int at = k * evidence.pixels() + pixel;
                posterior.add(evidence.classes()[at] & 0xFF, sign * shares[evidence.probability()[at] & 0xFF]);
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
        addOwn(pixel, said, whole, 1);
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
