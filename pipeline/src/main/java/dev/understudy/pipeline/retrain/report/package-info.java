/** The page of a cycle: {@link dev.understudy.pipeline.retrain.report.CycleReport}. */
@NullMarked
package dev.understudy.pipeline.retrain.report;

import org.jspecify.annotations.NullMarked;
