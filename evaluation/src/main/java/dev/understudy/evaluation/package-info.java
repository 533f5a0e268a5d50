/**
 * How right predictions are. Start at {@link dev.understudy.evaluation.Evaluation}, which scores any {@code
 * FramePredictor} against any {@code FrameSource}; {@link dev.understudy.evaluation.ClassCounts}, {@link
 * dev.understudy.evaluation.DepthErrors} and {@link dev.understudy.evaluation.NormalMetrics.NormalErrors} are the sums
 * behind it and merge across threads and machines. Knows neither the networks nor Spark.
 *
 * <p>Whether an expert knows how sure it may be: {@link dev.understudy.evaluation.ConfidenceTable}, exact counts of how
 * often the label was right at each stored level of its probability, from which calibration errors and reliability
 * diagrams follow; {@link dev.understudy.evaluation.ProbabilityErrors} scores whole distributions; {@link
 * dev.understudy.evaluation.RiskCoverage} scores any ranking of pixels, a filter's among them. All keep sums, merge,
 * and divide once.
 *
 * <p>How far a difference between two models is from chance: frames of one recording are not independent of each other,
 * so what is drawn anew, and counted, are scenes: {@link dev.understudy.evaluation.PairedBootstrap}. Where several
 * metrics or models are looked at, {@link dev.understudy.evaluation.Holm} corrects for that.
 */
@NullMarked
package dev.understudy.evaluation;

import org.jspecify.annotations.NullMarked;
