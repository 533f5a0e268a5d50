package dev.understudy.trainer.data;

import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.NormalMap;
import dev.understudy.dataset.image.RgbImage;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * A frame as the trainer sees it: real annotation or pseudo-label, it does not know which. All maps have the picture's
 * size; null = this frame does not teach that task.
 *
 * @param segmentationWeight [H,W] in [0, 1], what each labelled pixel counts; null = 1 everywhere
 * @param soft what else each labelled pixel may be; null = the labels are all there is
 */
public record TrainingFrame(
        String id,
        RgbImage rgb,
        @Nullable LabelMap segmentation,
        float @Nullable [] segmentationWeight,
        @Nullable SoftLabels soft,
        @Nullable DepthMap depth,
        @Nullable NormalMap normals) {
    /** With labels that are all there is. */
    public TrainingFrame(
            String id,
            RgbImage rgb,
            @Nullable LabelMap segmentation,
            float @Nullable [] segmentationWeight,
            @Nullable DepthMap depth,
            @Nullable NormalMap normals) {
        this(id, rgb, segmentation, segmentationWeight, null, depth, normals);
    }

    /** The same frame with another depth of the same size; null = none. */
    public TrainingFrame withDepth(@Nullable DepthMap other) {
        return new TrainingFrame(id, rgb, segmentation, segmentationWeight, soft, other, normals);
    }

    /** The same frame without the annotation of other tasks. */
    public TrainingFrame teaching(Collection<Task> tasks) {
        boolean segments = tasks.contains(Task.SEGMENTATION);
        return new TrainingFrame(
                id,
                rgb,
                segments ? segmentation : null,
                segments ? segmentationWeight : null,
                segments ? soft : null,
                tasks.contains(Task.DEPTH) ? depth : null,
                tasks.contains(Task.NORMALS) ? normals : null);
    }
}
