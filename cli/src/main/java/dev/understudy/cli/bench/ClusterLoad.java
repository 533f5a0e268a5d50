package dev.understudy.cli.bench;

import dev.understudy.conf.Checks;

/**
 * What a label job asks of a cluster, and what a cluster is like; all times in seconds.
 *
 * @param frames to label
 * @param shardSize frames a task
 * @param executors processes with a network of their own
 * @param slots tasks that an executor runs at once
 * @param frameSeconds of reading and predicting one frame in one slot
 * @param frameSpread standard deviation of the logarithm of that time from shard to shard
 * @param shardSeconds of finishing a shard: compressing, fsync, reading back
 * @param startSeconds until an executor has its network
 * @param launchSeconds of the driver's scheduler a task, one after the other
 * @param commitSeconds of the driver a shard, one after the other
 * @param stragglers share of the tasks that are slower by {@code stragglerFactor}: a busy machine, a disk that dies
 * @param failuresPerHour how often a slot's executor dies, and its task with it
 * @param speculation whether the driver has a slow task done a second time elsewhere, as {@code spark.speculation} does
 */
record ClusterLoad(
        long frames,
        int shardSize,
        int executors,
        int slots,
        double frameSeconds,
        double frameSpread,
        double shardSeconds,
        double startSeconds,
        double launchSeconds,
        double commitSeconds,
        double stragglers,
        double stragglerFactor,
        double failuresPerHour,
        boolean speculation,
        long seed) {
    ClusterLoad {
        new Checks()
                .that(frames >= 1 && frames <= 1_000_000_000, "frames", "must be 1 to 1,000,000,000, found " + frames)
                .inRange("shardSize", shardSize, 1, 1_000_000)
                .inRange("executors", executors, 1, 100_000)
                .inRange("slots", slots, 1, 1000)
                .inRange("frameSeconds", frameSeconds, 1e-6, 1e5)
                .inRange("frameSpread", frameSpread, 0, 3)
                .inRange("shardSeconds", shardSeconds, 0, 1e5)
                .inRange("startSeconds", startSeconds, 0, 1e5)
                .inRange("launchSeconds", launchSeconds, 0, 1e3)
                .inRange("commitSeconds", commitSeconds, 0, 1e3)
                .inRange("stragglers", stragglers, 0, 1)
                .inRange("stragglerFactor", stragglerFactor, 1, 1e4)
                .inRange("failuresPerHour", failuresPerHour, 0, 10)
                .verify();
    }

    int shards() {
        return Math.toIntExact((frames + shardSize - 1) / shardSize);
    }

    /** Seconds of work in one slot, without luck. */
    double work() {
        return frames * frameSeconds + shards() * shardSeconds;
    }
}
