package dev.understudy.labeler.fusion;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.PinholeView;
import dev.understudy.dataset.image.DepthMap;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a frame's evidence from the map and from the experts' own evidence of the frame. A pixel whose place two
 * views or more agree on gets their posterior with a share of its own; any other keeps what it had. Agreement becomes
 * the share of the views that answer the pixel's class. Not safe for several threads.
 */
final class ReadBack {
    private static final int WHOLE = PosteriorMap.WHOLE;
    /** That the weight of a pixel's own posterior is a whole number of. */
    private static final int STEPS = 256;

    private static final int LEVELS = 255;

    /** Cells that are kept settled: many more than a row of a picture goes through. */
    private static final int SETTLED = 1 << 11;

    private final VoxelGrid grid;
    private final int topK;
    private final int ownWeight;
    private final double farthest;
    private final Posterior posterior;
    /** Nothing in common. */
    private final Posterior.Common nothing = new Posterior.Common();

    private final Settled[] settled = new Settled[SETTLED];

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
        Arrays.setAll(settled, place -> new Settled());
        nothing.clear();
    }

    /** @param fusedPixels whose posterior other views have a part in */
    record Answer(SegmentationEvidence evidence, int fusedPixels) {}

    /** The frame as it was: with one expert its very bytes, with several the mean of theirs. */
    SegmentationEvidence own(List<SegmentationEvidence> experts) {
        SegmentationEvidence target = empty(experts);
        int[] whole = shares(STEPS, experts.size());
        for (int pixel = 0; pixel < target.pixels(); pixel++) {
            keep(pixel, experts.toArray(SegmentationEvidence[]::new), whole, target);
        }
        return target;
    }

    Answer fused(PosteriorMap map, PinholeView view, DepthMap depth, List<SegmentationEvidence> experts) {
        SegmentationEvidence target = empty(experts);
        Frame frame = new Frame(map, view, depth.metres(), experts, target);
        int count = 0;
        for (int row = 0; row < view.height(); row++) {
            count += frame.fuse(row);
        }
        return new Answer(target, count);
    }

    /** A frame at work. */
    private final class Frame {
        private final PosteriorMap map;
        private final FrameRow frameRow;
        private final SegmentationEvidence[] experts;
        /** Whose share of a fused pixel is not 0. */
        private final SegmentationEvidence[] weighed;

        private final SegmentationEvidence target;
        private final int[] own;
        private final int[] whole;
        private final int[] shares;
        private final RowCells rowCells;
        /** Of a row, by column; −1 for a pixel that keeps what it had. */
        private final int[] cells;
        /** Of pixels that name few classes. */
        private final @Nullable PosteriorRow few;
        /** By place there. */
        private final Settled[] ofFew;

        Frame(
                PosteriorMap map,
                PinholeView view,
                float[] metres,
                List<SegmentationEvidence> experts,
                SegmentationEvidence target) {
            this.map = map;
            this.frameRow = new FrameRow(experts, target, view.width());
            this.experts = frameRow.experts().toArray(SegmentationEvidence[]::new);
            this.weighed = ownWeight == 0 ? new SegmentationEvidence[0] : this.experts;
            this.target = frameRow.target();
            this.own = ReadBack.shares(ownWeight, experts.size());
            this.whole = ReadBack.shares(STEPS, experts.size());
            this.shares = new int[map.classes().size()];
            this.rowCells = new RowCells(map, grid, view, metres, farthest);
            this.cells = rowCells.cells();
            this.few = weighed.length == 1 && target.topK() <= Posterior.FEW
                    ? new PosteriorRow(posterior, view.width(), target.topK())
                    : null;
            this.ofFew = new Settled[view.width()];
            for (Settled one : settled) {
                one.cell = -1;
                one.waiting = false;
            }
        }

        /** @return how many pixels of a row are fused */
        int fuse(int row) {
            frameRow.take(row);
            rowCells.find(row);
            int count = few == null ? fuseAny() : fuseFew(few);
            frameRow.put(row);
            return count;
        }

        private int fuseAny() {
            int count = 0;
            for (int pixel = 0; pixel < cells.length; pixel++) {
                int cell = cells[pixel];
                if (cell < 0) {
                    keep(pixel, experts, whole, target);
                } else {
                    Settled ofCell = settled[cell & SETTLED - 1];
                    if (ofCell.cell != cell) {
                        settle(map, cell, shares, ofCell);
                    }
                    fuse(pixel, ofCell);
                    count++;
                }
            }
            return count;
        }

        private void fuse(int pixel, Settled ofCell) {
            posterior.store(ofCell.common, weighed, own, pixel, target, cells.length);
            ofCell.tell(map, pixel, target);
        }

        /** Pixels mostly are of the cell that the one to their left is of, and name the same classes. */
        private int fuseFew(PosteriorRow few) {
            int count = 0;
            byte[] changes = frameRow.changes();
            byte[] classes = weighed[0].classes();
            frameRow.keep();
            int last = -1;
            Settled ofCell = settled[0];
            Naming naming = null;
            for (int pixel = 0; pixel < cells.length; pixel++) {
                int cell = cells[pixel];
                if (cell < 0) {
                    last = cell;
                    continue;
                }
                if (cell != last) {
                    ofCell = settled(cell, few);
                }
                if (naming == null || cell != last || changes[pixel] != 0) {
                    naming = posterior.naming(ofCell.common, few.name(classes, pixel), weighed, pixel, cells.length);
                }
                last = cell;
                if (naming.isPlain()) {
                    ofFew[few.size()] = ofCell;
                    ofCell.waiting = true;
                    few.add(pixel, ofCell.common, naming);
                } else {
                    fuse(pixel, ofCell);
                }
                count++;
            }
            store(few);
            return count;
        }

        /** A frame comes back to a cell in one row after another. */
        private Settled settled(int cell, PosteriorRow few) {
            Settled there = settled[cell & SETTLED - 1];
            if (there.cell != cell) {
                if (there.waiting) {
                    store(few);
                }
                settle(map, cell, shares, there);
            }
            return there;
        }

        private void store(PosteriorRow few) {
            few.store(weighed[0].probability(), own, target);
            for (int place = 0; place < few.size(); place++) {
                ofFew[place].tell(map, few.column(place), target);
                ofFew[place].waiting = false;
            }
            few.clear();
        }
    }

    /** What is stored of the views' posterior of a cell. */
    private static final class Settled {
        private int cell = -1;
        private final Posterior.Common common = new Posterior.Common();
        private byte views;
        /** Whether a pixel of it is to be stored. */
        private boolean waiting;
        /** Whose agreement was looked up; −1 for none. */
        private int winner;

        private byte agreement;

        /** Writes how many views there are of a pixel, and the share that answers its class. */
        void tell(PosteriorMap map, int pixel, SegmentationEvidence target) {
            target.agreement()[pixel] = agreement(map, target.classes()[pixel]);
            target.views()[pixel] = views;
        }

        /** The share of the views that answer a class, as it is stored. Most pixels of a cell are of the same class. */
        private byte agreement(PosteriorMap map, byte index) {
            if ((index & 0xFF) != winner) {
                int place = map.classes().place(index);
                int votes = place < 0 ? 0 : map.votes(cell, place);
                winner = index & 0xFF;
                agreement = (byte) Math.rint((double) LEVELS * votes / map.views(cell));
            }
            return agreement;
        }
    }

    private SegmentationEvidence empty(List<SegmentationEvidence> experts) {
        return FrameRow.empty(
                experts.size() == 1 ? experts.get(0).topK() : topK,
                experts.get(0).pixels());
    }

    private void settle(PosteriorMap map, int cell, int[] shares, Settled ofCell) {
        map.posterior(cell, shares);
        ofCell.common.clear();
        for (int place = 0; place < shares.length; place++) {
            if (shares[place] > 0) {
                ofCell.common.name(map.classes().at(place), shares[place] * (STEPS - ownWeight) / STEPS);
            }
        }
        ofCell.cell = cell;
        ofCell.views = (byte) Math.min(LEVELS, map.views(cell));
        ofCell.winner = -1;
    }

    /**
     * By stored level of probability, what a class gets of a pixel's own posterior where one of several experts
     * gives it.
     */
    private static int[] shares(int weight, int experts) {
        int[] shares = new int[LEVELS + 1];
        for (int level = 0; level <= LEVELS; level++) {
            shares[level] = level * WHOLE / LEVELS / experts * weight / STEPS;
        }
        return shares;
    }

    private void keep(int pixel, SegmentationEvidence[] experts, int[] whole, SegmentationEvidence target) {
        target.views()[pixel] = 1;
        if (experts.length == 1) {
            copy(pixel, experts[0], target);
            return;
        }
        posterior.store(nothing, experts, whole, pixel, target, target.pixels());
        int agreeing = 0;
        for (SegmentationEvidence evidence : experts) {
            agreeing += evidence.classes()[pixel] == target.classes()[pixel] ? evidence.agreement()[pixel] & 0xFF : 0;
        }
        target.agreement()[pixel] = (byte) Math.rint((double) agreeing / experts.length);
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
