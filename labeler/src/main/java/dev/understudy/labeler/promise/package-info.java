/**
 * How much of a store can be kept so that, with a stated confidence, no more than a stated share of it is wrong
 * (Angelopoulos et al., Learn then Test). Start at {@link dev.understudy.labeler.promise.RiskPromise}.
 */
@NullMarked
package dev.understudy.labeler.promise;

import org.jspecify.annotations.NullMarked;
