package dev.understudy.pipeline.ablate.result;

import org.hipparchus.stat.StatUtils;
import org.hipparchus.stat.inference.TTest;

/**
 * A value over seeds.
 *
 * @param mean of {@code count} values
 * @param deviation the sample's standard deviation; NaN of a single value
 */
public record Spread(int count, double mean, double deviation) {
    public static Spread of(double[] values) {
        return new Spread(
                values.length,
                StatUtils.mean(values),
                values.length < 2 ? Double.NaN : Math.sqrt(StatUtils.variance(values)));
    }

    /**
     * Student's paired test: how probable it is that differences as large as these come by chance from values that do not
     * differ, two-sided.
     *
     * @param one in the order of {@code other}
     * @return 0–1; NaN of fewer than two pairs, or of pairs that all differ by the same
     */
    static double pairedTest(double[] one, double[] other) {
        if (one.length < 2) {
            return Double.NaN;
        }
        double[] difference = new double[one.length];
        for (int i = 0; i < one.length; i++) {
            difference[i] = one[i] - other[i];
        }
        return StatUtils.variance(difference) > 0 ? new TTest().pairedTTest(one, other) : Double.NaN;
    }
}
