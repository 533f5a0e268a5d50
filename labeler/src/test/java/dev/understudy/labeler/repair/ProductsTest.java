package dev.understudy.labeler.repair;

import static org.testng.Assert.assertEquals;

import java.util.Random;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class ProductsTest {
    /** {@code m, k, n}: wide, and turned around for the few columns; odd, and no multiple of four. */
    @DataProvider
    public static Object[][] sizes() {
        return new Object[][] {{8, 16, 192}, {64, 16, 3}, {65, 17, 12}, {5, 3, 7}, {33, 6, 32}, {1, 1, 1}};
    }

    @Test(dataProvider = "sizes")
    public void elementsAreSumsOfFoursInOneOrderToTheBit(int m, int k, int n) {
        Random random = new Random(4);
        float[] a = some(m * k, random);
        float[] b = some(k * n, random);
        float[] expected = new float[m * n];
        for (int row = 0; row < m; row++) {
            for (int column = 0; column < n; column++) {
                expected[row * n + column] = sum(a, row * k, b, column, k, n);
            }
        }
        float[] found = some(m * n, random);
        Products.multiply(a, b, found, m, k, n);
        assertEquals(found, expected);
        Products.multiplyTransposed(Products.transposed(a, m, k), b, found, m, k, n);
        assertEquals(found, expected);
    }

    private static float sum(float[] a, int at, float[] b, int column, int k, int n) {
        float sum = 0;
        int i = 0;
        for (; i + 4 <= k; i += 4) {
            int in = i * n + column;
            sum += a[at + i] * b[in]
                    + a[at + i + 1] * b[in + n]
                    + a[at + i + 2] * b[in + 2 * n]
                    + a[at + i + 3] * b[in + 3 * n];
        }
        for (; i < k; i++) {
            sum += a[at + i] * b[i * n + column];
        }
        return sum;
    }

    /** Half of them 0, as where inputs are dropped. */
    private static float[] some(int count, Random random) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextBoolean() ? 0 : (float) random.nextGaussian();
        }
        return values;
    }
}
