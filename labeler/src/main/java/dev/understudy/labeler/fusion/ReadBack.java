package dev.understudy.labeler.fusion;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.PinholeView;
import dev.understudy.dataset.image.DepthMap;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    /** Cells that are kept settled: many more than a row of a picture goes through. */
    private static final int SETTLED = 1 << 11;
    /** Voxels whose cells are remembered. */
    private static final int FOUND_BITS = 13;

    private final VoxelGrid grid;
    private final int topK;
    private final int ownWeight;
    private final double farthest;
    private final Posterior posterior;
    /** Nothing in common. */
    private final Posterior.Common nothing = new Posterior.Common();

    private final Settled[] settled = new Settled[SETTLED];
    /** Of the voxels that were looked up last, by place. */
    private final long[] foundKey = new long[1 << FOUND_BITS];

    private final int[] foundCell = new int[1 << FOUND_BITS];

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

    /** @param fusedPixels of which other views had a say */
    record Answer(SegmentationEvidence evidence, int fusedPixels) {}

    /** The frame as it was: with one expert its very bytes, with several what they say together. */
    SegmentationEvidence own(List<SegmentationEvidence> said) {
        SegmentationEvidence target = empty(said);
        int[] whole = shares(STEPS, said.size());
        for (int pixel = 0; pixel < target.pixels(); pixel++) {
            keep(pixel, said.toArray(SegmentationEvidence[]::new), whole, target);
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
        private final Strip strip;
        private final SegmentationEvidence[] said;
        /** Whose share of a fused pixel is not 0. */
        private final SegmentationEvidence[] heard;

        private final SegmentationEvidence target;
        private final int[] own;
        private final int[] whole;
        private final int[] shares;
        private final RowPlaces places;
        private final VoxelGrid.Voxel voxel = grid.voxel();
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
                List<SegmentationEvidence> said,
                SegmentationEvidence target) {
            this.map = map;
            this.view = view;
            this.metres = metres;
            this.strip = new Strip(said, target, view.width());
            this.said = strip.said.toArray(SegmentationEvidence[]::new);
            this.heard = ownWeight == 0 ? new SegmentationEvidence[0] : this.said;
            this.target = strip.target;
            this.own = ReadBack.shares(ownWeight, said.size());
            this.whole = ReadBack.shares(STEPS, said.size());
            this.shares = new int[map.classes().size()];
            this.cells = new int[view.width()];
            this.places = new RowPlaces(view);
            this.few = heard.length == 1 && target.topK() <= Posterior.FEW
                    ? new PosteriorRow(posterior, view.width(), target.topK())
                    : null;
            this.ofFew = new Settled[view.width()];
            for (Settled one : settled) {
                one.cell = -1;
                one.waiting = false;
            }
            Arrays.fill(foundKey, VoxelGrid.NOWHERE);
            Arrays.fill(foundCell, -1);
        }

        /** @return how many pixels of a row other views had a say in */
        int fuse(int row) {
            strip.take(row);
            find(row);
            int count = few == null ? fuseAny() : fuseFew(few);
            strip.put(row);
            return count;
        }

        private int fuseAny() {
            int count = 0;
            for (int pixel = 0; pixel < cells.length; pixel++) {
                int cell = cells[pixel];
                if (cell < 0) {
                    keep(pixel, said, whole, target);
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
            posterior.store(ofCell.common, heard, own, pixel, target, cells.length);
            ofCell.tell(map, pixel, target);
        }

        /** Pixels mostly are of the cell that the one to their left is of, and name the same classes. */
        private int fuseFew(PosteriorRow few) {
            int count = 0;
            byte[] changes = strip.changes();
            byte[] classes = heard[0].classes();
            strip.keep();
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
                    naming = posterior.naming(ofCell.common, few.name(classes, pixel), heard, pixel, cells.length);
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
            few.store(heard[0].probability(), own, target);
            for (int place = 0; place < few.size(); place++) {
                ofFew[place].tell(map, few.column(place), target);
                ofFew[place].waiting = false;
            }
            few.clear();
        }

        /** Most pixels are of the voxel that the one to their left is of, and looking up a voxel waits for memory. */
        private void find(int row) {
            places.find(view, row, metres);
            double[] x = places.x;
            double[] y = places.y;
            double[] z = places.z;
            long lastKey = voxel.leave();
            int lastCell = -1;
            for (int column = 0, pixel = row * cells.length; column < cells.length; column++, pixel++) {
                float depth = metres[pixel];
                if (!(depth > 0 && depth <= farthest)) {
                    cells[column] = -1;
                    continue;
                }
                if (!voxel.holds(x[column], y[column], z[column])) {
                    long key = voxel.move(x[column], y[column], z[column]);
                    if (key != lastKey) {
                        lastKey = key;
                        lastCell = cell(key);
                    }
                }
                cells[column] = lastCell;
            }
        }

        private int cell(long key) {
            int place = (int) (key * 0x9E3779B97F4A7C15L >>> Long.SIZE - FOUND_BITS);
            if (foundKey[place] != key) {
                foundKey[place] = key;
                int cell = map.cell(key);
                foundCell[place] = cell < 0 || map.views(cell) < FEWEST_VIEWS ? -1 : cell;
            }
            return foundCell[place];
        }
    }

    /** What the views say of a cell. */
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

    /** Where in the world the pixels of a row are: {@link PinholeView#toWorld} of all of them together. */
    private static final class RowPlaces {
        private final double[] aside;
        private final double[] depth;
        private final double[] x;
        private final double[] y;
        private final double[] z;

        RowPlaces(PinholeView view) {
            this.aside = view.aside();
            this.depth = new double[aside.length];
            this.x = new double[aside.length];
            this.y = new double[aside.length];
            this.z = new double[aside.length];
        }

        void find(PinholeView view, int row, float[] metres) {
            for (int column = 0, pixel = row * depth.length; column < depth.length; column++, pixel++) {
                depth[column] = metres[pixel];
            }
            view.toWorld(aside, row, depth, x, y, z);
        }
    }

    /**
     * One row of a frame, copied out: the planes of a whole picture are so far apart, and so often by a multiple of a
     * page, that a pixel of all of them does not stay in the memory next to the processor.
     */
    private static final class Strip {
        private final List<SegmentationEvidence> from;
        private final SegmentationEvidence to;
        private final int width;
        private final List<SegmentationEvidence> said;
        private final SegmentationEvidence target;
        private final byte[] changes;

        Strip(List<SegmentationEvidence> from, SegmentationEvidence to, int width) {
            this.from = from;
            this.to = to;
            this.width = width;
            this.said = from.stream().map(one -> empty(one.topK(), width)).toList();
            this.target = empty(to.topK(), width);
            this.changes = new byte[width];
        }

        void take(int row) {
            for (int i = 0; i < from.size(); i++) {
                SegmentationEvidence one = from.get(i);
                SegmentationEvidence here = said.get(i);
                copy(one.classes(), row * width, one.pixels(), here.classes(), 0, width, one.topK());
                copy(one.probability(), row * width, one.pixels(), here.probability(), 0, width, one.topK());
                copy(one.entropy(), row * width, 0, here.entropy(), 0, 0, 1);
                copy(one.agreement(), row * width, 0, here.agreement(), 0, 0, 1);
            }
        }

        /** The target as one expert's row is, with one view. */
        void keep() {
            SegmentationEvidence one = said.get(0);
            System.arraycopy(one.classes(), 0, target.classes(), 0, one.classes().length);
            System.arraycopy(one.probability(), 0, target.probability(), 0, one.probability().length);
            System.arraycopy(one.entropy(), 0, target.entropy(), 0, width);
            System.arraycopy(one.agreement(), 0, target.agreement(), 0, width);
            Arrays.fill(target.views(), (byte) 1);
        }

        /** By column not 0 where one expert names other classes than of the pixel to the left. */
        byte[] changes() {
            byte[] classes = said.get(0).classes();
            int column = 1;
            for (; column + Long.BYTES <= width; column += Long.BYTES) {
                long eight = 0;
                for (int at = column; at < classes.length; at += width) {
                    eight |= (long) EIGHT.get(classes, at) ^ (long) EIGHT.get(classes, at - 1);
                }
                EIGHT.set(changes, column, eight);
            }
            for (; column < width; column++) {
                int one = 0;
                for (int at = column; at < classes.length; at += width) {
                    one |= classes[at] ^ classes[at - 1];
                }
                changes[column] = (byte) one;
            }
            return changes;
        }

        void put(int row) {
            copy(target.classes(), 0, width, to.classes(), row * width, to.pixels(), to.topK());
            copy(target.probability(), 0, width, to.probability(), row * width, to.pixels(), to.topK());
            copy(target.entropy(), 0, 0, to.entropy(), row * width, 0, 1);
            copy(target.agreement(), 0, 0, to.agreement(), row * width, 0, 1);
            copy(target.views(), 0, 0, to.views(), row * width, 0, 1);
        }

        private void copy(byte[] from, int start, int step, byte[] to, int at, int toStep, int planes) {
            for (int k = 0; k < planes; k++) {
                System.arraycopy(from, start + k * step, to, at + k * toStep, width);
            }
        }
    }

    private static SegmentationEvidence empty(int topK, int pixels) {
        return new SegmentationEvidence(
                topK,
                new byte[Math.multiplyExact(topK, pixels)],
                new byte[topK * pixels],
                new byte[pixels],
                new byte[pixels],
                new byte[pixels]);
    }

    private SegmentationEvidence empty(List<SegmentationEvidence> said) {
        return empty(said.size() == 1 ? said.get(0).topK() : topK, said.get(0).pixels());
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

    private void keep(int pixel, SegmentationEvidence[] said, int[] whole, SegmentationEvidence target) {
        target.views()[pixel] = 1;
        if (said.length == 1) {
            copy(pixel, said[0], target);
            return;
        }
        posterior.store(nothing, said, whole, pixel, target, target.pixels());
        int agreeing = 0;
        for (SegmentationEvidence evidence : said) {
            agreeing += evidence.classes()[pixel] == target.classes()[pixel] ? evidence.agreement()[pixel] & 0xFF : 0;
        }
        target.agreement()[pixel] = (byte) Math.rint((double) agreeing / said.length);
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
