package dev.understudy.model.inference;

import dev.understudy.model.engine.Activation;
import dev.understudy.model.network.Graph;
import dev.understudy.model.network.Graph.Node;
import dev.understudy.model.network.Operation;
import dev.understudy.model.network.Operation.Activate;
import dev.understudy.model.network.Operation.Add;
import dev.understudy.model.network.Operation.BatchNorm;
import dev.understudy.model.network.Operation.Convolution;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gathers a graph's nodes into chains that one kernel can compute. Dropout disappears. A chain grows over a node only
 * if nobody else reads what lies inside it.
 */
public final class Fusion {
    private final Graph graph;
    private final int[] readers;
    private final Set<Node> absorbed = new HashSet<>();

    private Fusion(Graph graph) {
        this.graph = graph;
        this.readers = graph.readers();
    }

    /** Chains in an order in which they can be computed; the input is none. */
    public static List<FusedNode> of(Graph graph) {
        return new Fusion(graph).fuse();
    }

    private List<FusedNode> fuse() {
        List<FusedNode> chains = new ArrayList<>();
        for (Node node : graph.nodes()) {
            boolean computes =
                    !(node.operation() instanceof Operation.Input) && !(node.operation() instanceof Operation.Dropout);
            if (computes && !absorbed.contains(node)) {
                chains.add(chainFrom(node));
            }
        }
        chains.sort(Comparator.comparingInt(chain -> chain.result().index()));
        return chains;
    }

    private FusedNode chainFrom(Node start) {
        boolean product = start.operation() instanceof Convolution c && c.isChannelProduct();
        boolean convolution = start.operation() instanceof Convolution && !product;
        boolean takesActivation =
                product || convolution || start.operation() instanceof Add || start.operation() instanceof BatchNorm;
        List<Node> inputs =
                new ArrayList<>(start.inputs().stream().map(Fusion::skipDropout).toList());

        Node norm = convolution ? absorbNext(start, BatchNorm.class) : null;
        Node beforeSum = norm == null ? start : norm;
        Node sum = convolution ? absorbNext(beforeSum, Add.class) : null;
        if (sum != null) {
            inputs.add(skipDropout(sum.inputs().get(sum.inputs().get(0) == beforeSum ? 1 : 0)));
        }
        Node beforeActivation = sum == null ? beforeSum : sum;
        Node activation = takesActivation ? absorbNext(beforeActivation, Activate.class) : null;
        return new FusedNode(
                start.operation(),
                norm == null ? null : (BatchNorm) norm.operation(),
                sum != null,
                activation == null ? Activation.NONE : ((Activate) activation.operation()).activation(),
                List.copyOf(inputs),
                activation == null ? beforeActivation : activation);
    }

    /** The only reader of a node, now part of its chain; null if there are several or it is of another kind. */
    private @Nullable Node absorbNext(Node node, Class<? extends Operation> kind) {
        if (readers[node.index()] != 1) {
            return null;
        }
        for (Node reader : graph.nodes()) {
            if (reader.inputs().contains(node) && kind.isInstance(reader.operation()) && absorbed.add(reader)) {
                return reader;
            }
        }
        return null;
    }

    private static Node skipDropout(Node node) {
        return node.operation() instanceof Operation.Dropout
                ? skipDropout(node.inputs().get(0))
                : node;
    }

    /**
     * An operation together with those after it that can be done in the same pass: batch-norm, the sum with another
     * result, an activation, in this order.
     *
     * @param inputs results that it reads; the last is the summand if {@code adds}
     * @param result what it computes, the node at the end of the chain
     */
    public record FusedNode(
            Operation operation,
            Operation.@Nullable BatchNorm norm,
            boolean adds,
            Activation activation,
            List<Node> inputs,
            Node result) {}
}
