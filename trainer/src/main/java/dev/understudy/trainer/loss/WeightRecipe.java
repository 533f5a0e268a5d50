package dev.understudy.trainer.loss;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.dataset.frame.Task;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;

/** What recipes may name under {@code loss.weights}. */
public sealed interface WeightRecipe {
    /** The weights of a network with these tasks. */
    TaskWeights of(Collection<Task> tasks);

    /** All tasks alike, summing to 1: the authors' choice. */
    @Named("equal")
    record Equal() implements WeightRecipe {
        @Override
        public TaskWeights of(Collection<Task> tasks) {
            return new FixedTaskWeights(tasks.stream().collect(Collectors.toMap(t -> t, t -> 1.0 / tasks.size())));
        }
    }

    /** As given. */
    @Named("fixed")
    record Fixed(
            @Default("0") double segmentation,
            @Default("0") double depth,
            @Default("0") double normals) implements WeightRecipe {
        public Fixed {
            new Checks()
                    .atLeast("segmentation", segmentation, 0)
                    .atLeast("depth", depth, 0)
                    .atLeast("normals", normals, 0)
                    .that(segmentation + depth + normals > 0, "segmentation", "and all others are 0: nothing to learn")
                    .verify();
        }

        @Override
        public TaskWeights of(Collection<Task> tasks) {
            return new FixedTaskWeights(
                    Map.of(Task.SEGMENTATION, segmentation, Task.DEPTH, depth, Task.NORMALS, normals));
        }
    }

    /** By homoscedastic uncertainty. */
    @Named("learned")
    record Learned() implements WeightRecipe {
        @Override
        public TaskWeights of(Collection<Task> tasks) {
            return new LearnedTaskWeights(tasks);
        }
    }
}
