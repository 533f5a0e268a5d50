/** How this program runs Spark: {@link dev.understudy.pipeline.spark.SparkRuntime}. Knows nothing of labels. */
@NullMarked
package dev.understudy.pipeline.spark;

import org.jspecify.annotations.NullMarked;
