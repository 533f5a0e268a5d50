package dev.understudy.labeler.repair;

import static org.testng.Assert.assertEquals;

import dev.understudy.labeler.context.CellGrid;
import dev.understudy.labeler.repair.PictureEncoder.PictureFeatures;
import java.util.List;
import java.util.Random;
import org.testng.annotations.Test;

public class PictureProjectionTest {
    @Test
    public void componentsHaveDeviationOneAndNothingInCommon() {
        long seed = 3;
        Random random = new Random(seed);
        float[] values = new float[40 * 30 * 3];
        for (int i = 0; i < values.length; i += 3) {
            double a = random.nextGaussian();
            double b = random.nextGaussian();
            values[i] = (float) (5 * a + 1);
            values[i + 1] = (float) (3 * a + b);
            values[i + 2] = (float) (b - 2);
        }
        PictureFeatures.Map features = new PictureFeatures.Map(40, 30, 3, values);
        PictureProjection projection = PictureProjection.of(List.of(features), 2);
        // One cell for each place of the map
        CellGrid grid = new CellGrid(8 * 40, 8 * 30);
        float[] rows = new float[grid.cells() * 3];
        projection.write(features, grid, rows, 3, 1);
        double[] sums = new double[5];
        for (int cell = 0; cell < grid.cells(); cell++) {
            double x = rows[3 * cell + 1];
            double y = rows[3 * cell + 2];
            assertEquals(rows[3 * cell], 0f, "what is beside is left alone");
            sums[0] += x;
            sums[1] += y;
            sums[2] += x * x;
            sums[3] += y * y;
            sums[4] += x * y;
        }
        double[] expected = {0, 0, 1, 1, 0};
        for (int i = 0; i < sums.length; i++) {
            assertEquals(sums[i] / grid.cells(), expected[i], 1e-3, "seed " + seed + ", sum " + i);
        }
    }

    @Test
    public void betweenPlacesItIsLinear() {
        float[] values = {0, 10, 20, 30};
        PictureFeatures.Map features = new PictureFeatures.Map(4, 1, 1, values);
        PictureProjection plain = new PictureProjection(1, new float[] {0}, new float[] {1});
        CellGrid grid = new CellGrid(8 * 8, 8);
        float[] rows = new float[grid.cells()];
        plain.write(features, grid, rows, 1, 0);
        assertEquals(rows, new float[] {0, 2.5f, 7.5f, 12.5f, 17.5f, 22.5f, 27.5f, 30});
    }
}
