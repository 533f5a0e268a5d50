package dev.understudy.labeler.reliability;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.labeler.context.CellGrid;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * The probability that a store's labels are right, as annotated frames taught it. Frames that it was taught by are
 * judged by the learner that did not see their scene, all others by one that saw all of them. Immutable; safe for
 * several threads.
 *
 * @param fingerprint of the store that it was learned on, and that it is for
 * @param beside fingerprint of the second expert's store, whose labels are looked at too; empty = there is none
 * @param features names of what the trees see
 * @param known classes that the store can say, rising
 * @param mix how trees and the store's own probability are put together
 * @param plain what the store's own probability is worth by itself
 * @param unlabelled how much an unannotated pixel counts as a wrong one
 * @param folds by id of each frame that it was learned from, the learner that did not see its scene
 * @param guessedScenes frames among them whose scene the manifest does not name
 * @param learners one a fold, and last the one for other frames
 * @param fallback classes whose labels were never seen both right and wrong: trees have no say, and {@code plain} has
 *     it all
 * @param score on the frames that it was learned from, each by the learner that did not see its scene
 */
@RecordBuilder
public record ReliabilityModel(
        String fingerprint,
        String beside,
        List<String> features,
        List<Integer> known,
        Mix mix,
        Mix plain,
        double unlabelled,
        SortedMap<String, Integer> folds,
        int guessedScenes,
        List<Learner> learners,
        List<Integer> fallback,
        ReliabilityScore score)
        implements ReliabilityModelBuilder.With {
    /** How much of the difference between a pixel's own log-odds and its cell's is passed on. */
    private static final float OWN = 0.5f;

    private static final float[] LOG_ODDS = new float[256];

    static {
        for (int level = 0; level < 256; level++) {
            double p = Math.min(Math.max(level / 255.0, 1e-3), 1 - 1e-3);
            LOG_ODDS[level] = (float) Math.log(p / (1 - p));
        }
    }

    /**
     * Log-odds = {@code shift + trees·t + own·p} of what the trees say and of what the store says by itself.
     *
     * @param trees 0 or more
     * @param own 0 or more
     */
    public record Mix(double shift, double trees, double own) {
        public Mix {
            if (!Double.isFinite(shift) || !(trees >= 0) || !(own >= 0) || trees > MOST || own > MOST) {
                throw new IllegalArgumentException("a mix of " + shift + ", " + trees + " and " + own);
            }
        }

        private static final double MOST = 1000;

        /** @param level of the label's probability as stored */
        float logOdds(float byTrees, int level) {
            return (float) (shift + trees * byTrees + own * LOG_ODDS[level]);
        }
    }

    /** The log-odds of a stored level, finite. */
    static float logOdds(int level) {
        return LOG_ODDS[level];
    }

    /**
     * @param worth of the class and of the second class, each of 256 numbers: the share of labels that was right
     * @param trees for the log-odds
     */
    public record Learner(float[][] worth, BoostedTrees trees) {
        public Learner {
            if (worth.length != ReliabilityFeatures.CLASSES || worth[0].length != 256 || worth[1].length != 256) {
                throw new IllegalArgumentException("a learner without a number for each class");
            }
            int most = ReliabilityFeatures.names(true).size();
            if (trees.width() > most) {
                throw new IllegalArgumentException("trees that ask for feature " + (trees.width() - 1) + " of " + most);
            }
            // Refuses trees that no learner grows before any frame is judged by them
            new LeafMasks(trees);
        }
    }

    public ReliabilityModel {
        features = List.copyOf(features);
        known = List.copyOf(known);
        learners = List.copyOf(learners);
        fallback = List.copyOf(fallback);
        List<String> expected = ReliabilityFeatures.names(!beside.isEmpty());
        if (!features.equals(expected)
                || learners.stream().anyMatch(learner -> learner.trees().width() > expected.size())) {
            throw new IllegalArgumentException("other features than this program's; learn it again");
        }
        int last = learners.size() - 1;
        if (last < 1 || folds.values().stream().anyMatch(fold -> fold < 0 || fold >= last)) {
            throw new IllegalArgumentException(learners.size() + " learners for other folds than theirs");
        }
        int before = -1;
        for (int index : known) {
            if (index <= before || index >= LabelMap.IGNORE) {
                throw new IllegalArgumentException("known classes " + known + ", expected rising indices");
            }
            before = index;
        }
        if (fallback.stream().anyMatch(index -> index < 0 || index > LabelMap.IGNORE)) {
            throw new IllegalArgumentException("fallback for classes " + fallback);
        }
    }

    /** Whether it needs the labels of a second expert too. */
    public boolean hasBeside() {
        return !beside.isEmpty();
    }

    /** What judges frames by this. */
    public Judge judge() {
        return new Judge();
    }

    /** Judges frame after frame by what was learned. Safe for several threads. */
    public final class Judge {
        private final LeafMasks[] trees =
                learners.stream().map(learner -> new LeafMasks(learner.trees())).toArray(LeafMasks[]::new);
        private final int[] classes = known.stream().mapToInt(Integer::intValue).toArray();
        private final boolean[] keeps = new boolean[256];

        private Judge() {
            fallback.forEach(index -> keeps[index] = true);
        }

        /**
         * The probability that each pixel's label is right.
         *
         * @param frame without its truth
         * @param evidence as stored, not calibrated, with all classes and the agreement
         * @param other what the second store says, likewise; null if it was learned with none
         * @return [H,W], 0–1; negative where there is no label
         */
        public float[] reliability(Frame frame, SegmentationEvidence evidence, @Nullable SegmentationEvidence other) {
            if ((other != null) != hasBeside()) {
                throw new IllegalArgumentException("learned " + (hasBeside() ? "with" : "without") + " a second store");
            }
            ReliabilityFeatures features = ReliabilityFeatures.of(frame, evidence, other, classes);
            int learner = folds.getOrDefault(frame.id(), learners.size() - 1);
            features.fillClasses(learners.get(learner).worth());
            float[] cells = trees[learner].scores(features.planes(), features.label().length);
            float own = (float) (mix.own + OWN * mix.trees);
            for (int cell = 0; cell < cells.length; cell++) {
                int level = features.level()[cell];
                cells[cell] = mix.logOdds(cells[cell], level) - own * LOG_ODDS[level];
            }
            return new Spreading(features, evidence, cells, keeps, plain, own).pixels();
        }
    }

    /**
     * From the middles of cells to pixels: in proportion to the nearness of the four around that have the same label.
     */
    private static final class Spreading {
        private final CellGrid grid;
        private final int[] labels;
        private final byte[] classes;
        private final byte[] levels;
        private final float[] cells;
        private final boolean[] keeps;
        private final Mix plain;
        /** By level what a pixel's own probability adds. */
        private final float[] own = new float[256];
        /** By column of pixels that of the cell whose middle is to the left, and how far it is from there, 0–1. */
        private final int[] left;

        private final float[] right;
        private final float[] lefter;
        /** By column of pixels the four cells whose middles are around it, above and below, of a band of rows. */
        private final float[][] corners = new float[4][];
        /** The labels of these. */
        private final int[][] cornerLabels = new int[4][];
        /** By column of pixels the label that all four have; -1 where they differ, or trees have no say. */
        private final int[] agreed;
        /** By column of pixels the mean of the four, of a row. */
        private final float[] between;

        Spreading(
                ReliabilityFeatures features,
                SegmentationEvidence evidence,
                float[] cells,
                boolean[] keeps,
                Mix plain,
                float own) {
            this.grid = features.grid();
            this.labels = features.label();
            this.classes = evidence.classes();
            this.levels = evidence.probability();
            this.cells = cells;
            this.keeps = keeps;
            this.plain = plain;
            for (int level = 0; level < 256; level++) {
                this.own[level] = own * LOG_ODDS[level];
            }
            int width = grid.width();
            this.left = new int[width];
            this.right = new float[width];
            this.lefter = new float[width];
            for (int x = 0; x < width; x++) {
                float at = (x + 0.5f) / CellGrid.SIDE - 0.5f;
                left[x] = Math.max(0, (int) Math.floor(at));
                right[x] = Math.max(0, at - left[x]);
                lefter[x] = 1 - right[x];
            }
            for (int corner = 0; corner < corners.length; corner++) {
                corners[corner] = new float[width];
                cornerLabels[corner] = new int[width];
            }
            this.agreed = new int[width];
            this.between = new float[width];
        }

        float[] pixels() {
            float[] reliability = new float[grid.width() * grid.height()];
            int before = -1;
            for (int y = 0; y < grid.height(); y++) {
                float at = Math.max(0, (y + 0.5f) / CellGrid.SIDE - 0.5f);
                int above = (int) at;
                if (above != before) {
                    takeBand(above);
                    before = above;
                }
                mix(at - above);
                row(y, at - above, reliability);
            }
            return reliability;
        }

        private void takeBand(int above) {
            int columns = grid.columns();
            int first = above * columns;
            int second = Math.min(above + 1, grid.rows() - 1) * columns;
            for (int x = 0; x < left.length; x++) {
                int l = left[x];
                int r = Math.min(l + 1, columns - 1);
                take(0, x, first + l);
                take(1, x, first + r);
                take(2, x, second + l);
                take(3, x, second + r);
                int label = cornerLabels[0][x];
                boolean same =
                        label == cornerLabels[1][x] && label == cornerLabels[2][x] && label == cornerLabels[3][x];
                agreed[x] = same && !keeps[label] ? label : -1;
            }
        }

        private void take(int corner, int x, int cell) {
            corners[corner][x] = cells[cell];
            cornerLabels[corner][x] = labels[cell];
        }

        /** The weights are whole 256ths, so they and their sum, which is 1, have no rounding. */
        private void mix(float lower) {
            float upper = 1 - lower;
            float[] a = corners[0];
            float[] b = corners[1];
            float[] c = corners[2];
            float[] d = corners[3];
            for (int x = 0; x < between.length; x++) {
                between[x] = upper * lefter[x] * a[x]
                        + upper * right[x] * b[x]
                        + lower * lefter[x] * c[x]
                        + lower * right[x] * d[x];
            }
        }

        private void row(int y, float lower, float[] reliability) {
            int start = y * left.length;
            for (int x = 0; x < left.length; x++) {
                int pixel = start + x;
                int actual = classes[pixel] & 0xFF;
                if (agreed[x] == actual) {
                    reliability[pixel] = sigmoid(between[x] + own[levels[pixel] & 0xFF]);
                } else if (keeps[actual]) {
                    reliability[pixel] =
                            actual == LabelMap.IGNORE ? -1 : sigmoid(plain.logOdds(0, levels[pixel] & 0xFF));
                } else {
                    reliability[pixel] = sigmoid(around(x, lower, actual) + own[levels[pixel] & 0xFF]);
                }
            }
        }

        /** Of those of the four that have the class; of all if hardly any has. */
        private float around(int x, float lower, int actual) {
            float wa = (1 - lower) * lefter[x];
            float wb = (1 - lower) * right[x];
            float wc = lower * lefter[x];
            float wd = lower * right[x];
            float weight = ofSame(x, actual, wa, wb, wc, wd);
            return weight > 1e-3f
                    ? ofSame(x, actual, wa * corners[0][x], wb * corners[1][x], wc * corners[2][x], wd * corners[3][x])
                            / weight
                    : between[x];
        }

        /** The sum over those of the four cells around that have the class. */
        private float ofSame(int x, int actual, float a, float b, float c, float d) {
            float sum = 0;
            if (cornerLabels[0][x] == actual) {
                sum += a;
            }
            if (cornerLabels[1][x] == actual) {
                sum += b;
            }
            if (cornerLabels[2][x] == actual) {
                sum += c;
            }
            if (cornerLabels[3][x] == actual) {
                sum += d;
            }
            return sum;
        }
    }

    private static final int STEPS = 64;
    private static final int LIMIT = 12;
    /** By step the value there, and how much more it is at the next, side by side. */
    private static final float[] SIGMOID = new float[2 * (2 * LIMIT * STEPS + 1)];

    static {
        for (int i = 0; i < SIGMOID.length; i += 2) {
            SIGMOID[i] = sigmoidAt(i / 2);
            SIGMOID[i + 1] = sigmoidAt(i / 2 + 1) - SIGMOID[i];
        }
    }

    private static float sigmoidAt(int step) {
        return (float) (1 / (1 + Math.exp(LIMIT - (double) step / STEPS)));
    }

    /** By a table with straight lines between its entries; off by less than 0.00001. */
    static float sigmoid(float logOdds) {
        float up = logOdds + LIMIT;
        float at = up < 0 ? 0 : up > 2 * LIMIT ? 2 * LIMIT * STEPS : up * STEPS;
        int below = (int) at;
        return SIGMOID[2 * below] + (at - below) * SIGMOID[2 * below + 1];
    }
}
