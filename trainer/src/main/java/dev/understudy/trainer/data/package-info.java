/**
 * What a training step is fed. Start at {@link dev.understudy.trainer.data.TrainingSet}.
 */
@NullMarked
package dev.understudy.trainer.data;

import org.jspecify.annotations.NullMarked;
