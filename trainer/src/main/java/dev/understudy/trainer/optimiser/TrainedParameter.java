package dev.understudy.trainer.optimiser;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * A parameter that moves, and what is kept beside it.
 *
 * @param array the network's own
 * @param slots the rule's, the optimiser's own
 * @param rate before the schedule
 */
record TrainedParameter(String name, NDArray array, List<NDArray> slots, double rate, double decay) {}
