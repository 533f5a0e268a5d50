/**
 * The repair job: learns from annotated frames what experts' answers mean in the target's classes, and writes what it
 * makes of them as a derived store. {@link dev.understudy.pipeline.repair.RepairRun} goes from a configuration to a
 * store, {@link dev.understudy.pipeline.repair.RepairRun.RepairJob} is the driver's side of the Spark job, one task a
 * shard ({@link dev.understudy.pipeline.repair.RepairTask}). What is learned, and how it is chosen, is in {@link
 * dev.understudy.labeler.repair}.
 *
 * <p>Beside what every store has there is the folder {@code repair} with what was learned: {@code --extend} answers
 * new frames by it.
 */
@NullMarked
package dev.understudy.pipeline.repair;

import org.jspecify.annotations.NullMarked;
