/**
 * Named tensors and the files that carry them. A checkpoint is a stranger's file: reading one runs no code and
 * allocates no more than the file can hold. Start at {@link dev.understudy.model.checkpoint.Checkpoint}.
 */
@NullMarked
package dev.understudy.model.checkpoint;

import org.jspecify.annotations.NullMarked;
