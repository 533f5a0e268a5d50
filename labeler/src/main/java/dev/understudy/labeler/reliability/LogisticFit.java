package dev.understudy.labeler.reliability;

import dev.understudy.labeler.reliability.ReliabilityModel.Mix;

/**
 * Logistic regression by Newton's method, of what two judges say, each in log-odds: stacked generalisation (Wolpert
 * 1992). A judge whose word would count against itself is left out.
 */
final class LogisticFit {
    private static final int STEPS = 30;
    /** Holds the weights finite where right and wrong can be told apart without a mistake. */
    private static final double RIDGE = 1e-3;

    private final float[][] judges;
    private final boolean[] right;
    private final float[] weight;

    private LogisticFit(float[][] judges, boolean[] right, float[] weight) {
        this.judges = judges;
        this.right = right;
        this.weight = weight;
    }

    /** @param byTrees by the trees, about examples that they did not see @param own by the store */
    static Mix mix(float[] byTrees, float[] own, boolean[] right, float[] weight) {
        double[] both = new LogisticFit(new float[][] {byTrees, own}, right, weight).fit();
        if (both[1] >= 0 && both[2] >= 0) {
            return new Mix(both[0], both[1], both[2]);
        }
        double[] one = new LogisticFit(new float[][] {both[1] < 0 ? own : byTrees}, right, weight).fit();
        double slope = Math.max(0, one[1]);
        return both[1] < 0 ? new Mix(one[0], 0, slope) : new Mix(one[0], slope, 0);
    }

    /** The constant, then what each judge counts. */
    private double[] fit() {
        int n = judges.length + 1;
        double[] weights = new double[n];
        double[] x = new double[n];
        for (int step = 0; step < STEPS; step++) {
            double[] gradient = new double[n];
            double[][] curvature = new double[n][n];
            for (int i = 0; i < n; i++) {
                gradient[i] = -RIDGE * weights[i];
                curvature[i][i] = RIDGE;
            }
            for (int row = 0; row < right.length; row++) {
                x[0] = 1;
                double odds = weights[0];
                for (int j = 1; j < n; j++) {
                    x[j] = judges[j - 1][row];
                    odds += weights[j] * x[j];
                }
                double p = 1 / (1 + Math.exp(-odds));
                double off = weight[row] * ((right[row] ? 1 : 0) - p);
                double bend = weight[row] * p * (1 - p);
                for (int i = 0; i < n; i++) {
                    gradient[i] += off * x[i];
                    for (int j = 0; j <= i; j++) {
                        curvature[i][j] += bend * x[i] * x[j];
                    }
                }
            }
            if (move(weights, gradient, curvature) < 1e-9) {
                break;
            }
        }
        return weights;
    }

    /** One step, by Cholesky's decomposition; no longer than 1 in any weight. @return how far */
    private static double move(double[] weights, double[] gradient, double[][] curvature) {
        int n = weights.length;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = curvature[i][j];
                for (int k = 0; k < j; k++) {
                    sum -= curvature[i][k] * curvature[j][k];
                }
                curvature[i][j] = i == j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / curvature[j][j];
            }
        }
        double[] step = gradient.clone();
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < i; k++) {
                step[i] -= curvature[i][k] * step[k];
            }
            step[i] /= curvature[i][i];
        }
        for (int i = n - 1; i >= 0; i--) {
            for (int k = i + 1; k < n; k++) {
                step[i] -= curvature[k][i] * step[k];
            }
            step[i] /= curvature[i][i];
        }
        double farthest = 0;
        for (double one : step) {
            farthest = Math.max(farthest, Math.abs(one));
        }
        for (int i = 0; i < n; i++) {
            weights[i] += step[i] / Math.max(1, farthest);
        }
        return farthest;
    }
}
