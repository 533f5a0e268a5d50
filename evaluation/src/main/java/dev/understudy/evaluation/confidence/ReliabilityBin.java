package dev.understudy.evaluation.confidence;

/**
 * The pixels whose confidence is above {@code low} and at most {@code high}.
 *
 * @param confidence their mean; NaN when there are none
 * @param accuracy the share that is right; NaN when there are none
 */
public record ReliabilityBin(double low, double high, long pixels, double confidence, double accuracy) {}
