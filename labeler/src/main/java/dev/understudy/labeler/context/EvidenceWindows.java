package dev.understudy.labeler.context;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.image.LabelMap;
import java.util.Arrays;

/**
 * What an expert's evidence says of each cell, of the 5×5 and the 17×17 cells around it and of the whole frame: the
 * mean probability of each class that the store can say, and of all that is left. Stored are the most probable classes
 * of each pixel; one that is not stored there has probability 0. Four pixels of each cell are looked at, two by two.
 *
 * @param own by class and then the rest, {@code classes + 1} planes of a probability a cell, of the cell itself
 * @param near likewise of 5×5 cells
 * @param far likewise of 17×17 cells
 * @param image by class and then the rest, of the whole frame
 */
public record EvidenceWindows(CellGrid grid, float[][] own, float[][] near, float[][] far, float[] image) {
    private static final int NEAR = 2;
    private static final int FAR = 8;
    /** What keeps the logarithm of a probability that was not stored finite. */
    private static final float FLOOR = 0.004f;

    private static final int FIRST_SAMPLE = 2;
    private static final int SAMPLE_STEP = 4;

    /**
     * @param evidence of a frame of the grid's size, with any number of classes a pixel; entropy and agreement are not
     *     read
     * @param classes indices of the classes that the store can say, rising
     */
    public static EvidenceWindows of(SegmentationEvidence evidence, CellGrid grid, int[] classes) {
        return of(own(evidence, grid, classes), grid);
    }

    /** {@link #own} alone, for who needs few of the windows. */
    public static float[][] own(SegmentationEvidence evidence, CellGrid grid, int[] classes) {
        if (evidence.pixels() != grid.width() * grid.height()) {
            throw new IllegalArgumentException("evidence of " + evidence.pixels() + " pixels for a frame of "
                    + grid.width() + "×" + grid.height());
        }
        return means(evidence, grid, slots(classes), classes.length);
    }

    /** {@link #near} of one class, at the cells whose place is that; the others are left as they are. */
    public static void nearAt(float[] own, CellGrid grid, int[] places, int place, float[] near) {
        WindowMeans.at(own, grid.columns(), grid.rows(), NEAR, places, place, near);
    }

    /** {@link #far} of one class, as {@link #nearAt}. */
    public static void farAt(float[] own, CellGrid grid, int[] places, int place, float[] far) {
        WindowMeans.at(own, grid.columns(), grid.rows(), FAR, places, place, far);
    }

    /** {@link #image} of one class. */
    public static float image(float[] own) {
        double sum = 0;
        for (float probability : own) {
            sum += probability;
        }
        return (float) (sum / own.length);
    }

    /**
     * The windows around probabilities that are known by cell, for example what a repair made of them.
     *
     * @param own {@code classes + 1} planes of a probability a cell; kept, not copied
     */
    public static EvidenceWindows of(float[][] own, CellGrid grid) {
        float[][] near = new float[own.length][];
        float[][] far = new float[own.length][];
        float[] image = new float[own.length];
        for (int i = 0; i < own.length; i++) {
            near[i] = WindowMeans.of(own[i], grid.columns(), grid.rows(), NEAR);
            far[i] = WindowMeans.of(own[i], grid.columns(), grid.rows(), FAR);
            image[i] = image(own[i]);
        }
        return new EvidenceWindows(grid, own, near, far, image);
    }

    private static int[] slots(int[] classes) {
        int[] slots = new int[256];
        Arrays.fill(slots, classes.length);
        for (int i = 0; i < classes.length; i++) {
            if (classes[i] < 0 || classes[i] >= LabelMap.IGNORE || i > 0 && classes[i] <= classes[i - 1]) {
                throw new IllegalArgumentException(
                        "classes " + Arrays.toString(classes) + ", expected rising indices from 0 to 254");
            }
            slots[classes[i]] = i;
        }
        return slots;
    }

    private static float[][] means(SegmentationEvidence evidence, CellGrid grid, int[] slots, int rest) {
        float[][] planes = new float[rest + 1][grid.cells()];
        int[] counts = new int[rest + 1];
        // The classes that a cell's samples name, of which there are few
        int[] named = new int[rest + 1];
        for (int cell = 0; cell < grid.cells(); cell++) {
            int column = cell % grid.columns();
            int row = cell / grid.columns();
            int firstX = sample(column * CellGrid.SIDE, grid.right(column));
            int firstY = sample(row * CellGrid.SIDE, grid.below(row));
            int pixels = 0;
            int names = 0;
            for (int y = firstY; y < grid.below(row); y += SAMPLE_STEP) {
                for (int x = firstX; x < grid.right(column); x += SAMPLE_STEP) {
                    pixels++;
                    names = count(evidence, y * grid.width() + x, slots, counts, named, names);
                }
            }
            float scale = 255f * pixels;
            int total = 0;
            for (int i = 0; i < names; i++) {
                int slot = named[i];
                if (slot < rest) {
                    planes[slot][cell] = counts[slot] / scale;
                    total += counts[slot];
                }
                counts[slot] = 0;
            }
            planes[rest][cell] = Math.max(0, 1 - total / scale);
        }
        return planes;
    }

    /** Adds the stored levels of a sample by class. @return how many classes are named now */
    private static int count(
            SegmentationEvidence evidence, int pixel, int[] slots, int[] counts, int[] named, int before) {
        byte[] classes = evidence.classes();
        byte[] levels = evidence.probability();
        int names = before;
        int pixels = evidence.pixels();
        for (int i = pixel; i < classes.length; i += pixels) {
            int level = levels[i] & 0xFF;
            if (level > 0) {
                int slot = slots[classes[i] & 0xFF];
                if (counts[slot] == 0) {
                    named[names++] = slot;
                }
                counts[slot] += level;
            }
        }
        return names;
    }

    private static int sample(int from, int end) {
        return Math.min(from + FIRST_SAMPLE, end - 1);
    }

    /** {@code classes + 1}. */
    public int width() {
        return own.length;
    }

    /** Numbers that {@link #write} writes. */
    public int features() {
        return 4 * own.length;
    }

    /**
     * The logarithms of a cell's own probabilities, of its surroundings' and of the frame's, {@link #features} numbers.
     */
    public void write(int cell, float[] row, int at) {
        int n = own.length;
        for (int i = 0; i < n; i++) {
            row[at + i] = log(own[i][cell]);
            row[at + n + i] = log(near[i][cell]);
            row[at + 2 * n + i] = log(far[i][cell]);
            row[at + 3 * n + i] = log(image[i]);
        }
    }

    /** The logarithm of a probability as features hold it: finite for 0. */
    public static float log(float probability) {
        return (float) Math.log(probability + FLOOR);
    }
}
