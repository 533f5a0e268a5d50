/**
 * {@code understudy filter}: a store's labels, as a policy sees them, written for other trainers. Ours reads the store
 * itself and needs none of this.
 */
@NullMarked
package dev.understudy.pipeline.filter;

import org.jspecify.annotations.NullMarked;
