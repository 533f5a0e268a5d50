package dev.understudy.dataset.normals;

/**
 * Least squares for w = slopeU·u + slopeV·v + atCentre, where w is inverse depth and (u, v) are pixels from the centre. Of
 * one thread.
 */
final class PlaneFit {
    double count;
    double sumU;
    double sumV;
    double sumUu;
    double sumUv;
    double sumVv;
    double sumW;
    double sumUw;
    double sumVw;
    double sumWw;

    double slopeU;
    double slopeV;
    double atCentre;

    void clear() {
        count = 0;
        sumU = 0;
        sumV = 0;
        sumUu = 0;
        sumUv = 0;
        sumVv = 0;
        sumW = 0;
        sumUw = 0;
        sumVw = 0;
        sumWw = 0;
    }

    void add(int u, int v, double w) {
        count++;
        sumU += u;
        sumV += v;
        sumUu += u * u;
        sumUv += u * v;
        sumVv += v * v;
        sumW += w;
        sumUw += u * w;
        sumVw += v * w;
        sumWw += w * w;
    }

    /** @return false if there are fewer points than {@code fewest} or they lie on a line */
    boolean solve(int fewest) {
        if (count < fewest) {
            return false;
        }
        double uu = sumUu - sumU * sumU / count;
        double uv = sumUv - sumU * sumV / count;
        double vv = sumVv - sumV * sumV / count;
        double uw = sumUw - sumU * sumW / count;
        double vw = sumVw - sumV * sumW / count;
        double determinant = uu * vv - uv * uv;
        if (!(determinant > count)) {
            return false;
        }
        slopeU = (uw * vv - vw * uv) / determinant;
        slopeV = (vw * uu - uw * uv) / determinant;
        atCentre = (sumW - slopeU * sumU - slopeV * sumV) / count;
        return true;
    }

    /** Root of the mean square of what the plane leaves over. */
    double residual() {
        double squares = sumWw - atCentre * sumW - slopeU * sumUw - slopeV * sumVw;
        return Math.sqrt(Math.max(0, squares) / count);
    }
}
