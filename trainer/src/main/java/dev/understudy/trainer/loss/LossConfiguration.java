package dev.understudy.trainer.loss;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.ClassSpace.ClassSlice;
import dev.understudy.trainer.loss.PairLoss.Agreement;
import dev.understudy.trainer.loss.PixelLoss.UpsampledLoss;
import dev.understudy.trainer.loss.TaskLoss.SegmentationLoss;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** The losses of a recipe, one a task; those of tasks that the network lacks are not used. */
public record LossConfiguration(
        @Default("cross-entropy") SegmentationLoss segmentation,
        @Default("inverse-huber") DepthLoss depth,
        @Default("cosine") NormalsLoss normals,
        @Default("equal") WeightRecipe weights,
        @Default("{}") Temporal temporal) {

    /** Without losses on pairs of frames. */
    public LossConfiguration(
            SegmentationLoss segmentation, DepthLoss depth, NormalsLoss normals, WeightRecipe weights) {
        this(segmentation, depth, normals, weights, new Temporal(0, 0));
    }

    /**
     * Losses on two views of one scene in a batch, so that answers stay the same from frame to frame. Each is added to
     * its task's own loss, times the weight given here; 0 = off, and batches are then what they are without. They need
     * frames with scene, depth, pose and intrinsics; others train as before.
     *
     * @param agreement of the two views' posteriors, for segmentation: squared distance, 0 to 2
     * @param tgm temporal gradient matching, for depth, metres: predicted depth is to change from view to view as
     *     measured depth does
     */
    public record Temporal(
            @Default("0") double agreement, @Default("0") double tgm) {
        public Temporal {
            new Checks()
                    .inRange("agreement", agreement, 0, MOST)
                    .inRange("tgm", tgm, 0, MOST)
                    .verify();
        }

        private static final double MOST = 1e6;

        /** Whether any is on. */
        public boolean isOn() {
            return agreement > 0 || tgm > 0;
        }

        private Map<PairLoss, Double> losses(Collection<Task> tasks) {
            Map<PairLoss, Double> losses = new LinkedHashMap<>();
            losses.put(new Agreement(), agreement);
            losses.put(new GradientMatching(), tgm);
            losses.entrySet()
                    .removeIf(loss -> loss.getValue() == 0
                            || !tasks.contains(loss.getKey().task()));
            return losses;
        }
    }

    /**
     * The joint loss of a network with these tasks.
     *
     * @param threads that it may use
     */
    public JointLoss of(Collection<Task> tasks, int threads) {
        Map<Task, TaskLoss> losses = new EnumMap<>(Task.class);
        tasks.forEach(task -> losses.put(task, loss(task)));
        return new JointLoss(losses, weights.of(tasks), temporal.losses(tasks), new Workers(threads));
    }

    private TaskLoss loss(Task task) {
        return switch (task) {
            case SEGMENTATION -> segmentation;
            case DEPTH -> new UpsampledLoss(depth);
            case NORMALS -> new UpsampledLoss(normals);
        };
    }

    /**
     * Temporal gradient matching, as in Video Depth Anything (CVPR 2025): predicted depth is to change from view to
     * view as
     * the measured depth of the same surface does, |(d₂ − d₁) − (m₂ − m₁)| in metres. What is wrong in both views alike
     * costs nothing. The absolute value of a prediction counts, as at inference.
     */
    static final class GradientMatching extends PairLoss {
        @Override
        String key() {
            return "tgm";
        }

        @Override
        Task task() {
            return Task.DEPTH;
        }

        @Override
        double of(
                float[] first,
                float[] second,
                double recession,
                ClassSlice slice,
                double[] byFirst,
                double[] bySecond) {
            double excess = Math.abs(second[0]) - Math.abs(first[0]) - recession;
            byFirst[0] = -Math.signum(excess) * Math.signum(first[0]);
            bySecond[0] = Math.signum(excess) * Math.signum(second[0]);
            return Math.abs(excess);
        }
    }
}
