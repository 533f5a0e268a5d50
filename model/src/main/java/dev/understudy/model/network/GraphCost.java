package dev.understudy.model.network;

import dev.understudy.model.network.Operation.Convolution;
import dev.understudy.model.network.Operation.MaxPool;
import dev.understudy.model.network.Operation.UpsampleLike;

/** Counts what a graph multiplies for a picture of a given size. */
final class GraphCost {
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
                shrunk(in[0], p.kernel(), p.stride(), p.padding()), shrunk(in[1], p.kernel(), p.stride(), p.padding())
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
