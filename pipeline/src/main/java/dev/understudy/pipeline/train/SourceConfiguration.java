package dev.understudy.pipeline.train;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.Default;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Task;
import dev.understudy.labeler.filter.NoFilter;
import dev.understudy.labeler.filter.PolicyRecipe;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Frames to train on.
 *
 * @param manifest of them
 * @param split only frames of this split; null = all
 * @param require only frames that are annotated with these; empty = all
 * @param store labels to use in place of the frames' own segmentation; only frames that it holds are used. Null = the
 *     frames' own annotation
 * @param policy which of the store's labels to believe
 */
public record SourceConfiguration(
        Path manifest,
        @Nullable String split,
        @Default("[]") List<Task> require,
        @Nullable Path store,
        @Default("none") PolicyRecipe policy) {
    public SourceConfiguration {
        require = List.copyOf(require);
        if (store == null && !(policy instanceof NoFilter)) {
            throw new ConfigurationException("policy: filters a store's labels, but no store is given; add store");
        }
    }

    boolean takes(FrameRecord frame) {
        return require.stream().allMatch(task -> switch (task) {
            case SEGMENTATION -> frame.segmentation() != null;
            case DEPTH -> frame.depth() != null;
            case NORMALS -> frame.normals() != null;
        });
    }
}
