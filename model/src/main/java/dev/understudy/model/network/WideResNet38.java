package dev.understudy.model.network;

import static dev.understudy.model.network.Operation.Convolution.square;

import dev.understudy.dataset.frame.Task;
import dev.understudy.model.network.Graph.Node;
import dev.understudy.model.network.Operation.Convolution;

/**
 * Wide ResNet-38, model A1 (Wu, Shen, van den Hengel, 2016), with a dilated fully convolutional head. Pre-activation
 * blocks; output stride 8.
 */
final class WideResNet38 {
    static final String FIRST = "conv1a.weight";

    private static final double EPSILON = 1.001e-5;

    private final GraphBuilder graph = new GraphBuilder();

    static Graph graph(String name, Heads heads) {
        return new WideResNet38().build(name, heads.classes());
    }

    private Graph build(String name, int classes) {
        Node x = graph.convolve(graph.input(), square("conv1a", 3, 64, 3, 1, 1));
        x = level(x, "b2", 3, 64, 128, 128, 2);
        x = level(x, "b3", 3, 128, 256, 256, 2);
        x = level(x, "b4", 6, 256, 512, 512, 2);
        x = block(x, "b5", 512, 512, 1024, 1, 1, 2);
        x = block(x, "b5_1", 1024, 512, 1024, 1, 2, 2);
        x = block(x, "b5_2", 1024, 512, 1024, 1, 2, 2);
        x = bottleneck(x, "b6", 1024, 512, 0.3);
        x = bottleneck(x, "b7", 2048, 1024, 0.5);
        x = graph.relu(graph.batchNorm(x, "bn7", 4096, EPSILON));
        x = graph.relu(graph.convolve(x, square("conv6a", 4096, 512, 3, 1, 12).biased()));
        Convolution classifier =
                square("linear" + classes, 512, classes, 3, 1, 12).biased();
        graph.output(Task.SEGMENTATION, graph.convolve(x, classifier));
        return graph.build(name, p -> !p.startsWith("conv6a.") && !p.startsWith("linear"));
    }

    private Node level(Node x, String name, int blocks, int in, int middle, int out, int stride) {
        Node y = block(x, name, in, middle, out, stride, 1, 1);
        for (int i = 1; i < blocks; i++) {
            y = block(y, name + "_" + i, out, middle, out, 1, 1, 1);
        }
        return y;
    }

    /** Two 3×3 convolutions; the shortcut is the identity, or a 1×1 convolution of the activated input. */
    private Node block(Node x, String name, int in, int middle, int out, int stride, int dilation1, int dilation2) {
        Node active = activated(x, name + ".bn_branch2a", in);
        Node y = graph.convolve(active, square(name + ".conv_branch2a", in, middle, 3, stride, dilation1));
        y = activated(y, name + ".bn_branch2b1", middle);
        y = graph.convolve(y, square(name + ".conv_branch2b1", middle, out, 3, 1, dilation2));
        return graph.add(y, in == out ? x : projected(active, name, in, out, stride));
    }

    /** 1×1, 3×3 of dilation 4, 1×1, each wider than the one before. */
    private Node bottleneck(Node x, String name, int in, int first, double dropout) {
        int out = 4 * first;
        Node active = activated(x, name + ".bn_branch2a", in);
        Node y = graph.convolve(active, square(name + ".conv_branch2a", in, first, 1, 1, 1));
        y = activated(y, name + ".bn_branch2b1", first);
        y = graph.convolve(y, square(name + ".conv_branch2b1", first, 2 * first, 3, 1, 4));
        y = graph.dropout(activated(y, name + ".bn_branch2b2", 2 * first), dropout);
        y = graph.convolve(y, square(name + ".conv_branch2b2", 2 * first, out, 1, 1, 1));
        return graph.add(y, projected(active, name, in, out, 1));
    }

    private Node activated(Node x, String norm, int channels) {
        return graph.relu(graph.batchNorm(x, norm, channels, EPSILON));
    }

    private Node projected(Node active, String name, int in, int out, int stride) {
        return graph.convolve(active, square(name + ".conv_branch1", in, out, 1, stride, 1));
    }
}
