package dev.understudy.pipeline.train;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.Default;
import dev.understudy.labeler.filter.NoFilter;
import dev.understudy.labeler.filter.PolicyRecipe;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Frames to train on.
 *
 * @param manifest of them
 * @param split only frames of this split; null = all
 * @param store labels to use in place of the frames' own segmentation; only frames that it holds are used. Null = the
 *     frames' own annotation
 * @param policy which of the store's labels to believe
 */
public record SourceConfiguration(
        Path manifest,
        @Nullable String split,
        @Nullable Path store,
        @Default("none") PolicyRecipe policy) {
    public SourceConfiguration {
        if (store == null && !(policy instanceof NoFilter)) {
            throw new ConfigurationException("policy: filters a store's labels, but no store is given; add store");
        }
    }
}
