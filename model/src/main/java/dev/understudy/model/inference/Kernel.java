package dev.understudy.model.inference;

import ai.djl.ndarray.NDArray;

/** Computes one chain. */
interface Kernel {
    /**
     * @param inputs in the order of {@link FusedNode#inputs}
     * @param spare by input: nobody reads it afterwards, so it may be overwritten and returned
     */
    NDArray run(NDArray[] inputs, boolean[] spare);
}
