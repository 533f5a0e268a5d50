/** The joint trainer: losses, sampling, the loop, checkpoints. Does not know the labeler. */
@NullMarked
package dev.understudy.trainer;

import org.jspecify.annotations.NullMarked;
