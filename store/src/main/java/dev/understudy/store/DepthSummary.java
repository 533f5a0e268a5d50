package dev.understudy.store;

import dev.understudy.dataset.evidence.DepthEvidence;

/**
 * What depth evidence amounts to over a frame, in metres.
 *
 * @param min smallest prediction
 * @param max largest prediction
 * @param mean rounded to 1/10000 m
 * @param meanSpread mean of the standard deviation over test-time views, rounded likewise
 */
public record DepthSummary(float min, float max, double mean, double meanSpread) {
    private static final double STEPS = 1e4;

    public static DepthSummary of(DepthEvidence evidence) {
        float min = Float.POSITIVE_INFINITY;
        float max = Float.NEGATIVE_INFINITY;
        double sum = 0;
        double spread = 0;
        for (int pixel = 0; pixel < evidence.metres().length; pixel++) {
            float metres = evidence.metres()[pixel];
            min = Math.min(min, metres);
            max = Math.max(max, metres);
            sum += metres;
            spread += evidence.spread()[pixel];
        }
        int pixels = evidence.metres().length;
        return new DepthSummary(min, max, rounded(sum / pixels), rounded(spread / pixels));
    }

    private static double rounded(double value) {
        return Math.rint(value * STEPS) / STEPS;
    }
}
