package dev.understudy.labeler.reliability;

import dev.understudy.labeler.context.CellGrid;

/**
 * Where the labels of neighbouring cells differ.
 *
 * @param cells 1 for a cell with another label beside, above or below it, else 0
 */
record LabelEdges(CellGrid grid, float[] cells) {
    private static final int FARTHEST = 20;
    private static final float DIAGONAL = 1.4f;

    /** @param labels by cell */
    static LabelEdges of(CellGrid grid, byte[] labels) {
        float[] edges = new float[grid.cells()];
        int columns = grid.columns();
        for (int cell = 0; cell < edges.length; cell++) {
            if (cell % columns > 0 && labels[cell] != labels[cell - 1]) {
                edges[cell] = 1;
                edges[cell - 1] = 1;
            }
            if (cell >= columns && labels[cell] != labels[cell - columns]) {
                edges[cell] = 1;
                edges[cell - columns] = 1;
            }
        }
        return new LabelEdges(grid, edges);
    }

    /** To the nearest edge in cells, at most {@value #FARTHEST}; in two passes, with diagonal steps. */
    float[] distance() {
        float[] distance = new float[cells.length];
        int columns = grid.columns();
        for (int cell = 0; cell < cells.length; cell++) {
            distance[cell] = cells[cell] > 0 ? 0 : FARTHEST;
            boolean left = cell % columns > 0;
            boolean up = cell >= columns;
            shorten(distance, cell, left, cell - 1, 1);
            shorten(distance, cell, up, cell - columns, 1);
            shorten(distance, cell, up && left, cell - columns - 1, DIAGONAL);
            shorten(distance, cell, up && (cell + 1) % columns > 0, cell - columns + 1, DIAGONAL);
        }
        for (int cell = cells.length - 1; cell >= 0; cell--) {
            boolean right = (cell + 1) % columns > 0;
            boolean down = cell + columns < cells.length;
            shorten(distance, cell, right, cell + 1, 1);
            shorten(distance, cell, down, cell + columns, 1);
            shorten(distance, cell, down && right, cell + columns + 1, DIAGONAL);
            shorten(distance, cell, down && cell % columns > 0, cell + columns - 1, DIAGONAL);
        }
        return distance;
    }

    private static void shorten(float[] distance, int cell, boolean there, int other, float step) {
        if (there) {
            distance[cell] = Math.min(distance[cell], distance[other] + step);
        }
    }
}
