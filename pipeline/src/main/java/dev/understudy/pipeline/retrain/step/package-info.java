/**
 * The steps of a retraining cycle, in their order: {@link dev.understudy.pipeline.retrain.step.IntakeStep}, {@link
 * dev.understudy.pipeline.retrain.step.LabellersStep}, {@link dev.understudy.pipeline.retrain.step.LabelStep}, {@link
 * dev.understudy.pipeline.retrain.step.WatchStep}, {@link dev.understudy.pipeline.retrain.step.CalibrateStep}, {@link
 * dev.understudy.pipeline.retrain.step.FilterStep}, {@link dev.understudy.pipeline.retrain.step.TrainStep}, {@link
 * dev.understudy.pipeline.retrain.step.MeasureStep} for the champion and for the challenger, {@link
 * dev.understudy.pipeline.retrain.step.JudgeStep}. Each is a thin layer over the part that does the work, and beside each is
 * the record that configures it.
 */
@NullMarked
package dev.understudy.pipeline.retrain.step;

import org.jspecify.annotations.NullMarked;
