package dev.understudy.labeler.fusion;

import dev.understudy.dataset.frame.PinholeView;
import java.util.Arrays;

/** In which cells of the map the surfaces lie that a row of a frame's pixels shows. Not safe for several threads. */
final class RowCells {
    private static final int FEWEST_VIEWS = 2;
    /** Voxels whose cells are remembered. */
    private static final int FOUND_BITS = 13;

    private final PosteriorMap map;
    private final PinholeView view;
    private final float[] metres;
    private final double farthest;
    private final VoxelGrid.Walk walk;
    private final int[] cells;
    /** Of the voxels that were looked up last, by place. */
    private final long[] foundKey = new long[1 << FOUND_BITS];

    private final int[] foundCell = new int[1 << FOUND_BITS];

    /** Where in the world the pixels of the row are, by column. */
    private final double[] x;

    private final double[] y;
    private final double[] z;
    private final double[] aside;
    private final double[] depths;

    /**
     * @param metres depth by pixel of the frame
     * @param farthest depth that is trusted, in metres
     */
    RowCells(PosteriorMap map, VoxelGrid grid, PinholeView view, float[] metres, double farthest) {
        this.map = map;
        this.view = view;
        this.metres = metres;
        this.farthest = farthest;
        this.walk = grid.walk();
        this.cells = new int[view.width()];
        this.aside = view.aside();
        this.depths = new double[aside.length];
        this.x = new double[aside.length];
        this.y = new double[aside.length];
        this.z = new double[aside.length];
        Arrays.fill(foundKey, VoxelGrid.NOWHERE);
        Arrays.fill(foundCell, -1);
    }

    /** By column, of the row that was found last; −1 for a pixel that two views do not agree on. Not to be changed. */
    int[] cells() {
        return cells;
    }

    /**
     * Looks up the cells of a row. Most pixels are of the voxel that the one to their left is of, and looking up a
     * voxel waits for memory.
     */
    void find(int row) {
        for (int column = 0, pixel = row * depths.length; column < depths.length; column++, pixel++) {
            depths[column] = metres[pixel];
        }
        view.toWorld(aside, row, depths, x, y, z);
        VoxelGrid.Walk walk = this.walk;
        int[] cells = this.cells;
        long lastKey = VoxelGrid.NOWHERE;
        int lastCell = -1;
        for (int column = 0, pixel = row * cells.length; column < cells.length; column++, pixel++) {
            float depth = metres[pixel];
            if (!(depth > 0 && depth <= farthest)) {
                cells[column] = -1;
                continue;
            }
            long key = walk.key(x[column], y[column], z[column]);
            if (key != lastKey) {
                lastKey = key;
                lastCell = cell(key);
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
