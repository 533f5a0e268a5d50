package dev.understudy.labeler.calibration;

/**
 * One temperature at work on stored levels: q_k ∝ p_k^(1/T), where what the K kept classes leave, 1 − Σp, is spread evenly
 * over the other C − K. Neither a kept probability nor the whole rest counts as less than half a stored step, 0.5/255, as a
 * stored 0 only says that it is below.
 */
final class Tempering {
    private static final double TOP = 255;
    private static final double LEAST = 0.5;

    private final double[] power = new double[256];
    /** Mass of the rest by its level 255 − Σ levels. */
    private final double[] rest = new double[256];

    Tempering(double temperature, int classes, int topK) {
        int others = classes - topK;
        for (int level = 0; level < 256; level++) {
            double p = Math.max(level, LEAST) / TOP;
            power[level] = Math.pow(p, 1 / temperature);
            rest[level] = others > 0 ? others * Math.pow(p / others, 1 / temperature) : 0;
        }
    }

    double power(int level) {
        return power[level];
    }

    /** @param sum of the kept levels */
    double rest(int sum) {
        return rest[Math.max(0, 255 - sum)];
    }
}
