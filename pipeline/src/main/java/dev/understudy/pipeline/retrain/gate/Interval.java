package dev.understudy.pipeline.retrain.gate;

/**
 * A gain and what it might as well have been.
 *
 * @param low the gain of so many resamples is below it
 * @param gain over all frames as they are
 * @param high the gain of as many is above it
 */
public record Interval(double low, double gain, double high) {
    boolean isFinite() {
        return Double.isFinite(low) && Double.isFinite(gain) && Double.isFinite(high);
    }
}
