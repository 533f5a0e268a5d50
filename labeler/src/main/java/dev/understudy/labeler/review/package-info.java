/**
 * What people should look at first: the segments of a store whose correction is worth most. Start at {@link
 * dev.understudy.labeler.review.SegmentQueue}.
 */
@NullMarked
package dev.understudy.labeler.review;

import org.jspecify.annotations.NullMarked;
