package dev.understudy.trainer.loss;

import dev.understudy.conf.Default;
import dev.understudy.dataset.frame.Task;
import dev.understudy.trainer.loss.PixelLoss.UpsampledLoss;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;

/** The losses of a recipe, one a task; those of tasks that the network lacks are not used. */
public record LossConfiguration(
        @Default("cross-entropy") SegmentationLoss segmentation,
        @Default("inverse-huber") DepthLoss depth,
        @Default("cosine") NormalsLoss normals,
        @Default("equal") WeightRecipe weights) {

    /**
     * The joint loss of a network with these tasks.
     *
     * @param threads that it may use
     */
    public JointLoss of(Collection<Task> tasks, int threads) {
        Map<Task, TaskLoss> losses = new EnumMap<>(Task.class);
        tasks.forEach(task -> losses.put(task, loss(task)));
        return new JointLoss(losses, weights.of(tasks), new Workers(threads));
    }

    private TaskLoss loss(Task task) {
        return switch (task) {
            case SEGMENTATION -> segmentation;
            case DEPTH -> new UpsampledLoss(depth);
            case NORMALS -> new UpsampledLoss(normals);
        };
    }
}
