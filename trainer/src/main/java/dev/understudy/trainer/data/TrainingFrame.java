package dev.understudy.trainer.data;

import dev.understudy.dataset.camera.PinholeView;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.NormalMap;
import dev.understudy.dataset.image.RgbImage;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A frame as the trainer sees it: real annotation or pseudo-label, it does not know which. All maps have the picture's
 * size; null = this frame does not teach that task.
 *
 * @param segmentationWeight [H,W] in [0, 1], what each labelled pixel counts; null = 1 everywhere
 * @param soft what else each labelled pixel may be; null = the labels are all there is
 * @param view where the frame was taken and how far away all is, whatever it teaches; null = not known, or nobody asked
 */
public record TrainingFrame(
        String id,
        RgbImage rgb,
        @Nullable LabelMap segmentation,
        float @Nullable [] segmentationWeight,
        @Nullable SoftLabels soft,
        @Nullable DepthMap depth,
        @Nullable NormalMap normals,
        @Nullable View view) {

    /**
     * From where a frame shows its scene.
     *
     * @param depth as measured, all of it, in the picture's size
     */
    public record View(String scene, PinholeView camera, DepthMap depth) {
        /** Of a frame whose scene, pose, intrinsics and depth are known. */
        public static Optional<View> of(Frame frame) {
            String scene = frame.record().scene();
            DepthMap depth = frame.depth();
            return scene == null || depth == null
                    ? Optional.empty()
                    : PinholeView.of(frame.record(), frame.width(), frame.height())
                            .map(camera -> new View(scene, camera, depth));
        }
    }

    /** With labels that are all there is. */
    public TrainingFrame(
            String id,
            RgbImage rgb,
            @Nullable LabelMap segmentation,
            float @Nullable [] segmentationWeight,
            @Nullable DepthMap depth,
            @Nullable NormalMap normals) {
        this(id, rgb, segmentation, segmentationWeight, null, depth, normals, null);
    }

    /** With labels that may be others too. */
    public TrainingFrame(
            String id,
            RgbImage rgb,
            @Nullable LabelMap segmentation,
            float @Nullable [] segmentationWeight,
            @Nullable SoftLabels soft,
            @Nullable DepthMap depth,
            @Nullable NormalMap normals) {
        this(id, rgb, segmentation, segmentationWeight, soft, depth, normals, null);
    }

    /** The same frame, of which it is known from where it was taken; null = not known. */
    public TrainingFrame withView(@Nullable View other) {
        return new TrainingFrame(id, rgb, segmentation, segmentationWeight, soft, depth, normals, other);
    }

    /** The same frame with another depth of the same size; null = none. */
    public TrainingFrame withDepth(@Nullable DepthMap other) {
        return new TrainingFrame(id, rgb, segmentation, segmentationWeight, soft, other, normals, view);
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
                tasks.contains(Task.NORMALS) ? normals : null,
                view);
    }
}
