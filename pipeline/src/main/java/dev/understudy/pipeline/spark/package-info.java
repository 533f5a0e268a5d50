/**
 * How this program runs Spark: {@link dev.understudy.pipeline.spark.SparkRuntime} starts it,
 * {@link dev.understudy.pipeline.spark.TaskResults} hands over what tasks return as it comes. Knows nothing of labels.
 *
 * <p>{@link dev.understudy.pipeline.spark.HadoopStorage} is HDFS, S3 and what else Hadoop's file systems open, as
 * {@link dev.understudy.files.storage.Storage}. Spark brings Hadoop's client, and with it HDFS; the connector of any
 * other scheme is the user's to add, as on any Spark cluster.
 */
@NullMarked
package dev.understudy.pipeline.spark;

import org.jspecify.annotations.NullMarked;
