package dev.understudy.model.network;

import static dev.understudy.model.network.Operation.Convolution.pointwise;
import static dev.understudy.model.network.Operation.Convolution.square;

import dev.understudy.dataset.frame.Task;
import dev.understudy.model.network.Graph.Node;
import dev.understudy.model.network.Operation.Convolution;

/**
 * Light-Weight RefineNet on a ResNet v1 encoder (Nekrasov, Shen, Reid, BMVC 2018), as in the authors' PyTorch code.
 * Output stride 4.
 */
final class LightWeightRefineNet {
    static final String FIRST = "layer1.0.conv1.weight";

    private static final double EPSILON = 1e-5;
    private static final double DROPOUT = 0.5;

    private final GraphBuilder graph = new GraphBuilder();

    /** @param blocks bottlenecks in each of the four layers */
    static Graph graph(String name, int[] blocks, Heads heads) {
        return new LightWeightRefineNet().build(name, blocks, heads.classes());
    }

    private Graph build(String name, int[] blocks, int classes) {
        Node stem = graph.convolve(graph.input(), square("conv1", 3, 64, 7, 2, 1));
        Node x = graph.maxPool(graph.relu(graph.batchNorm(stem, "bn1", 64, EPSILON)), 3, 2);
        Node l1 = layer(x, 1, blocks[0], 64, 1);
        Node l2 = layer(l1, 2, blocks[1], 256, 2);
        Node l3 = layer(l2, 3, blocks[2], 512, 2);
        Node l4 = layer(l3, 4, blocks[3], 1024, 2);

        Node top = graph.convolve(graph.dropout(l4, DROPOUT), pointwise("p_ims1d2_outl1_dimred", 2048, 512));
        top = pooled(graph.relu(top), 1, 512);
        top = merge(top, graph.dropout(l3, DROPOUT), 2, 1024, 512);
        top = merge(top, l2, 3, 512, 256);
        top = merge(top, l1, 4, 256, 256);
        graph.output(
                Task.SEGMENTATION,
                graph.convolve(top, square("clf_conv", 256, classes, 3, 1, 1).biased()));
        return graph.build(name, p -> p.startsWith("layer") || p.startsWith("conv1.") || p.startsWith("bn1."));
    }

    /** Bottlenecks 1×1, 3×3, 1×1 of width 64, 128, 256, 512, four times wider on the outside. */
    private Node layer(Node x, int number, int blocks, int in, int stride) {
        int width = 32 << number;
        Node y = x;
        for (int i = 0; i < blocks; i++) {
            String name = "layer" + number + "." + i;
            y = i == 0 ? bottleneck(y, name, in, width, stride, true) : bottleneck(y, name, 4 * width, width, 1, false);
        }
        return y;
    }

    private Node bottleneck(Node x, String name, int in, int width, int stride, boolean project) {
        Node y = graph.relu(normalised(x, pointwise(name + ".conv1", in, width), name + ".bn1"));
        y = graph.relu(normalised(y, square(name + ".conv2", width, width, 3, stride, 1), name + ".bn2"));
        y = normalised(y, pointwise(name + ".conv3", width, 4 * width), name + ".bn3");
        Node shortcut = x;
        if (project) {
            Convolution projection = square(name + ".downsample.0", in, 4 * width, 1, stride, 1);
            shortcut = normalised(x, projection, name + ".downsample.1");
        }
        return graph.relu(graph.add(y, shortcut));
    }

    private Node normalised(Node x, Convolution layer, String norm) {
        return graph.batchNorm(graph.convolve(x, layer), norm, layer.out(), EPSILON);
    }

    /** Reduces an encoder feature, adds what comes from above at its size, and pools. */
    private Node merge(Node above, Node feature, int stage, int in, int aboveWidth) {
        String joint = "mflow_conv_g" + (stage - 1) + "_b3_joint_varout_dimred";
        Node reduced = graph.convolve(above, pointwise(joint, aboveWidth, 256));
        Node x = graph.convolve(feature, pointwise("p_ims1d2_outl" + stage + "_dimred", in, 256));
        x = graph.convolve(x, pointwise("adapt_stage" + stage + "_b2_joint_varout_dimred", 256, 256));
        return pooled(graph.relu(graph.add(x, graph.upsampleLike(reduced, feature, true))), stage, 256);
    }

    private Node pooled(Node x, int stage, int width) {
        Convolution[] layers = new Convolution[4];
        for (int i = 0; i < layers.length; i++) {
            layers[i] = pointwise("mflow_conv_g" + stage + "_pool.0." + (i + 1) + "_outvar_dimred", width, width);
        }
        return graph.chainedResidualPooling(x, layers);
    }
}
