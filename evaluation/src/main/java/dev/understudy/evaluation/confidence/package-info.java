/**
 * Whether an expert knows how sure it may be. Start at {@link dev.understudy.evaluation.confidence.ConfidenceTable},
 * exact counts of how often the label was right at each stored level of its probability, from which calibration errors
 * and reliability diagrams follow; {@link dev.understudy.evaluation.confidence.ProbabilityErrors} scores whole
 * distributions; {@link dev.understudy.evaluation.confidence.RiskCoverage} scores any ranking of pixels, a filter's
 * among them. All keep sums, merge across threads and machines, and divide once.
 */
@NullMarked
package dev.understudy.evaluation.confidence;

import org.jspecify.annotations.NullMarked;
