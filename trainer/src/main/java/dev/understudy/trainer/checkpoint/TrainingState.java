package dev.understudy.trainer.checkpoint;

import dev.understudy.model.checkpoint.Checkpoint;
import java.util.Map;

/**
 * All that a run needs to go on as if it had never stopped. Random numbers are not among it: they are made from the seed and
 * the step.
 *
 * @param position where it stands
 * @param weights the network's parameters and running statistics
 * @param tensors the optimiser's and the moving average's, by name
 * @param taskWeights what the joint loss has learned
 * @param best scores of the best weights so far, by name; empty if there are none
 */
public record TrainingState(
        TrainingPosition position,
        Checkpoint weights,
        Checkpoint tensors,
        Map<String, Double> taskWeights,
        Map<String, Double> best) {}
