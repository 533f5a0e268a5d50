/**
 * How right predictions are. Start at {@link dev.understudy.evaluation.Evaluation}, which scores any {@code
 * FramePredictor} against any {@code FrameSource}; {@link dev.understudy.evaluation.ConfusionMatrix}, {@link
 * dev.understudy.evaluation.DepthErrors} and {@link dev.understudy.evaluation.NormalMetrics.NormalErrors} are the sums
 * behind it and merge across threads and machines. Knows neither the networks nor Spark.
 */
@NullMarked
package dev.understudy.evaluation;

import org.jspecify.annotations.NullMarked;
