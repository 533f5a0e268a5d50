package dev.understudy.model.network;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.engine.Activation;
import dev.understudy.model.network.Graph.Node;
import dev.understudy.model.network.Graph.ParameterSpec;
import dev.understudy.model.network.Operation.BatchNorm;
import dev.understudy.model.network.Operation.Convolution;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Writes a {@link Graph} down, layer by layer. Parameters are listed in the order in which their layers are first
 * named; where the original's order differs from the order of computation, {@link #declare} comes first.
 */
final class GraphBuilder {
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, ParameterSpec> parameters = new LinkedHashMap<>();
    private final Map<Task, Node> outputs = new EnumMap<>(Task.class);

    Node input() {
        return node(new Operation.Input());
    }

    /** Lists a convolution's parameters here. */
    Convolution declare(Convolution layer) {
        Shape weight = new Shape(layer.out(), layer.in() / layer.groups(), layer.kernel(), layer.kernel());
        parameter(layer.weight(), Parameter.Type.WEIGHT, weight);
        if (layer.bias()) {
            parameter(layer.name() + ".bias", Parameter.Type.BIAS, new Shape(layer.out()));
        }
        return layer;
    }

    Node convolve(Node x, Convolution layer) {
        return node(declare(layer), x);
    }

    Node batchNorm(Node x, String name, int channels, double epsilon) {
        Shape shape = new Shape(channels);
        parameter(name + ".weight", Parameter.Type.GAMMA, shape);
        parameter(name + ".bias", Parameter.Type.BETA, shape);
        parameter(name + ".running_mean", Parameter.Type.RUNNING_MEAN, shape);
        parameter(name + ".running_var", Parameter.Type.RUNNING_VAR, shape);
        return node(new BatchNorm(name, channels, epsilon), x);
    }

    Node relu(Node x) {
        return node(new Operation.Activate(Activation.RELU), x);
    }

    Node relu6(Node x) {
        return node(new Operation.Activate(Activation.RELU6), x);
    }

    Node add(Node a, Node b) {
        return node(new Operation.Add(), a, b);
    }

    Node maxPool(Node x, int kernel, int stride) {
        return node(new Operation.MaxPool(kernel, stride, kernel / 2), x);
    }

    Node upsampleLike(Node x, Node size, boolean alignCorners) {
        return node(new Operation.UpsampleLike(alignCorners), x, size);
    }

    Node dropout(Node x, double rate) {
        return node(new Operation.Dropout(rate), x);
    }

    /**
     * Chained residual pooling: {@code layers.length} times a 5×5 pool and a 1×1 convolution, each stage fed by the one
     * before, all stages summed onto {@code x}.
     */
    Node chainedResidualPooling(Node x, Convolution... layers) {
        Node sum = x;
        Node top = x;
        for (Convolution layer : layers) {
            top = convolve(maxPool(top, 5, 1), layer);
            sum = add(top, sum);
        }
        return sum;
    }

    void output(Task task, Node head) {
        outputs.put(task, head);
    }

    Graph build(String architecture, Predicate<String> encoder) {
        return new Graph(architecture, List.copyOf(nodes), outputs, List.copyOf(parameters.values()), encoder);
    }

    private void parameter(String name, Parameter.Type type, Shape shape) {
        parameters.putIfAbsent(name, new ParameterSpec(name, type, shape));
    }

    private Node node(Operation operation, Node... inputs) {
        Node node = new Node(nodes.size(), operation, List.of(inputs));
        nodes.add(node);
        return node;
    }
}
