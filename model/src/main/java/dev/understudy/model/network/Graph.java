package dev.understudy.model.network;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.network.Operation.Convolution;
import dev.understudy.model.network.Operation.MaxPool;
import dev.understudy.model.network.Operation.UpsampleLike;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A network's layers and how they hang together, with no weights: the one description that its trainable, plain and
 * inference forms are made from.
 *
 * @param nodes in an order in which they can be computed; the first is the input
 * @param outputs the node of each head
 * @param parameters in the original's order
 * @param encoder whether a parameter, by name, belongs to the encoder
 */
public record Graph(
        String architecture,
        List<Node> nodes,
        Map<Task, Node> outputs,
        List<ParameterSpec> parameters,
        Predicate<String> encoder) {

    /**
     * By node: the index of the last node that reads it; {@code Integer.MAX_VALUE} for outputs, its own if none does.
     */
    public int[] lastReaders() {
        int[] last = new int[nodes.size()];
        Arrays.setAll(last, i -> i);
        for (Node node : nodes) {
            node.inputs().forEach(input -> last[input.index()] = Math.max(last[input.index()], node.index()));
        }
        outputs.values().forEach(node -> last[node.index()] = Integer.MAX_VALUE);
        return last;
    }

    /**
     * Checks that a checkpoint holds exactly this graph's tensors; counters of batches seen do not matter.
     *
     * @throws dev.understudy.model.checkpoint.CheckpointException if a tensor is missing, left over or of another
     *     shape, or holds values that are not finite
     */
    public void check(Checkpoint checkpoint) {
        CheckpointFit.check(this, checkpoint);
    }

    /** Multiplications of all convolutions for one picture; an addition goes with each. */
    public double multiplications(int width, int height) {
        return GraphCost.multiplications(this, width, height);
    }

    /** By node: how many nodes read it, an output counting as one more. */
    public int[] readers() {
        int[] readers = new int[nodes.size()];
        nodes.forEach(node -> node.inputs().forEach(input -> readers[input.index()]++));
        outputs.values().forEach(node -> readers[node.index()]++);
        return readers;
    }

    /** Counts what a graph multiplies for a picture of a given size. */
    static final class GraphCost {
        private GraphCost() {}

        /** Multiplications of all convolutions. */
        static double multiplications(Graph graph, int width, int height) {
            int[][] sizes = new int[graph.nodes().size()][];
            double sum = 0;
            for (Node node : graph.nodes()) {
                int[] size = size(node, sizes, width, height);
                sizes[node.index()] = size;
                if (node.operation() instanceof Convolution c) {
                    sum += (double) c.out() * (c.in() / c.groups()) * c.kernel() * c.kernel() * size[0] * size[1];
                }
            }
            return sum;
        }

        private static int[] size(Node node, int[][] sizes, int width, int height) {
            if (node.operation() instanceof Operation.Input) {
                return new int[] {width, height};
            }
            int[] in = sizes[node.inputs().get(0).index()];
            if (node.operation() instanceof Convolution c) {
                int reach = (c.kernel() - 1) * c.dilation() + 1;
                return new int[] {
                    shrunk(in[0], reach, c.stride(), c.padding()), shrunk(in[1], reach, c.stride(), c.padding())
                };
            } else if (node.operation() instanceof MaxPool p) {
                return new int[] {
                    shrunk(in[0], p.kernel(), p.stride(), p.padding()),
                    shrunk(in[1], p.kernel(), p.stride(), p.padding())
                };
            } else if (node.operation() instanceof UpsampleLike) {
                return sizes[node.inputs().get(1).index()];
            }
            return in;
        }

        private static int shrunk(int side, int reach, int stride, int padding) {
            return (side + 2 * padding - reach) / stride + 1;
        }
    }

    /** A parameter or running statistic: its original name, what it is for, its shape. */
    public record ParameterSpec(String name, Parameter.Type type, Shape shape) {
        public boolean isStatistic() {
            return type == Parameter.Type.RUNNING_MEAN || type == Parameter.Type.RUNNING_VAR;
        }
    }
}
