/** Experts, evidence, calibration and filters. Knows neither Spark nor the trainer. */
@NullMarked
package dev.understudy.labeler;

import org.jspecify.annotations.NullMarked;
