package dev.understudy.labeler.repair;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.labeler.context.CellGrid;
import dev.understudy.labeler.context.EvidenceWindows;
import dev.understudy.labeler.repair.PictureProjection.Lerp;
import java.util.Arrays;
import java.util.List;

/**
 * From probabilities by cell back to pixels: interpolated bilinearly, then corrected by how far the experts'
 * probability of the class at the pixel is from that of its surroundings, q ∝ up(q)·(P + ε)/(up(P) + ε). Edges lie
 * where the experts see them; where the cells say what the experts say, each pixel gets the experts' own answer.
 */
final class PixelAnswer {
    private static final float FLOOR = 0.01f;
    private static final int LEVELS = 255;
    /** Steps of the table of −p·ln p. */
    private static final int STEPS = 4096;

    private static final float[] SURPRISE = surprise();

    private final int classes;
    private final int topK;

    /** @param topK classes kept for each pixel, at most {@code classes} */
    PixelAnswer(int classes, int topK) {
        this.classes = classes;
        this.topK = topK;
    }

    private static float[] surprise() {
        float[] table = new float[STEPS + 2];
        for (int i = 1; i < STEPS; i++) {
            double p = (double) i / STEPS;
            table[i] = (float) (-p * StrictMath.log(p));
        }
        return table;
    }

    /**
     * @param cells [cells,classes] probabilities
     * @param experts by store the classes that it can say
     * @param windows by store, of the evidence of {@code evidence}
     */
    SegmentationEvidence of(
            CellGrid grid,
            float[] cells,
            List<int[]> experts,
            List<EvidenceWindows> windows,
            List<SegmentationEvidence> evidence) {
        Frame frame = new Frame(grid, cells, said(grid, classes, experts, windows), evidence);
        int pixels = grid.width() * grid.height();
        byte[] top = new byte[topK * pixels];
        byte[] probability = new byte[topK * pixels];
        byte[] entropy = new byte[pixels];
        for (int y = 0; y < grid.height(); y++) {
            frame.row(y, top, probability, entropy);
        }
        return new SegmentationEvidence(
                topK, top, probability, entropy, agreement(top, pixels, evidence), views(pixels, evidence));
    }

    /** [cells,classes], the mean over the experts of what each cell's pixels have. */
    static float[] said(CellGrid grid, int classes, List<int[]> experts, List<EvidenceWindows> windows) {
        float[] mean = new float[grid.cells() * classes];
        for (int store = 0; store < experts.size(); store++) {
            for (int i = 0; i < experts.get(store).length; i++) {
                float[] plane = windows.get(store).own()[i];
                int index = experts.get(store)[i];
                for (int cell = 0; cell < plane.length; cell++) {
                    mean[cell * classes + index] += plane[cell] / experts.size();
                }
            }
        }
        return mean;
    }

    /** The share of the experts' views whose own winner is the label, the mean over the experts. */
    static byte[] agreement(byte[] labels, int pixels, List<SegmentationEvidence> evidence) {
        byte[] agreement = new byte[pixels];
        for (int pixel = 0; pixel < pixels; pixel++) {
            int sum = 0;
            for (SegmentationEvidence one : evidence) {
                sum += one.classes()[pixel] == labels[pixel] ? one.agreement()[pixel] & 0xFF : 0;
            }
            agreement[pixel] = (byte) ((sum + evidence.size() / 2) / evidence.size());
        }
        return agreement;
    }

    /** Of fused evidence as many as had a say there; 1 of single frames. */
    static byte[] views(int pixels, List<SegmentationEvidence> evidence) {
        byte[] views = evidence.get(0).views().clone();
        if (views.length == 0) {
            views = new byte[pixels];
            Arrays.fill(views, (byte) 1);
        }
        return views;
    }

    private final class Frame {
        private final CellGrid grid;
        private final float[][] cells;
        private final float[][] own;
        private final List<SegmentationEvidence> evidence;
        private final Lerp[] across;
        private final Lerp[] down;
        private final float[][] cellRow;
        private final float[][] ownRow;
        private final float[] answer = new float[classes];
        private final float[] around = new float[classes];
        private final float[] pixel = new float[classes];
        private final int[] best = new int[topK];

        Frame(CellGrid grid, float[] cells, float[] own, List<SegmentationEvidence> evidence) {
            this.grid = grid;
            this.cells = rows(cells);
            this.own = rows(own);
            this.evidence = evidence;
            across = Lerp.of(grid.width(), grid.columns());
            down = Lerp.of(grid.height(), grid.rows());
            cellRow = new float[grid.columns()][classes];
            ownRow = new float[grid.columns()][classes];
        }

        /** An array a cell: see {@link Products} for why. */
        private float[][] rows(float[] flat) {
            float[][] rows = new float[grid.cells()][];
            for (int cell = 0; cell < rows.length; cell++) {
                rows[cell] = Arrays.copyOfRange(flat, cell * classes, (cell + 1) * classes);
            }
            return rows;
        }

        void row(int y, byte[] top, byte[] probability, byte[] entropy) {
            mixRows(down[y], cells, cellRow);
            mixRows(down[y], own, ownRow);
            for (int x = 0; x < grid.width(); x++) {
                int at = y * grid.width() + x;
                read(at, 1);
                answer(across[x]);
                read(at, 0);
                rank(at, top, probability);
                entropy[at] = entropy();
            }
        }

        private void mixRows(Lerp y, float[][] source, float[][] target) {
            for (int column = 0; column < target.length; column++) {
                mix(
                        source[y.from() * target.length + column],
                        source[y.to() * target.length + column],
                        y.share(),
                        target[column]);
            }
        }

        private static void mix(float[] a, float[] b, float share, float[] target) {
            for (int i = 0; i < target.length; i++) {
                target[i] = a[i] + share * (b[i] - a[i]);
            }
        }

        /** Puts the experts' mean probabilities of a pixel into their places, or zeros there. */
        private void read(int at, int on) {
            float unit = (float) on / (LEVELS * evidence.size());
            for (SegmentationEvidence one : evidence) {
                for (int i = at; i < one.classes().length; i += one.pixels()) {
                    int index = one.classes()[i] & 0xFF;
                    if (index < classes) {
                        pixel[index] = on == 0 ? 0 : pixel[index] + unit * (one.probability()[i] & 0xFF);
                    }
                }
            }
        }

        private void answer(Lerp x) {
            mix(cellRow[x.from()], cellRow[x.to()], x.share(), answer);
            mix(ownRow[x.from()], ownRow[x.to()], x.share(), around);
            correct(answer, pixel, around);
            float sum = 0;
            for (int i = 0; i < classes; i++) {
                sum += answer[i];
            }
            scale(answer, 1 / sum);
        }

        private static void correct(float[] answer, float[] pixel, float[] around) {
            for (int i = 0; i < answer.length; i++) {
                answer[i] *= (pixel[i] + FLOOR) / (around[i] + FLOOR);
            }
        }

        private static void scale(float[] answer, float scale) {
            for (int i = 0; i < answer.length; i++) {
                answer[i] *= scale;
            }
        }

        private byte entropy() {
            float sum = 0;
            for (int i = 0; i < classes; i++) {
                float place = answer[i] * STEPS;
                int below = (int) place;
                sum += SURPRISE[below] + (place - below) * (SURPRISE[below + 1] - SURPRISE[below]);
            }
            double share = classes == 1 ? 0 : sum / StrictMath.log(classes);
            return (byte) Math.min(LEVELS, Math.round(share * LEVELS));
        }

        /** Insertion of each class that is above the least of those kept; of equals the lower index comes first. */
        private void rank(int at, byte[] top, byte[] probability) {
            int pixels = grid.width() * grid.height();
            int kept = 0;
            float least = Float.NEGATIVE_INFINITY;
            for (int i = 0; i < classes; i++) {
                if (answer[i] > least) {
                    int place = kept < topK ? kept++ : kept - 1;
                    while (place > 0 && answer[i] > answer[best[place - 1]]) {
                        best[place] = best[place - 1];
                        place--;
                    }
                    best[place] = i;
                    least = kept < topK ? least : answer[best[kept - 1]];
                }
            }
            for (int rank = 0; rank < topK; rank++) {
                top[rank * pixels + at] = (byte) best[rank];
                probability[rank * pixels + at] = (byte) Math.round(answer[best[rank]] * LEVELS);
            }
        }
    }
}
