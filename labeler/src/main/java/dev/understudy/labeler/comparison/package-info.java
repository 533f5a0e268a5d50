/**
 * What filter policies are worth where the truth is known. Start at
 * {@link dev.understudy.labeler.comparison.PolicyComparison}: one pass over the frames for any number of policies.
 */
@NullMarked
package dev.understudy.labeler.comparison;

import org.jspecify.annotations.NullMarked;
