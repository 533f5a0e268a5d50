package dev.understudy.model.export;

import dev.understudy.files.AtomicFile.WrittenFile;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.PyTorchZipWriter;
import dev.understudy.model.checkpoint.Tensor;
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
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A network as a TorchScript file, for inference by libtorch. Its {@code forward} takes normalised float32 [N, 3, H, W]
 * of any size and gives a dictionary of {@code segmentation} (logits), {@code depth} (metres) and {@code normals},
 * float32 NCHW at the network's own stride. Batch-norm is folded into the convolution before it. One thread.
 */
public final class TorchScriptExport {
    private final Graph network;
    private final Checkpoint checkpoint;
    private final Map<String, Tensor> weights = new LinkedHashMap<>();
    private final Map<Node, String> results = new HashMap<>();
    private final StringBuilder body = new StringBuilder();

    /** @param checkpoint holds all tensors of {@code network} */
    public TorchScriptExport(Graph network, Checkpoint checkpoint) {
        network.check(checkpoint);
        this.network = network;
        this.checkpoint = checkpoint;
    }

    /**
     * Writes the file, whole or not at all. The same network gives the same bytes.
     *
     * @param metadata travels in the file, as {@code _extra_files}
     */
    public WrittenFile write(Path file, Map<String, String> metadata) throws IOException {
        weights.clear();
        body.setLength(0);
        results.clear();
        results.put(network.nodes().get(0), "image");
        for (FusedNode chain : Fusion.of(network)) {
            String result = layer(chain);
            if (chain.adds()) {
                List<Node> inputs = chain.inputs();
                result = line("torch.add(" + result + ", " + results.get(inputs.get(inputs.size() - 1)) + ")");
            }
            results.put(chain.result(), activated(chain, result));
        }
        String outputs = network.outputs().entrySet().stream()
                .map(output -> '"' + output.getKey().key() + "\": " + results.get(output.getValue()))
                .collect(Collectors.joining(", ", "{", "}"));
        StringBuilder code = new StringBuilder(
                "class Script(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n");
        weights.keySet().forEach(name -> code.append("  ").append(name).append(" : Tensor\n"));
        code.append("  def forward(self: __torch__.Script,\n    image: Tensor) -> Dict[str, Tensor]:\n")
                .append(body)
                .append("    return ")
                .append(outputs)
                .append('\n');
        return PyTorchZipWriter.writeScript(file, code.toString(), new Checkpoint(weights), new TreeMap<>(metadata));
    }

    private String layer(FusedNode chain) {
        String input = results.get(chain.inputs().get(0));
        if (chain.operation() instanceof Convolution layer) {
            return layer.isChannelProduct() ? product(layer, input) : convolution(layer, chain.norm(), input);
        } else if (chain.operation() instanceof BatchNorm norm) {
            float[][] affine = FoldedWeights.affine(norm, checkpoint);
            String factor = weight(affine[0], 1, norm.channels(), 1, 1);
            String scaled = line("torch.mul(" + input + ", " + factor + ")");
            return line("torch.add(" + scaled + ", " + weight(affine[1], 1, norm.channels(), 1, 1) + ")");
        } else if (chain.operation() instanceof Add) {
            return line("torch.add(" + input + ", " + results.get(chain.inputs().get(1)) + ")");
        } else if (chain.operation() instanceof MaxPool pool) {
            return line("torch.max_pool2d(" + input + ", " + both(pool.kernel()) + ", " + both(pool.stride()) + ", "
                    + both(pool.padding()) + ", [1, 1], False)");
        } else if (chain.operation() instanceof UpsampleLike upsample) {
            String like = results.get(chain.inputs().get(1));
            return line("torch.upsample_bilinear2d(" + input + ", [torch.size(" + like + ", 2), torch.size(" + like
                    + ", 3)], " + (upsample.alignCorners() ? "True" : "False") + ", None, None)");
        }
        // An activation alone.
        return input;
    }

    private String activated(FusedNode chain, String result) {
        Activation activation = chain.operation() instanceof Activate alone ? alone.activation() : chain.activation();
        return switch (activation) {
            case NONE -> result;
            case RELU -> line("torch.relu(" + result + ")");
            case RELU6 -> line("torch.hardtanh(" + result + ", 0., 6.)");
        };
    }

    private String convolution(Convolution layer, @Nullable BatchNorm norm, String input) {
        FoldedWeights folded = FoldedWeights.of(layer, norm, checkpoint);
        String weight =
                weight(folded.weight(), layer.out(), layer.in() / layer.groups(), layer.kernel(), layer.kernel());
        String bias = norm != null || layer.bias() ? weight(folded.bias(), layer.out()) : "None";
        return line("torch.conv2d(" + input + ", " + weight + ", " + bias + ", " + both(layer.stride()) + ", "
                + both(layer.padding()) + ", " + both(layer.dilation()) + ", " + layer.groups() + ")");
    }

    private String product(Convolution layer, String input) {
        String weight = weight(FoldedWeights.floats(checkpoint, layer.weight()), 1, layer.out(), 1, 1);
        return line("torch.mul(" + input + ", " + weight + ")");
    }

    /** Keeps a tensor. @return how the code calls it */
    private String weight(float[] values, long... shape) {
        String name = "w" + weights.size();
        weights.put(name, Tensor.of(shape, values));
        return "self." + name;
    }

    /** Adds a line of code. @return the name of its result */
    private String line(String expression) {
        String name = "x" + body.length();
        body.append("    ").append(name).append(" = ").append(expression).append('\n');
        return name;
    }

    private static String both(int length) {
        return "[" + length + ", " + length + "]";
    }
}
