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
    private static final int FOUR = 4;
    /** Rows with fewer elements, a list of classes, take longer to loop over than to turn the product around. */
    private static final int SHORT = 64;
    /** Columns that are copied at once: so many floats are a line of the processor's cache. */
    private static final int SIDE_BY_SIDE = 16;

    private Products() {}

    /** c = a·b. @param a [m,k] @param b [k,n] @param c [m,n], overwritten */
    static void multiply(float[] a, float[] b, float[] c, int m, int k, int n) {
        multiply(a, k, 1, b, c, m, k, n);
    }

    /** c = aᵀ·b. @param a [k,m] @param b [k,n] @param c [m,n], overwritten */
    static void multiplyTransposed(float[] a, float[] b, float[] c, int m, int k, int n) {
        multiply(a, 1, m, b, c, m, k, n);
    }

    /** @param a whose element of a row and a column is at {@code row · down + column · across} */
    private static void multiply(float[] a, int down, int across, float[] b, float[] c, int m, int k, int n) {
        if (n < SHORT && n < m) {
            // cᵀ = bᵀ·aᵀ adds the same numbers in the same order, in loops of m instead of n
            multiply(b, 1, n, columns(a, down, across, m, k), c, 1, n, n, m);
        } else {
            multiply(a, down, across, rows(b, k, n), c, n, 1, m, n);
        }
    }

    /**
     * @param b the rows of the right matrix, each of {@code n} elements
     * @param c whose element of a row and a column is at {@code row · cDown + column · cAcross}
     */
    private static void multiply(
            float[] a, int down, int across, float[][] b, float[] c, int cDown, int cAcross, int m, int n) {
        float[] upper = new float[n];
        float[] lower = new float[n];
        float[] weights = new float[2 * FOUR];
        for (int row = 0; row < m; row += 2) {
            // The last row of an odd number is its own partner
            int partner = Math.min(row + 1, m - 1);
            Arrays.fill(upper, 0);
            Arrays.fill(lower, 0);
            for (int i = 0; i < b.length; i += FOUR) {
                int count = Math.min(FOUR, b.length - i);
                for (int j = 0; j < count; j++) {
                    weights[j] = a[row * down + (i + j) * across];
                    weights[FOUR + j] = a[partner * down + (i + j) * across];
                }
                if (count == FOUR) {
                    add4(weights, b, i, upper, lower);
                } else {
                    for (int j = 0; j < count; j++) {
                        add(weights[j], b[i + j], upper);
                        add(weights[FOUR + j], b[i + j], lower);
                    }
                }
            }
            put(upper, c, row * cDown, cAcross);
            put(lower, c, partner * cDown, cAcross);
        }
    }

    private static void put(float[] row, float[] c, int at, int across) {
        if (across == 1) {
            System.arraycopy(row, 0, c, at, row.length);
            return;
        }
        for (int i = 0; i < row.length; i++) {
            c[at + i * across] = row[i];
        }
    }

    private static float[][] rows(float[] matrix, int m, int n) {
        float[][] rows = new float[m][];
        for (int row = 0; row < m; row++) {
            rows[row] = Arrays.copyOfRange(matrix, row * n, (row + 1) * n);
        }
        return rows;
    }

    /** @param m rows @param k columns, of which each becomes an array */
    private static float[][] columns(float[] matrix, int down, int across, int m, int k) {
        if (down == 1) {
            return rows(matrix, k, m);
        }
        float[][] columns = new float[k][m];
        for (int from = 0; from < k; from += SIDE_BY_SIDE) {
            int to = Math.min(k, from + SIDE_BY_SIDE);
            for (int row = 0; row < m; row++) {
                for (int i = from; i < to; i++) {
                    columns[i][row] = matrix[row * down + i * across];
                }
            }
        }
        return columns;
    }

    /** Four rows at once into two sums: sums are loaded and stored a quarter as often, and rows half as often. */
    private static void add4(float[] weights, float[][] rows, int first, float[] upper, float[] lower) {
        boolean nothing = true;
        for (float weight : weights) {
            nothing &= weight == 0;
        }
        if (!nothing) {
            add4(weights, rows[first], rows[first + 1], rows[first + 2], rows[first + 3], upper, lower);
        }
    }

    private static void add4(float[] w, float[] b0, float[] b1, float[] b2, float[] b3, float[] upper, float[] lower) {
        float u0 = w[0];
        float u1 = w[1];
        float u2 = w[2];
        float u3 = w[3];
        float l0 = w[4];
        float l1 = w[5];
        float l2 = w[6];
        float l3 = w[7];
        for (int j = 0; j < upper.length; j++) {
            float x0 = b0[j];
            float x1 = b1[j];
            float x2 = b2[j];
            float x3 = b3[j];
            upper[j] += u0 * x0 + u1 * x1 + u2 * x2 + u3 * x3;
            lower[j] += l0 * x0 + l1 * x1 + l2 * x2 + l3 * x3;
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
