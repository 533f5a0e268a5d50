package dev.understudy.labeler.repair;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.labeler.context.CellFeatures;
import dev.understudy.labeler.context.CellGrid;
import dev.understudy.labeler.context.EvidenceWindows;
import dev.understudy.labeler.repair.PictureEncoder.PictureFeatures;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a repair looks at, as a row of numbers for each cell of 8×8 pixels: what every expert says there, around it
 * and in the whole frame; {@link CellFeatures}; how far the other experts agree with the first; and, if wanted, what
 * a network that was trained on other pictures sees. Immutable, safe for several threads.
 *
 * @param experts by store the classes that it can say, rising
 * @param pictures how a network's features are shortened, by map; empty = none are used
 */
record RepairInputs(List<int[]> experts, List<PictureProjection> pictures) {
    /** Agreement with the first expert of the cell itself and in the frame. */
    private static final int AGREEMENT = 2;

    /** What is known of one frame. @param evidence by store */
    record Seen(
            Frame frame,
            List<SegmentationEvidence> evidence,
            @Nullable PictureFeatures features) {}

    /** Everything of one frame by cell. @param windows by store @param rows [cells,width], not standardised */
    record Rows(CellGrid grid, List<EvidenceWindows> windows, float[] rows) {}

    int width() {
        // Every map by place, and the last of the whole picture
        return pictureColumn()
                + placeFeatures()
                + (pictures.isEmpty() ? 0 : deepest().kept());
    }

    private int placeFeatures() {
        return pictures.stream().mapToInt(PictureProjection::kept).sum();
    }

    private PictureProjection deepest() {
        return pictures.get(pictures.size() - 1);
    }

    private int sceneColumn() {
        return experts.stream().mapToInt(known -> 4 * (known.length + 1)).sum();
    }

    private int agreementColumn() {
        return sceneColumn() + CellFeatures.COUNT;
    }

    private int pictureColumn() {
        return agreementColumn() + AGREEMENT * (experts.size() - 1);
    }

    /** What each of the averaged networks sees: its errors differ from the others' then. */
    List<int[]> networks() {
        return pictures.isEmpty()
                ? List.of(columns(1, true, 0), columns(3, true, 0), columns(4, true, 0))
                : List.of(
                        columns(1, true, 0),
                        columns(3, true, placeFeatures()),
                        columns(4, true, width() - pictureColumn()));
    }

    /** What the experts say at the very place. */
    int[] own() {
        return columns(1, false, 0);
    }

    /**
     * @param windows of the evidence: 1 the cell alone, 2 with 5×5, 3 with 17×17 cells, 4 with the whole frame
     * @param scene whether geometry, colours and agreement are among them
     * @param picture how many of the picture's features, those of places first
     */
    private int[] columns(int windows, boolean scene, int picture) {
        List<Integer> columns = new ArrayList<>();
        int at = 0;
        for (int[] known : experts) {
            int end = at + windows * (known.length + 1);
            for (int column = at; column < end; column++) {
                columns.add(column);
            }
            at += 4 * (known.length + 1);
        }
        for (int column = sceneColumn(); column < pictureColumn() && scene; column++) {
            columns.add(column);
        }
        for (int column = pictureColumn(); column < pictureColumn() + picture; column++) {
            columns.add(column);
        }
        return columns.stream().mapToInt(Integer::intValue).toArray();
    }

    Rows of(Seen seen) {
        CellFeatures scene = CellFeatures.of(seen.frame);
        CellGrid grid = scene.grid();
        List<EvidenceWindows> windows = new ArrayList<>();
        for (int store = 0; store < experts.size(); store++) {
            windows.add(EvidenceWindows.of(seen.evidence.get(store), grid, experts.get(store)));
        }
        float[] rows = new float[grid.cells() * width()];
        for (int cell = 0; cell < grid.cells(); cell++) {
            int at = cell * width();
            for (EvidenceWindows evidence : windows) {
                evidence.write(cell, rows, at);
                at += evidence.features();
            }
            for (float[] plane : scene.planes()) {
                rows[at++] = plane[cell];
            }
        }
        for (int other = 1; other < experts.size(); other++) {
            agreement(windows.get(0), other, windows.get(other), rows);
        }
        if (!pictures.isEmpty()) {
            write(seen, grid, rows);
        }
        return new Rows(grid, windows, rows);
    }

    private void write(Seen seen, CellGrid grid, float[] rows) {
        if (seen.features == null || seen.features.maps().size() != pictures.size()) {
            throw new IllegalArgumentException("no features of the picture of " + seen.frame.id());
        }
        int column = pictureColumn();
        for (int i = 0; i < pictures.size(); i++) {
            pictures.get(i).write(seen.features.maps().get(i), grid, rows, width(), column);
            column += pictures.get(i).kept();
        }
        deepest().writeMean(seen.features.maps().get(pictures.size() - 1), grid, rows, width(), column);
    }

    /** The probability that two experts have in common, Σ min(p, q), over the classes that both can say. */
    private void agreement(EvidenceWindows first, int number, EvidenceWindows other, float[] rows) {
        int cells = first.grid().cells();
        int column = agreementColumn() + AGREEMENT * (number - 1);
        double sum = 0;
        for (int cell = 0; cell < cells; cell++) {
            float common = 0;
            for (int i = 0, j = 0; i < experts.get(0).length && j < experts.get(number).length; ) {
                int difference = experts.get(0)[i] - experts.get(number)[j];
                if (difference == 0) {
                    common += Math.min(first.own()[i][cell], other.own()[j][cell]);
                }
                i += difference <= 0 ? 1 : 0;
                j += difference >= 0 ? 1 : 0;
            }
            rows[cell * width() + column] = common;
            sum += common;
        }
        for (int cell = 0; cell < cells; cell++) {
            rows[cell * width() + column + 1] = (float) (sum / cells);
        }
    }
}
