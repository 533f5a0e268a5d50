/**
 * HDFS, S3 and what else Hadoop's file systems open, as {@link dev.understudy.files.storage.Storage}. Spark brings
 * Hadoop's client, and with it HDFS; the connector of any other scheme is the user's to add, as on any Spark cluster.
 */
@NullMarked
package dev.understudy.pipeline.hadoop;

import org.jspecify.annotations.NullMarked;
