package dev.understudy.model.export;

import static dev.understudy.model.export.OnnxGraph.number;
import static dev.understudy.model.export.OnnxGraph.numbers;
import static dev.understudy.model.export.OnnxGraph.word;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.engine.Activation;
import dev.understudy.model.inference.Fusion;
import dev.understudy.model.inference.Fusion.FusedNode;
import dev.understudy.model.inference.InferenceNetwork.FoldedWeights;
import dev.understudy.model.network.Graph;
import dev.understudy.model.network.Graph.Node;
import dev.understudy.model.network.Operation.Activate;
import dev.understudy.model.network.Operation.Add;
import dev.understudy.model.network.Operation.BatchNorm;
import dev.understudy.model.network.Operation.Convolution;
import dev.understudy.model.network.Operation.MaxPool;
import dev.understudy.model.network.Operation.UpsampleLike;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns the layers of a network into ONNX nodes, batch-norm folded into the convolution before it. */
final class LayerNodes {
    private final Graph network;
    private final Checkpoint checkpoint;
    private final OnnxGraph onnx;
    /** Results by the node of the network that they are of. */
    private final Map<Node, String> results = new HashMap<>();

    private final Map<String, DataType> precisions = new HashMap<>();
    /** [height, width] of results where the input's size is fixed. */
    private final @Nullable Map<Node, int[]> sizes;
    /** How many of the first layers calculate in 32 bits; the others do in 16. */
    private final int singles;
    /** Of the layer that is being added. */
    private DataType precision = DataType.FLOAT;

    /**
     * @param size [height, width] of the input; null if it may be any
     * @param singles how many of the first layers calculate in 32 bits; the others do in 16
     */
    LayerNodes(Graph network, Checkpoint checkpoint, OnnxGraph onnx, int @Nullable [] size, int singles) {
        this.network = network;
        this.checkpoint = checkpoint;
        this.onnx = onnx;
        this.singles = singles;
        this.sizes = size == null ? null : new HashMap<>(Map.of(network.nodes().get(0), size));
    }

    /**
     * @param imageNchw the normalised pictures, in 32 bits
     * @return the raw output of each head, in 32 bits, NCHW at the network's own stride
     */
    Map<Task, String> add(String imageNchw) {
        results.put(network.nodes().get(0), imageNchw);
        precisions.put(imageNchw, DataType.FLOAT);
        int added = 0;
        for (FusedNode chain : Fusion.of(network)) {
            precision = added++ < singles ? DataType.FLOAT : DataType.FLOAT16;
            String result = activated(chain, sum(chain, layer(chain)));
            results.put(chain.result(), result);
            precisions.putIfAbsent(result, precision);
        }
        precision = DataType.FLOAT;
        Map<Task, String> outputs = new EnumMap<>(Task.class);
        network.outputs().forEach((task, node) -> outputs.put(task, result(node)));
        return outputs;
    }

    /** Result of a layer in the precision of the one that is being added. */
    private String result(Node node) {
        String result = results.get(node);
        return precisions.get(result) == precision ? result : onnx.cast(result, precision);
    }

    private String layer(FusedNode chain) {
        Node first = chain.inputs().get(0);
        String input = result(first);
        if (chain.operation() instanceof Convolution layer) {
            grow(chain.result(), first, layer.kernel(), layer.stride(), layer.padding(), layer.dilation());
            return layer.isChannelProduct() ? product(layer, input) : convolution(layer, chain.norm(), input);
        } else if (chain.operation() instanceof BatchNorm norm) {
            grow(chain.result(), first, 1, 1, 0, 1);
            float[][] affine = FoldedWeights.affine(norm, checkpoint);
            long channels = norm.channels();
            String scaled = onnx.node(
                    "Mul",
                    List.of(input, onnx.weights(precision, norm.name() + ".factor", affine[0], 1, channels, 1, 1)));
            return onnx.node(
                    "Add",
                    List.of(scaled, onnx.weights(precision, norm.name() + ".offset", affine[1], 1, channels, 1, 1)));
        } else if (chain.operation() instanceof Add) {
            grow(chain.result(), first, 1, 1, 0, 1);
            return onnx.node("Add", List.of(input, result(chain.inputs().get(1))));
        } else if (chain.operation() instanceof MaxPool pool) {
            grow(chain.result(), first, pool.kernel(), pool.stride(), pool.padding(), 1);
            return onnx.node(
                    "MaxPool",
                    List.of(input),
                    numbers("kernel_shape", pool.kernel(), pool.kernel()),
                    numbers("strides", pool.stride(), pool.stride()),
                    numbers("pads", pool.padding(), pool.padding(), pool.padding(), pool.padding()));
        } else if (chain.operation() instanceof UpsampleLike upsample) {
            return upsample(chain, upsample, first);
        }
        // An activation alone.
        grow(chain.result(), first, 1, 1, 0, 1);
        return input;
    }

    private String sum(FusedNode chain, String result) {
        return chain.adds()
                ? onnx.node(
                        "Add",
                        List.of(result, result(chain.inputs().get(chain.inputs().size() - 1))))
                : result;
    }

    private String activated(FusedNode chain, String result) {
        Activation activation = chain.operation() instanceof Activate alone ? alone.activation() : chain.activation();
        return switch (activation) {
            case NONE -> result;
            case RELU -> onnx.node("Relu", List.of(result));
            case RELU6 -> onnx.node("Clip", List.of(result, onnx.scalar(precision, 0), onnx.scalar(precision, 6)));
        };
    }

    private String convolution(Convolution layer, @Nullable BatchNorm norm, String input) {
        FoldedWeights folded = FoldedWeights.of(layer, norm, checkpoint);
        List<String> inputs = new ArrayList<>(List.of(
                input,
                onnx.weights(
                        precision,
                        layer.weight(),
                        folded.weight(),
                        layer.out(),
                        layer.in() / layer.groups(),
                        layer.kernel(),
                        layer.kernel())));
        if (norm != null || layer.bias()) {
            inputs.add(onnx.weights(precision, layer.name() + ".bias", folded.bias(), layer.out()));
        }
        return onnx.node(
                "Conv",
                inputs,
                numbers("kernel_shape", layer.kernel(), layer.kernel()),
                numbers("strides", layer.stride(), layer.stride()),
                numbers("pads", layer.padding(), layer.padding(), layer.padding(), layer.padding()),
                numbers("dilations", layer.dilation(), layer.dilation()),
                number("group", layer.groups()));
    }

    private String product(Convolution layer, String input) {
        float[] weight = FoldedWeights.floats(checkpoint, layer.weight());
        return onnx.node("Mul", List.of(input, onnx.weights(precision, layer.weight(), weight, 1, layer.out(), 1, 1)));
    }

    private String upsample(FusedNode chain, UpsampleLike upsample, Node first) {
        String input = result(first);
        Node like = chain.inputs().get(1);
        String size;
        if (sizes == null) {
            // The size is known when the network runs: channels of the one, height and width of the other.
            String outer = onnx.node("Shape", List.of(input), number("end", 2));
            String inner = onnx.node("Shape", List.of(results.get(like)), number("start", 2));
            size = onnx.node("Concat", List.of(outer, inner), number("axis", 0));
        } else {
            int[] target = sizes.get(like);
            sizes.put(chain.result(), target);
            size = onnx.integers(1, channels(first), target[0], target[1]);
        }
        return onnx.node(
                "Resize",
                List.of(input, "", "", size),
                word("mode", "linear"),
                word("coordinate_transformation_mode", upsample.alignCorners() ? "align_corners" : "half_pixel"));
    }

    private void grow(Node result, Node input, int kernel, int stride, int padding, int dilation) {
        if (sizes != null) {
            int[] size = sizes.get(input);
            int reach = dilation * (kernel - 1) + 1;
            sizes.put(result, new int[] {
                (size[0] + 2 * padding - reach) / stride + 1, (size[1] + 2 * padding - reach) / stride + 1
            });
        }
    }

    /** Channels of a node's result, which the last convolution before it tells. */
    private static int channels(Node node) {
        return node.operation() instanceof Convolution layer
                ? layer.out()
                : channels(node.inputs().get(0));
    }
}
