package dev.understudy.model.inference;

import dev.understudy.model.engine.Activation;
import dev.understudy.model.network.Node;
import dev.understudy.model.network.Operation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operation together with those after it that can be done in the same pass: batch-norm, the sum with another result,
 * an activation, in this order.
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
