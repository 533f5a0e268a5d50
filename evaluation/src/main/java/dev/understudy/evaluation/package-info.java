/** Metrics over predictions and truth, and their reports. Knows neither DJL nor Spark. */
@NullMarked
package dev.understudy.evaluation;

import org.jspecify.annotations.NullMarked;
