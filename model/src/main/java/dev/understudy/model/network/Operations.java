package dev.understudy.model.network;

import ai.djl.ndarray.NDArray;
import java.util.List;

/** How the operations of a graph are carried out. */
public interface Operations {
    /** @param inputs the results of the node's inputs; not to be closed */
    NDArray apply(Operation operation, List<NDArray> inputs);
}
