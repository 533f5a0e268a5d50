package dev.understudy.labeler.repair;

import java.util.Arrays;

/**
 * Products of small matrices, row-major. Every element is summed in one fixed order by plain float arithmetic, so the
 * same matrices give the same bits on every machine and however many threads work beside.
 *
 * <p>Rows are copied out first: the JVM makes vector instructions of loops over whole arrays, and not of loops over
 * parts of one array with several offsets, which take four times as long.
 */
final class Products {
    private Products() {}

    /** c = a·b. @param a [m,k] @param b [k,n] @param c [m,n], overwritten */
    static void multiply(float[] a, float[] b, float[] c, int m, int k, int n) {
        float[][] rows = rows(b, k, n);
        float[] sum = new float[n];
        for (int row = 0; row < m; row++) {
            Arrays.fill(sum, 0);
            int from = row * k;
            int i = 0;
            for (; i + 3 < k; i += 4) {
                add4(a[from + i], a[from + i + 1], a[from + i + 2], a[from + i + 3], rows, i, sum);
            }
            for (; i < k; i++) {
                add(a[from + i], rows[i], sum);
            }
            System.arraycopy(sum, 0, c, row * n, n);
        }
    }

    /** c = aᵀ·b. @param a [k,m] @param b [k,n] @param c [m,n], overwritten */
    static void multiplyTransposed(float[] a, float[] b, float[] c, int m, int k, int n) {
        float[][] rows = rows(b, k, n);
        float[] sum = new float[n];
        for (int row = 0; row < m; row++) {
            Arrays.fill(sum, 0);
            int i = 0;
            for (; i + 3 < k; i += 4) {
                int at = i * m + row;
                add4(a[at], a[at + m], a[at + 2 * m], a[at + 3 * m], rows, i, sum);
            }
            for (; i < k; i++) {
                add(a[i * m + row], rows[i], sum);
            }
            System.arraycopy(sum, 0, c, row * n, n);
        }
    }

    private static float[][] rows(float[] matrix, int m, int n) {
        float[][] rows = new float[m][];
        for (int row = 0; row < m; row++) {
            rows[row] = Arrays.copyOfRange(matrix, row * n, (row + 1) * n);
        }
        return rows;
    }

    /** Four rows at once: the sum is then loaded and stored a quarter as often. */
    private static void add4(float w0, float w1, float w2, float w3, float[][] rows, int first, float[] sum) {
        if (w0 != 0 || w1 != 0 || w2 != 0 || w3 != 0) {
            add4(w0, w1, w2, w3, rows[first], rows[first + 1], rows[first + 2], rows[first + 3], sum);
        }
    }

    private static void add4(
            float w0, float w1, float w2, float w3, float[] b0, float[] b1, float[] b2, float[] b3, float[] sum) {
        for (int j = 0; j < sum.length; j++) {
            sum[j] += w0 * b0[j] + w1 * b1[j] + w2 * b2[j] + w3 * b3[j];
        }
    }

    private static void add(float weight, float[] row, float[] sum) {
        for (int j = 0; j < sum.length; j++) {
            sum[j] += weight * row[j];
        }
    }

    /** [n,m] of [m,n]. */
    static float[] transposed(float[] a, int m, int n) {
        float[] result = new float[a.length];
        for (int row = 0; row < m; row++) {
            for (int column = 0; column < n; column++) {
                result[column * m + row] = a[row * n + column];
            }
        }
        return result;
    }
}
