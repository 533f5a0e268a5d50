package dev.understudy.trainer.loss;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.dataset.frame.Task;
import java.util.Collection;
import java.util.EnumMap;
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

    /** Weights as the recipe says. */
    record FixedTaskWeights(Map<Task, Double> weights) implements TaskWeights {
        public FixedTaskWeights {
            weights = Map.copyOf(weights);
        }

        @Override
        public double weight(Task task) {
            return weights.getOrDefault(task, 0.0);
        }

        @Override
        public double penalty() {
            return 0;
        }

        @Override
        public void learn(Map<Task, Double> terms, double rate) {}

        @Override
        public Map<String, Double> state() {
            return Map.of();
        }

        @Override
        public void restore(Map<String, Double> state) {}
    }

    /**
     * Homoscedastic uncertainty (Kendall, Gal, Cipolla 2018): with a learned s = ln σ² for each task the total is
     * Σ f·exp(−s)·L + s/2, where f is 1 for segmentation and ½ for the regressions. Starts from s = 0 and descends by
     * plain gradient steps at the decoder's rate.
     */
    final class LearnedTaskWeights implements TaskWeights {
        private final Map<Task, Double> logVariance = new EnumMap<>(Task.class);

        public LearnedTaskWeights(Collection<Task> tasks) {
            tasks.forEach(task -> logVariance.put(task, 0.0));
        }

        @Override
        public double weight(Task task) {
            return factor(task) * Math.exp(-logVariance.getOrDefault(task, 0.0));
        }

        @Override
        public double penalty() {
            return logVariance.values().stream().mapToDouble(s -> s / 2).sum();
        }

        @Override
        public void learn(Map<Task, Double> terms, double rate) {
            terms.forEach((task, loss) ->
                    logVariance.computeIfPresent(task, (t, s) -> s - rate * (0.5 - weight(task) * loss)));
        }

        @Override
        public Map<String, Double> state() {
            Map<String, Double> state = new java.util.LinkedHashMap<>();
            logVariance.forEach((task, s) -> state.put(task.key(), s));
            return state;
        }

        @Override
        public void restore(Map<String, Double> state) {
            logVariance.replaceAll((task, s) -> state.getOrDefault(task.key(), s));
        }

        private static double factor(Task task) {
            return task == Task.SEGMENTATION ? 1 : 0.5;
        }
    }

    /** How much each task's loss counts. Used by one thread. */
    interface TaskWeights {
        /** What the task's loss and gradient are multiplied by. */
        double weight(Task task);

        /** What is added to the total for the weights themselves. */
        double penalty();

        /**
         * Tells the losses of a step, from which weights may learn; those of tasks that it did not teach are not among
         * them.
         */
        void learn(Map<Task, Double> terms, double rate);

        /** What has been learned, by task key; empty if nothing can be. */
        Map<String, Double> state();

        /** Takes up where {@link #state} was. */
        void restore(Map<String, Double> state);
    }
}
