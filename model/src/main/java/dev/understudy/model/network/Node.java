package dev.understudy.model.network;

import java.util.List;

/**
 * One step of a graph. Equal only to itself: comparing by value would walk the whole network, and through its shortcuts
 * many times.
 */
public final class Node {
    private final int index;
    private final Operation operation;
    private final List<Node> inputs;

    Node(int index, Operation operation, List<Node> inputs) {
        this.index = index;
        this.operation = operation;
        this.inputs = List.copyOf(inputs);
    }

    /** Place in {@link Graph#nodes}; inputs have lower ones. */
    public int index() {
        return index;
    }

    public Operation operation() {
        return operation;
    }

    public List<Node> inputs() {
        return inputs;
    }

    @Override
    public String toString() {
        return index + " = " + operation + inputs.stream().map(Node::index).toList();
    }
}
