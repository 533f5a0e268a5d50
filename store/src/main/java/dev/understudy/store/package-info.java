/**
 * The label store: what experts said of each frame, kept as evidence so that any filter can be tried later without
 * running an expert again.
 *
 * <p>Start at {@link dev.understudy.store.LabelStore} to read one. To write one: a
 * {@link dev.understudy.store.ShardPlan} says which frames go into which shard; the driver opens a
 * {@link dev.understudy.store.StorePublisher} and hands out what is missing; a task writes each shard with a
 * {@link dev.understudy.store.ShardWriter} under temporary names; the driver commits its result. Then:
 *
 * <pre>
 * store.json               StoreDescription: what made the evidence, with its fingerprint
 * shards/ID.h5             one group a frame, named by the frame's id with ':' for '/'; see ShardFormat
 * shards/ID.jsonl          FrameSummary a line: exact histograms of the stored levels, means
 * shards/ID.json           ShardRecord: sizes, checksums, totals; written last, so the shard is there when it is
 * quarantine/ID.jsonl      QuarantinedFrame a line; only where there are any
 * timing/ID.jsonl          FrameTiming a line; the only files that differ between runs
 * _SUCCESS                 totals and the record of every shard; written when nothing is missing
 * .lock, .tmp/             who writes, and unfinished shards; of no interest to readers
 * </pre>
 *
 * The same frames and evidence give the same bytes (but for timing), in one run or in many, in any order. That holds
 * for one operating system and one build of Java: jHDF notes the system it ran on, and another zlib may deflate
 * differently.
 *
 * <p>{@code docs/store-format.md} specifies all that others may rely on; change the two together.
 */
@NullMarked
package dev.understudy.store;

import org.jspecify.annotations.NullMarked;
