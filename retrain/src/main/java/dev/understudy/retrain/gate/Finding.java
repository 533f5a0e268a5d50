package dev.understudy.retrain.gate;

import dev.understudy.evaluation.comparison.Interval;
import org.jspecify.annotations.Nullable;

/**
 * One thing that was looked at.
 *
 * @param rule {@code required}, {@code class}, {@code better}, {@code latency}, {@code size}, {@code golden} or
 *     {@code export}
 * @param subject the set and metric, or the class
 * @param reason a line for people: found, and expected if it did not pass
 * @param interval of the gain, where there is one
 */
public record Finding(
        String rule,
        String subject,
        boolean passed,
        String reason,
        @Nullable Interval interval) {}
