/**
 * A store's labels as a policy sees them. {@link dev.understudy.pipeline.filter.CalibrationRun} learns how honest an
 * expert's probabilities are, and the map that makes them so; {@link dev.understudy.pipeline.filter.StorePolicies}
 * makes policies of what is written; {@link dev.understudy.pipeline.filter.FilteredExport} writes the labels for other
 * trainers (ours reads the store itself).
 */
@NullMarked
package dev.understudy.pipeline.filter;

import org.jspecify.annotations.NullMarked;
