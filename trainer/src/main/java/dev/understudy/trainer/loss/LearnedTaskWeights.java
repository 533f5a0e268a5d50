package dev.understudy.trainer.loss;

import dev.understudy.dataset.frame.Task;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;

/**
 * Homoscedastic uncertainty (Kendall, Gal, Cipolla 2018): with a learned s = ln σ² for each task the total is
 * Σ f·exp(−s)·L + s/2, where f is 1 for segmentation and ½ for the regressions. Starts from s = 0 and descends by plain
 * gradient steps at the decoder's rate.
 */
public final class LearnedTaskWeights implements TaskWeights {
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
