/**
 * Turning an expert's stored probabilities into honest ones, and into a promise. Start at
 * {@link dev.understudy.labeler.calibration.CalibratedStore}: it reads a store as its calibration says, and policies
 * that read through it know nothing of calibration. A {@link dev.understudy.labeler.calibration.CalibrationMap} maps
 * evidence to evidence; {@link dev.understudy.labeler.calibration.CalibrationSample} is what one is fitted to, by
 * {@link dev.understudy.labeler.calibration.CalibrationMethod}.
 *
 * <p>No map changes which class is the most probable, nor the order of the top k. Entropy and agreement stay the
 * expert's own.
 *
 * <p>{@link dev.understudy.labeler.calibration.RiskPromise} says how much of a store can be kept so that, with a stated
 * confidence, no more than a stated share of it is wrong (Angelopoulos et al., Learn then Test).
 */
@NullMarked
package dev.understudy.labeler.calibration;

import org.jspecify.annotations.NullMarked;
