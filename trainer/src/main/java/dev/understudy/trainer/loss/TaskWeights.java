package dev.understudy.trainer.loss;

import dev.understudy.dataset.frame.Task;
import java.util.Map;

/** How much each task's loss counts. Used by one thread. */
public interface TaskWeights {
    /** What the task's loss and gradient are multiplied by. */
    double weight(Task task);

    /** What is added to the total for the weights themselves. */
    double penalty();

    /** Tells the losses of a step, from which weights may learn; those of tasks that it did not teach are not among them. */
    void learn(Map<Task, Double> terms, double rate);

    /** What has been learned, by task key; empty if nothing can be. */
    Map<String, Double> state();

    /** Takes up where {@link #state} was. */
    void restore(Map<String, Double> state);
}
