package dev.understudy.labeler.reliability;

import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.files.DataException;
import dev.understudy.labeler.context.CellFeatures;
import dev.understudy.labeler.context.CellGrid;
import dev.understudy.labeler.context.EvidenceWindows;
import dev.understudy.labeler.context.WindowMeans;
import dev.understudy.labeler.surface.Regions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What trees may know of the label in the middle of each cell: what the expert answered there, in the segment of equal
 * labels around, near by and in the whole frame; where it lies in the picture and in the room; its colours; and, where
 * the labels of a second expert lie beside, whether that one gives the same, there and around. All numbers are finite.
 * Of the classes themselves trees see how often labels of them were right on the frames that they were taught by.
 *
 * @param grid cells of the frame
 * @param label by cell, 255 = none
 * @param second by cell, the second most probable class, 255 = none
 * @param level by cell, the stored level of the label's probability, 0–255
 * @param planes by feature a number a cell; the first {@value #CLASSES} are left 0 for the classes. Some are shared
 *     with what they were computed from and not to be changed
 */
record ReliabilityFeatures(CellGrid grid, int[] label, int[] second, int[] level, float[][] planes) {
    /** What is read of a store. */
    static final EvidencePlanes PLANES = new EvidencePlanes(255, false, true, false);

    static final int CLASSES = 2;

    /** Of these features of a cell the mean over the segment is looked at too. */
    private static final List<String> SEGMENT =
            List.of("depth", "height", "facing", "log residual", "luminance 7x7", "red 7x7", "blue 7x7", "texture 7x7");

    /** Of one store alone. */
    private static final List<String> ALONE = namesAlone();

    /** With the labels of a second expert beside. */
    private static final List<String> BESIDE = Stream.concat(
                    ALONE.stream(),
                    Stream.of(
                            "other says so",
                            "other p1",
                            "other p of class",
                            "other p of second class",
                            "other entropy",
                            "other says so 5x5",
                            "other says so 17x17",
                            "segment other says so",
                            "segment other p of class"))
            .toList();

    /** @param beside whether there is a second store */
    static List<String> names(boolean beside) {
        return beside ? BESIDE : ALONE;
    }

    private static List<String> namesAlone() {
        List<String> names = new ArrayList<>(List.of(
                "class",
                "second class",
                "p1",
                "p2",
                "p3",
                "margin",
                "entropy",
                "agreement",
                "segment p1",
                "segment p1 deviation",
                "log segment",
                "segment entropy",
                "segment agreement",
                "segment border",
                "edge distance",
                "p of class 5x5",
                "p of class 17x17",
                "p of class in image",
                "edges 3x3",
                "edges 11x11",
                "p1 3x3",
                "p1 11x11",
                "p1 in image",
                "entropy in image",
                "rest in image",
                "segment y",
                "segment x"));
        for (String name : CellFeatures.NAMES) {
            names.add("cell " + name);
        }
        for (String name : SEGMENT) {
            names.add("segment " + name);
        }
        names.addAll(List.of("segment facing deviation", "segment height deviation", "luminance", "red", "blue"));
        return List.copyOf(names);
    }

    /**
     * @param beside what the second store holds of the frame; null = there is none
     * @param known classes that the expert knows, rising
     */
    static ReliabilityFeatures of(
            Frame frame, SegmentationEvidence evidence, @Nullable SegmentationEvidence beside, int[] known) {
        if (beside != null && beside.pixels() != evidence.pixels()) {
            throw new DataException("frame " + frame.id() + " has " + evidence.pixels() + " pixels in one store and "
                    + beside.pixels() + " in the other; label the same pictures");
        }
        return new Filling(frame, evidence, beside, known).fill();
    }

    private static final class Filling {
        private final CellGrid grid;
        private final int cells;
        private final SegmentationEvidence evidence;
        private final @Nullable SegmentationEvidence beside;
        private final int width;
        private final CellFeatures scene;
        /** By slot of a class and then the rest, see {@link EvidenceWindows#own}. */
        private final float[][] shares;

        private final int[] slots = new int[256];
        private final ReliabilityFeatures out;
        private final byte[] labels;
        private final float[] confidence;
        private final float[] entropy;
        private final float[] agreement;
        private int at;

        Filling(Frame frame, SegmentationEvidence evidence, @Nullable SegmentationEvidence beside, int[] known) {
            this.scene = CellFeatures.of(frame);
            this.grid = scene.grid();
            this.cells = grid.cells();
            this.evidence = evidence;
            this.beside = beside;
            this.width = names(beside != null).size();
            this.shares = EvidenceWindows.own(evidence, grid, known);
            Arrays.fill(slots, known.length);
            for (int i = 0; i < known.length; i++) {
                slots[known[i]] = i;
            }
            this.out =
                    new ReliabilityFeatures(grid, new int[cells], new int[cells], new int[cells], new float[width][]);
            for (int i = 0; i < CLASSES; i++) {
                out.planes[i] = new float[cells];
            }
            this.labels = new byte[cells];
            this.confidence = new float[cells];
            this.entropy = new float[cells];
            this.agreement = new float[cells];
        }

        private void put(float[] plane) {
            out.planes[at++] = plane;
        }

        private void putSame(double value) {
            float[] plane = new float[cells];
            Arrays.fill(plane, (float) value);
            put(plane);
        }

        ReliabilityFeatures fill() {
            at = CLASSES;
            own();
            Regions regions = Regions.ofLabels(grid.columns(), grid.rows(), labels);
            LabelEdges edges = LabelEdges.of(grid, labels);
            SegmentStatistics segments = new SegmentStatistics(regions);
            segments(segments, edges);
            around(edges);
            places(segments);
            room(segments);
            if (beside != null) {
                other(beside, segments);
            }
            if (at != width) {
                throw new IllegalStateException(at + " features, expected " + width);
            }
            return out;
        }

        private void own() {
            float[] second = new float[cells];
            float[] third = new float[cells];
            float[] margin = new float[cells];
            int pixels = evidence.pixels();
            for (int cell = 0; cell < cells; cell++) {
                int pixel = grid.middle(cell);
                int sum = 0;
                double nats = 0;
                for (int k = 0; k < evidence.topK(); k++) {
                    int level = evidence.probability()[k * pixels + pixel] & 0xFF;
                    sum += level;
                    nats += NATS[level];
                }
                entropy[cell] = (float) (nats + NATS[Math.max(0, 255 - sum)]);
                labels[cell] = evidence.classes()[pixel];
                out.label[cell] = labels[cell] & 0xFF;
                out.second[cell] = evidence.topK() > 1 ? evidence.classes()[pixels + pixel] & 0xFF : LabelMap.IGNORE;
                out.level[cell] = evidence.probability()[pixel] & 0xFF;
                confidence[cell] = out.level[cell] / 255f;
                second[cell] = evidence.topK() > 1 ? (evidence.probability()[pixels + pixel] & 0xFF) / 255f : 0;
                third[cell] = evidence.topK() > 2 ? (evidence.probability()[2 * pixels + pixel] & 0xFF) / 255f : 0;
                margin[cell] = confidence[cell] - second[cell];
                agreement[cell] = evidence.agreement().length > 0 ? (evidence.agreement()[pixel] & 0xFF) / 255f : 1;
            }
            put(confidence);
            put(second);
            put(third);
            put(margin);
            put(entropy);
            put(agreement);
        }

        private void segments(SegmentStatistics segments, LabelEdges edges) {
            Regions regions = segments.regions();
            float[] p = segments.mean(confidence);
            put(p);
            put(segments.deviation(confidence));
            float[] size = new float[regions.count()];
            double[] root = new double[regions.count()];
            for (int i = 0; i < size.length; i++) {
                size[i] = (float) Math.log(regions.size()[i]);
                root[i] = Math.sqrt(regions.size()[i]);
            }
            float[] border = segments.mean(edges.cells());
            for (int cell = 0; cell < cells; cell++) {
                border[cell] = (float) (border[cell] * root[regions.region()[cell]]);
            }
            put(segments.spread(size));
            put(segments.mean(entropy));
            put(segments.mean(agreement));
            put(border);
            put(edges.distance());
        }

        private void around(LabelEdges edges) {
            float[] near = new float[cells];
            float[] far = new float[cells];
            float[] image = new float[cells];
            int[] slot = new int[cells];
            boolean[] asked = new boolean[shares.length];
            for (int cell = 0; cell < cells; cell++) {
                slot[cell] = slots[out.label[cell]];
                asked[slot[cell]] = true;
            }
            float[] everywhere = new float[shares.length];
            for (int of = 0; of < shares.length; of++) {
                if (asked[of]) {
                    EvidenceWindows.nearAt(shares[of], grid, slot, of, near);
                    EvidenceWindows.farAt(shares[of], grid, slot, of, far);
                    everywhere[of] = EvidenceWindows.image(shares[of]);
                }
            }
            for (int cell = 0; cell < cells; cell++) {
                image[cell] = everywhere[slot[cell]];
            }
            put(near);
            put(far);
            put(image);
            put(WindowMeans.of(edges.cells(), grid.columns(), grid.rows(), 1));
            put(WindowMeans.of(edges.cells(), grid.columns(), grid.rows(), 5));
            put(WindowMeans.of(confidence, grid.columns(), grid.rows(), 1));
            put(WindowMeans.of(confidence, grid.columns(), grid.rows(), 5));
            putSame(mean(confidence));
            putSame(mean(entropy));
            putSame(EvidenceWindows.image(shares[shares.length - 1]));
        }

        private void places(SegmentStatistics segments) {
            float[] y = new float[cells];
            float[] x = new float[cells];
            for (int cell = 0; cell < cells; cell++) {
                y[cell] = (float) (cell / grid.columns()) / grid.rows();
                x[cell] = (float) (cell % grid.columns()) / grid.columns();
            }
            put(segments.mean(y));
            float[] across = segments.mean(x);
            for (int cell = 0; cell < cells; cell++) {
                across[cell] = Math.abs(across[cell] - 0.5f);
            }
            put(across);
        }

        private void room(SegmentStatistics segments) {
            for (float[] plane : scene.planes()) {
                put(plane);
            }
            for (String name : SEGMENT) {
                put(segments.mean(scene.planes()[CellFeatures.NAMES.indexOf(name)]));
            }
            put(segments.deviation(scene.geometry().facing()));
            put(segments.deviation(scene.geometry().height()));
            put(scene.colour().luminance());
            put(scene.colour().red());
            put(scene.colour().blue());
        }

        private void other(SegmentationEvidence other, SegmentStatistics segments) {
            float[] same = new float[cells];
            float[] answer = new float[cells];
            float[] ofClass = new float[cells];
            float[] ofSecond = new float[cells];
            float[] spread = new float[cells];
            int pixels = other.pixels();
            for (int cell = 0; cell < cells; cell++) {
                int pixel = grid.middle(cell);
                same[cell] = (other.classes()[pixel] & 0xFF) == out.label[cell] ? 1 : 0;
                answer[cell] = (other.probability()[pixel] & 0xFF) / 255f;
                int sum = 0;
                double nats = 0;
                for (int k = 0; k < other.topK(); k++) {
                    int level = other.probability()[k * pixels + pixel] & 0xFF;
                    int named = other.classes()[k * pixels + pixel] & 0xFF;
                    sum += level;
                    nats += NATS[level];
                    ofClass[cell] += named == out.label[cell] ? level / 255f : 0;
                    ofSecond[cell] += named == out.second[cell] ? level / 255f : 0;
                }
                spread[cell] = (float) (nats + NATS[Math.max(0, 255 - sum)]);
            }
            put(same);
            put(answer);
            put(ofClass);
            put(ofSecond);
            put(spread);
            put(WindowMeans.of(same, grid.columns(), grid.rows(), 2));
            put(WindowMeans.of(same, grid.columns(), grid.rows(), 8));
            put(segments.mean(same));
            put(segments.mean(ofClass));
        }

        private static double mean(float[] plane) {
            double sum = 0;
            for (float value : plane) {
                sum += value;
            }
            return sum / plane.length;
        }
    }

    private static final double[] NATS = new double[256];

    static {
        for (int level = 1; level < 256; level++) {
            NATS[level] = -level / 255.0 * Math.log(level / 255.0);
        }
    }

    /** Fills in what the classes are worth to a learner. @param worth by class and place */
    void fillClasses(float[][] worth) {
        for (int cell = 0; cell < label.length; cell++) {
            planes[0][cell] = worth[0][label[cell]];
            planes[1][cell] = worth[1][second[cell]];
        }
    }

    int width() {
        return planes.length;
    }

    /** All numbers of a cell, to {@code row} from {@code at}. */
    void copy(int cell, float[] row, int at) {
        for (int feature = 0; feature < planes.length; feature++) {
            row[at + feature] = planes[feature][cell];
        }
    }
}
