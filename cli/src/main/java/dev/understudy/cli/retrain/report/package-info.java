/** The page of a cycle: {@link dev.understudy.cli.retrain.report.CycleReport}. */
@NullMarked
package dev.understudy.cli.retrain.report;

import org.jspecify.annotations.NullMarked;
