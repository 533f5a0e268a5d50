package dev.understudy.trainer.data;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;

/**
 * How frames come from disk. Nothing here changes what is learned.
 *
 * @param workers threads that read and augment
 * @param ahead batches that are kept ready; more where a batch has fewer frames than there are workers
 * @param cacheMegabytes of decoded frames kept in memory
 * @param maxUnreadable frames that may be skipped before training ends
 */
public record LoaderConfiguration(
        @Default("1") int workers,
        @Default("3") int ahead,
        @Default("512") int cacheMegabytes,
        @Default("10") int maxUnreadable) {
    public LoaderConfiguration {
        new Checks()
                .inRange("workers", workers, 1, 256)
                .inRange("ahead", ahead, 1, 1024)
                .inRange("cacheMegabytes", cacheMegabytes, 0, 1 << 20)
                .atLeast("maxUnreadable", maxUnreadable, 0)
                .verify();
    }
}
