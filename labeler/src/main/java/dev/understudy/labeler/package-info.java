/**
 * Experts, evidence, calibration and filters. Knows neither Spark nor the trainer.
 *
 * <p>{@link dev.understudy.labeler.ExpertConfiguration} is what a user writes, {@link
 * dev.understudy.labeler.ExpertPlan} what it means for a checkpoint file, with all that the fingerprint of a store is
 * made of, and {@link dev.understudy.labeler.NetworkExpert} the expert at work: pictures in, {@code Evidence} out.
 */
@NullMarked
package dev.understudy.labeler;

import org.jspecify.annotations.NullMarked;
