/**
 * The fuse job: one Spark task a scene makes the shards of a derived store out of the shards of others.
 * {@link dev.understudy.pipeline.fuse.FuseRun} goes from a configuration to a store,
 * {@link dev.understudy.pipeline.fuse.FuseJob} is the driver's side, {@link dev.understudy.pipeline.fuse.SceneTask}
 * what a task does. What is done to a scene is in {@link dev.understudy.labeler.fusion}.
 *
 * <p>Publishing is that of the label job: tasks write under temporary names, and the driver gives final ones. Beside
 * what every store has there is {@code scenes/ID.json}, a report for each scene under the name of its first shard.
 */
@NullMarked
package dev.understudy.pipeline.fuse;

import org.jspecify.annotations.NullMarked;
