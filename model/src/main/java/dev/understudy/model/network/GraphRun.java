package dev.understudy.model.network;

import ai.djl.ndarray.NDArray;
import dev.understudy.dataset.frame.Task;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Walks a graph from the pictures to its outputs. */
public final class GraphRun {
    private final Graph graph;
    private final int[] lastReaders;

    public GraphRun(Graph graph) {
        this.graph = graph;
        this.lastReaders = graph.lastReaders();
    }

    /**
     * @param release drop each result after its last reader; a recorded gradient keeps what it needs all the same
     */
    public Map<Task, NDArray> run(NDArray imagesNchw, Operations operations, boolean release) {
        NDArray[] values = new NDArray[graph.nodes().size()];
        try {
            for (Node node : graph.nodes()) {
                if (node.operation() instanceof Operation.Input) {
                    values[node.index()] = imagesNchw;
                    continue;
                }
                List<NDArray> inputs =
                        node.inputs().stream().map(i -> values[i.index()]).toList();
                values[node.index()] = operations.apply(node.operation(), inputs);
                if (release) {
                    closeReadBy(node, values, imagesNchw);
                }
            }
            Map<Task, NDArray> outputs = new EnumMap<>(Task.class);
            graph.outputs().forEach((task, node) -> outputs.put(task, values[node.index()]));
            return outputs;
        } catch (RuntimeException e) {
            Arrays.stream(values).filter(v -> v != null && v != imagesNchw).forEach(NDArray::close);
            throw e;
        }
    }

    private void closeReadBy(Node node, NDArray[] values, NDArray images) {
        for (Node input : node.inputs()) {
            NDArray value = values[input.index()];
            if (lastReaders[input.index()] == node.index() && value != images) {
                value.close();
            }
        }
    }

    /** How the operations of a graph are carried out. */
    public interface Operations {
        /** @param inputs the results of the node's inputs; not to be closed */
        NDArray apply(Operation operation, List<NDArray> inputs);
    }
}
