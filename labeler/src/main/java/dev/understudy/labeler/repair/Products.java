package dev.understudy.labeler.repair;

import java.util.Arrays;

/**
 * Products of small matrices, row-major. Every element is summed in one fixed order by plain float arithmetic, so the same
 * matrices give the same bits on every machine and however many threads work beside.
 */
final class Products {
    private Products() {}

    /** c = a·b. @param a [m,k] @param b [k,n] @param c [m,n], overwritten */
    static void multiply(float[] a, float[] b, float[] c, int m, int k, int n) {
        for (int row = 0; row < m; row++) {
            int to = row * n;
            Arrays.fill(c, to, to + n, 0);
            int from = row * k;
            int i = 0;
            for (; i + 3 < k; i += 4) {
                add4(a[from + i], a[from + i + 1], a[from + i + 2], a[from + i + 3], b, i * n, c, to, n);
            }
            for (; i < k; i++) {
                add(a[from + i], b, i * n, c, to, n);
            }
        }
    }

    /** c = aᵀ·b. @param a [k,m] @param b [k,n] @param c [m,n], overwritten */
    static void multiplyTransposed(float[] a, float[] b, float[] c, int m, int k, int n) {
        for (int row = 0; row < m; row++) {
            int to = row * n;
            Arrays.fill(c, to, to + n, 0);
            int i = 0;
            for (; i + 3 < k; i += 4) {
                int at = i * m + row;
                add4(a[at], a[at + m], a[at + 2 * m], a[at + 3 * m], b, i * n, c, to, n);
            }
            for (; i < k; i++) {
                add(a[i * m + row], b, i * n, c, to, n);
            }
        }
    }

    /** Four rows at once: the sum is then loaded and stored a quarter as often. */
    private static void add4(float w0, float w1, float w2, float w3, float[] b, int from, float[] c, int to, int n) {
        if (w0 == 0 && w1 == 0 && w2 == 0 && w3 == 0) {
            return;
        }
        int second = from + n;
        int third = second + n;
        int fourth = third + n;
        for (int j = 0; j < n; j++) {
            c[to + j] += w0 * b[from + j] + w1 * b[second + j] + w2 * b[third + j] + w3 * b[fourth + j];
        }
    }

    private static void add(float weight, float[] b, int from, float[] c, int to, int n) {
        for (int j = 0; j < n; j++) {
            c[to + j] += weight * b[from + j];
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
