package dev.understudy.model.network;

import static dev.understudy.model.network.Operation.Convolution.pointwise;
import static dev.understudy.model.network.Operation.Convolution.square;

import dev.understudy.dataset.frame.Task;
import dev.understudy.model.network.Graph.Node;
import dev.understudy.model.network.Operation.Convolution;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The student: MobileNet-v2 with a Light-Weight RefineNet decoder and a head for each task (Nekrasov et al., ICRA
 * 2019), as in the authors' PyTorch code. Output stride 4.
 */
final class MultiTaskRefineNet {
    static final String FIRST = "layer1.0.weight";
    static final String FIRST_EXPANSION = "layer2.0.output.0.0.weight";
    static final String FIRST_DEPTHWISE = "layer2.0.output.1.0.weight";

    private static final double EPSILON = 1e-5;
    private static final int WIDTH = 256;
    /** The last layer whose output has a sixteenth of the picture's sides. */
    private static final int STRIDE_16 = 6;

    /** The inverted residuals of one layer. */
    private record Stage(int expansion, int channels, int repeats, int stride) {}

    private static final List<Stage> STAGES = List.of(
            new Stage(1, 16, 1, 1),
            new Stage(6, 24, 2, 2),
            new Stage(6, 32, 3, 2),
            new Stage(6, 64, 4, 2),
            new Stage(6, 96, 3, 1),
            new Stage(6, 160, 3, 2),
            new Stage(6, 320, 1, 1));

    /** The original's names of the heads. */
    static final Map<Task, String> HEADS = heads();

    private final GraphBuilder graph = new GraphBuilder();
    private final boolean firstExpansion;
    private final boolean alignCorners;

    private MultiTaskRefineNet(boolean firstExpansion, boolean alignCorners) {
        this.firstExpansion = firstExpansion;
        this.alignCorners = alignCorners;
    }

    /**
     * @param firstExpansion whether the first block has the expansion by a factor of one that the authors' network has
     *     and torchvision's has not
     * @param alignCorners whether the decoder resizes as DenseTorch's and not as the authors' released networks
     */
    static Graph graph(String name, Heads heads, boolean firstExpansion, boolean alignCorners) {
        return new MultiTaskRefineNet(firstExpansion, alignCorners).build(name, heads);
    }

    /**
     * The encoder alone, with two outputs: the 96 channels of the last layer that sees at stride 16 in the place of
     * segmentation, and the 320 of the last of all, at stride 32, in that of depth.
     */
    static Graph encoderGraph(String name, boolean firstExpansion) {
        MultiTaskRefineNet network = new MultiTaskRefineNet(firstExpansion, false);
        List<Node> layers = network.encoder();
        network.graph.output(Task.SEGMENTATION, layers.get(STRIDE_16));
        network.graph.output(Task.DEPTH, layers.get(layers.size() - 1));
        return network.graph.build(name, p -> true);
    }

    /** Whether a parameter, by name, belongs to a head and not to what all tasks share. */
    static boolean isOfHead(String parameter) {
        return HEADS.values().stream()
                .anyMatch(head -> parameter.startsWith(head + ".") || parameter.startsWith("pre_" + head + "."));
    }

    private static Map<Task, String> heads() {
        Map<Task, String> names = new EnumMap<>(Task.class);
        names.put(Task.SEGMENTATION, "segm");
        names.put(Task.DEPTH, "depth");
        names.put(Task.NORMALS, "normal");
        return names;
    }

    private Graph build(String name, Heads heads) {
        List<Node> features = encoder();
        List<Convolution> lateral = lateralLayers();
        Convolution[][] pooling = poolingLayers();

        Node top = graph.relu6(graph.add(project(features, lateral, 8), project(features, lateral, 7)));
        top = graph.chainedResidualPooling(top, pooling[0]);
        Node l6 = project(features, lateral, 6);
        top = adaptTo(top, 4, features.get(6));
        top = graph.relu6(graph.add(graph.add(project(features, lateral, 5), l6), top));
        top = graph.chainedResidualPooling(top, pooling[1]);
        Node l4 = project(features, lateral, 4);
        top = adaptTo(top, 3, features.get(4));
        top = graph.chainedResidualPooling(graph.relu6(graph.add(l4, top)), pooling[2]);
        Node l3 = project(features, lateral, 3);
        top = adaptTo(top, 2, features.get(3));
        top = graph.chainedResidualPooling(graph.relu6(graph.add(l3, top)), pooling[3]);

        for (Task task : List.of(Task.DEPTH, Task.SEGMENTATION, Task.NORMALS)) {
            if (heads.tasks().contains(task)) {
                graph.output(task, head(top, HEADS.get(task), heads.channels(task)));
            }
        }
        return graph.build(name, p -> p.startsWith("layer"));
    }

    /** Outputs of layers 1–8, at index 1–8. */
    private List<Node> encoder() {
        List<Node> outputs = new ArrayList<>();
        Node x = graph.input();
        outputs.add(x);
        x = graph.relu6(normalised(x, square("layer1.0", 3, 32, 3, 2, 1), "layer1.1"));
        outputs.add(x);
        int in = 32;
        for (int s = 0; s < STAGES.size(); s++) {
            Stage stage = STAGES.get(s);
            for (int i = 0; i < stage.repeats(); i++) {
                String name = "layer" + (s + 2) + "." + i + ".output.";
                x = invertedResidual(x, name, in, stage, i == 0 ? stage.stride() : 1);
                in = stage.channels();
            }
            outputs.add(x);
        }
        return outputs;
    }

    private Node invertedResidual(Node x, String name, int in, Stage stage, int stride) {
        int wide = in * stage.expansion();
        Node y = wide == in && !firstExpansion
                ? x
                : graph.relu6(normalised(x, pointwise(name + "0.0", in, wide), name + "0.1"));
        Convolution depthwise = square(name + "1.0", wide, wide, 3, stride, 1).depthwise();
        y = graph.relu6(normalised(y, depthwise, name + "1.1"));
        y = normalised(y, pointwise(name + "2.0", wide, stage.channels()), name + "2.1");
        return stride == 1 && in == stage.channels() ? graph.add(x, y) : y;
    }

    private Node normalised(Node x, Convolution layer, String norm) {
        return graph.batchNorm(graph.convolve(x, layer), norm, layer.out(), EPSILON);
    }

    private List<Convolution> lateralLayers() {
        int[] channels = {0, 32, 16, 24, 32, 64, 96, 160, 320};
        return IntStream.rangeClosed(3, 8)
                .map(i -> 11 - i)
                .mapToObj(i -> graph.declare(pointwise("conv" + i, channels[i], WIDTH)))
                .toList();
    }

    private Convolution[][] poolingLayers() {
        Convolution[][] layers = new Convolution[4][4];
        for (int block = 0; block < 4; block++) {
            for (int i = 0; i < 4; i++) {
                String name = "crp" + (4 - block) + ".0." + (i + 1) + "_outvar_dimred";
                Convolution layer = pointwise(name, WIDTH, WIDTH);
                layers[block][i] = graph.declare(block == 3 ? layer.depthwise() : layer);
            }
        }
        return layers;
    }

    private Node project(List<Node> features, List<Convolution> lateral, int layer) {
        return graph.convolve(features.get(layer), lateral.get(8 - layer));
    }

    private Node adaptTo(Node top, int number, Node size) {
        Node adapted = graph.convolve(top, pointwise("conv_adapt" + number, WIDTH, WIDTH));
        return graph.upsampleLike(adapted, size, alignCorners);
    }

    private Node head(Node x, String name, int channels) {
        Node y = graph.relu6(
                graph.convolve(x, pointwise("pre_" + name, WIDTH, WIDTH).depthwise()));
        return graph.convolve(y, square(name, WIDTH, channels, 3, 1, 1).biased());
    }
}
