/**
 * The label job. {@link dev.understudy.pipeline.label.LabelJob} is the driver's side, one Spark task a shard;
 * {@link dev.understudy.pipeline.label.LabelJob.ShardTask} is what a task does on an executor: read, predict, put,
 * finish.
 *
 * <p>No shuffle, and nothing that grows with pixels or frames comes back: a task returns one small row, and the driver
 * renames the files that the row names. A task that runs twice, for whatever reason, leaves files under temporary names
 * that nobody reads.
 *
 * <p>{@link dev.understudy.pipeline.label.ModelFile} says which network a file holds, for jobs and for single
 * predictions alike.
 */
@NullMarked
package dev.understudy.pipeline.label;

import org.jspecify.annotations.NullMarked;
