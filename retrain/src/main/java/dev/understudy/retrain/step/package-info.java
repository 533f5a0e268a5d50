/**
 * The steps of a retraining cycle, in their order: {@link dev.understudy.retrain.step.IntakeStep}, {@link
 * dev.understudy.retrain.step.LabellersStep}, {@link dev.understudy.retrain.step.LabelStep}, {@link
 * dev.understudy.retrain.step.WatchStep}, {@link dev.understudy.retrain.step.CycleSteps.CalibrateStep}, {@link
 * dev.understudy.retrain.step.PromiseStep} if the policy makes promises, {@link
 * dev.understudy.retrain.step.FilterStep}, {@link dev.understudy.retrain.step.TrainStep}, {@link
 * dev.understudy.retrain.step.MeasureStep} for the champion and for the challenger, {@link
 * dev.understudy.retrain.step.JudgeStep}. Each is a thin layer over the part that does the work, and beside each is the
 * record that configures it.
 *
 * <p>{@link dev.understudy.retrain.step.FramePool} knows where new frames are looked for, and which have been dealt
 * with. A cycle works on the list that it made at its start, so frames that arrive meanwhile are the next one's. Lists
 * hold paths relative to the root of the source; pictures stay where they are and are not copied.
 */
@NullMarked
package dev.understudy.retrain.step;

import org.jspecify.annotations.NullMarked;
