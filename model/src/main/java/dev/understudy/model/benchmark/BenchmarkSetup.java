package dev.understudy.model.benchmark;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.model.network.Architecture;
import dev.understudy.model.network.Heads;

/**
 * What to measure.
 *
 * @param width of the pictures, pixels
 * @param height of the pictures, pixels
 * @param threads for every stage
 * @param rounds measured, after one that is not; each runs every stage once, so that all see the same machine
 * @param plain whether to measure the plain form too
 */
public record BenchmarkSetup(
        Architecture architecture, Heads heads, int width, int height, int threads, int rounds, boolean plain) {
    public BenchmarkSetup {
        if (width < 1 || height < 1 || (long) width * height > 1 << 26) {
            throw new ConfigurationException("size: " + width + "x" + height + ", expected 1x1 to 64 megapixels");
        }
        if (threads < 1 || rounds < 1) {
            throw new ConfigurationException(threads + " threads, " + rounds + " rounds: expected at least 1");
        }
    }
}
