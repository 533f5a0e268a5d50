package dev.understudy.model.network;

import java.util.List;

/**
 * One step of a graph.
 *
 * @param index place in {@link Graph#nodes}; inputs have lower ones
 */
public record Node(int index, Operation operation, List<Node> inputs) {
    public Node {
        inputs = List.copyOf(inputs);
    }

    @Override
    public String toString() {
        return index + " = " + operation + inputs.stream().map(Node::index).toList();
    }
}
