package dev.understudy.labeler.context;

/**
 * A frame cut into cells of {@value #SIDE}×{@value #SIDE} pixels from its upper left corner; those at the right and
 * lower edge hold what is left, at least a column or row of pixels. Cell {@code row·columns + column}.
 *
 * @param width of the frame, pixels
 * @param height likewise
 */
public record CellGrid(int width, int height) {
    public static final int SIDE = 8;

    public CellGrid {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("a frame of " + width + "×" + height + " pixels");
        }
    }

    public int columns() {
        return (width + SIDE - 1) / SIDE;
    }

    public int rows() {
        return (height + SIDE - 1) / SIDE;
    }

    public int cells() {
        return columns() * rows();
    }

    /** The cell that a pixel lies in. */
    public int cellAt(int x, int y) {
        return y / SIDE * columns() + x / SIDE;
    }

    /** One past the last pixel column of a column of cells. */
    int right(int column) {
        return Math.min(width, (column + 1) * SIDE);
    }

    /** One past the last pixel row of a row of cells. */
    int below(int row) {
        return Math.min(height, (row + 1) * SIDE);
    }

    /** The pixel in the middle of a cell, the right and lower one of the four where its side is even. */
    public int middle(int cell) {
        int column = cell % columns();
        int row = cell / columns();
        int x = (column * SIDE + right(column)) / 2;
        int y = (row * SIDE + below(row)) / 2;
        return y * width + x;
    }

    /** Where the middle of a column of cells lies, in pixels; pixel centres are at integers. */
    double middleX(int column) {
        return (column * SIDE + right(column) - 1) / 2.0;
    }

    /** Where the middle of a row of cells lies, as {@link #middleX}. */
    double middleY(int row) {
        return (row * SIDE + below(row) - 1) / 2.0;
    }
}
