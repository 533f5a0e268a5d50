package dev.understudy.model.network;

import ai.djl.ndarray.NDArray;

/** What a training pass reads and what it leaves behind. */
interface TrainedWeights {
    /** A parameter or running statistic. */
    NDArray array(String name);

    /** Whether a derivative by this parameter is wanted. */
    boolean trains(String name);

    /** Adds to a parameter's gradient; {@code derivative} stays the caller's. */
    void addGradient(String name, NDArray derivative);
}
