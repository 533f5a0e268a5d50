package dev.understudy.labeler.surface;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.image.LabelMap;

/**
 * Which classes are found on surfaces that lie so, counted in annotated frames: floors low and facing up, ceilings high
 * and facing down. As a factor on an expert's probabilities it is P(class | cell) ÷ P(class), which leaves alone what
 * the expert knows of how common classes are. Immutable.
 */
public final class TiltHeightPrior {
    /**
     * Pixels of a picture of 160×120 that each cell is taken to have seen beforehand, spread as classes are everywhere.
     */
    private static final double PRIOR_PIXELS = 200;

    private static final double REFERENCE_PIXELS = 160 * 120;
    private static final double RAREST = 1e-5;

    private final int classes;
    private final double[] shares;
    private final float[] logRatio;

    private TiltHeightPrior(int classes, double[] shares, float[] logRatio) {
        this.classes = classes;
        this.shares = shares;
        this.logRatio = logRatio;
    }

    /** @param frames those with both depth and segmentation count */
    public static TiltHeightPrior count(FrameSource frames, int classes) {
        double[] counts = new double[TiltHeight.CELLS * classes];
        for (int i = 0; i < frames.size(); i++) {
            if (frames.record(i).segmentation() != null && frames.record(i).depth() != null) {
                Frame frame = frames.read(i);
                LabelMap truth = frame.segmentation();
                if (truth != null) {
                    add(TiltHeight.cells(frame), truth, counts, classes);
                }
            }
        }
        return of(counts, classes);
    }

    private static void add(int[] cells, LabelMap truth, double[] counts, int classes) {
        double one = REFERENCE_PIXELS / cells.length;
        for (int pixel = 0; pixel < cells.length; pixel++) {
            if (cells[pixel] >= 0 && truth.classAt(pixel) < classes) {
                counts[cells[pixel] * classes + truth.classAt(pixel)] += one;
            }
        }
    }

    /** @param counts [cell·classes + class], pixels */
    static TiltHeightPrior of(double[] counts, int classes) {
        double[] share = new double[classes];
        double all = 0;
        for (int i = 0; i < counts.length; i++) {
            share[i % classes] += counts[i];
            all += counts[i];
        }
        for (int c = 0; all > 0 && c < classes; c++) {
            share[c] /= all;
        }
        float[] logRatio = new float[counts.length];
        for (int cell = 0; all > 0 && cell < counts.length / classes; cell++) {
            double seen = 0;
            for (int c = 0; c < classes; c++) {
                seen += counts[cell * classes + c];
            }
            for (int c = 0; c < classes; c++) {
                double overall = share[c];
                double here = (counts[cell * classes + c] + PRIOR_PIXELS * overall) / (seen + PRIOR_PIXELS);
                logRatio[cell * classes + c] = (float) Math.log(Math.max(here, RAREST) / Math.max(overall, RAREST));
            }
        }
        return new TiltHeightPrior(classes, share, logRatio);
    }

    /** By class index, of all counted pixels; all 0 if there were none. */
    public double[] shares() {
        return shares.clone();
    }

    /** ln of P(class | cell) ÷ P(class); 0 where nothing is known. */
    float logRatio(int cell, int label) {
        return cell < 0 || label >= classes ? 0 : logRatio[cell * classes + label];
    }
}
