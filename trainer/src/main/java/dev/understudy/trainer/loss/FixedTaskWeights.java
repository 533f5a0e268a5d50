package dev.understudy.trainer.loss;

import dev.understudy.dataset.frame.Task;
import java.util.Map;

/** Weights as the recipe says. */
public record FixedTaskWeights(Map<Task, Double> weights) implements TaskWeights {
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
