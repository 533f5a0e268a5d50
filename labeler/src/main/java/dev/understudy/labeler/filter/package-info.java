/**
 * Which synthetic labels to believe. Start at {@link dev.understudy.labeler.filter.FilterPolicy}.
 */
@NullMarked
package dev.understudy.labeler.filter;

import org.jspecify.annotations.NullMarked;
