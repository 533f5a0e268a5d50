/**
 * {@code understudy calibrate}: how honest an expert's probabilities are, and the map that makes them so. Start at
 * {@link dev.understudy.cli.run.CalibrateCommand}; {@link dev.understudy.pipeline.confidence.CalibrationRun} does
 * the work.
 */
@NullMarked
package dev.understudy.pipeline.confidence;

import org.jspecify.annotations.NullMarked;
