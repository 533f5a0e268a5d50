/**
 * How this program runs Spark: {@link dev.understudy.pipeline.spark.SparkRuntime} starts it,
 * {@link dev.understudy.pipeline.spark.TaskResults} hands over what tasks return as it comes. Knows nothing of labels.
 */
@NullMarked
package dev.understudy.pipeline.spark;

import org.jspecify.annotations.NullMarked;
