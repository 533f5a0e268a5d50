package dev.understudy.trainer.data;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.PinholeView;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.NormalMap;
import dev.understudy.dataset.image.RgbImage;
import io.soabase.recordbuilder.core.RecordBuilder;
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
@RecordBuilder
public record TrainingFrame(
        String id,
        RgbImage rgb,
        @Nullable LabelMap segmentation,
        float @Nullable [] segmentationWeight,
        @Nullable SoftLabels soft,
        @Nullable DepthMap depth,
        @Nullable NormalMap normals,
        @Nullable SceneView view)
        implements TrainingFrameBuilder.With {

    /**
     * From where a frame shows its scene.
     *
     * @param depth as measured, all of it, in the picture's size
     */
    public record SceneView(String scene, PinholeView camera, DepthMap depth) {
        /** Of a frame whose scene, pose, intrinsics and depth are known. */
        public static Optional<SceneView> of(Frame frame) {
            String scene = frame.record().scene();
            DepthMap depth = frame.depth();
            return scene == null || depth == null
                    ? Optional.empty()
                    : PinholeView.of(frame.record(), frame.width(), frame.height())
                            .map(camera -> new SceneView(scene, camera, depth));
        }
    }

    /** The same frame without the annotation of other tasks. */
    public TrainingFrame teaching(Collection<Task> tasks) {
        boolean segments = tasks.contains(Task.SEGMENTATION);
        return TrainingFrameBuilder.builder()
                .id(id)
                .rgb(rgb)
                .segmentation(segments ? segmentation : null)
                .segmentationWeight(segments ? segmentationWeight : null)
                .soft(segments ? soft : null)
                .depth(tasks.contains(Task.DEPTH) ? depth : null)
                .normals(tasks.contains(Task.NORMALS) ? normals : null)
                .view(view)
                .build();
    }
}
