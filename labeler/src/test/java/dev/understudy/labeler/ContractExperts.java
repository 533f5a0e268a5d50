package dev.understudy.labeler;

import dev.understudy.dataset.frame.Task;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.PyTorchZipWriter;
import dev.understudy.model.checkpoint.Tensor;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.network.Architecture;
import dev.understudy.model.network.Heads;
import dev.understudy.model.network.Network;
import dev.understudy.model.onnx.OnnxGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One expert of every kind, with small networks; and their twins that say what is no number. */
final class ContractExperts {
    private static final String NAMES = "classes: [wall, floor, bed, chair, sofa]\nmapTo: nyud40\n";
    private static final String LOGITS = "segmentation: {tensor: logits, kind: logits}";
    private static final String DYNAMIC = "size: dynamic, multipleOf: 8, fit: pad";

    /** So large that twice of it is none. */
    private static final float HUGE = 3e38f;

    private final Path folder;

    /** An expert to be held to the contract. */
    record Named(String name, ExpertConfiguration configuration) {
        @Override
        public String toString() {
            return name;
        }
    }

    ContractExperts(Path folder) {
        this.folder = folder;
    }

    List<Named> all() throws IOException {
        OnnxGraph any = OnnxGraph.colours(3, 2, "N", "h", "w");
        return List.of(
                builtIn("built-in segmentation", Heads.segmentation(19), "cityscapes19", false),
                builtIn("built-in depth", Heads.of(Set.of(Task.DEPTH), 0), null, false),
                onnx("logits", any.output("logits", OnnxGraph.FLOAT, "N", 5, "h", "w"), DYNAMIC, LOGITS, NAMES),
                onnx(
                        "batch of one",
                        OnnxGraph.colours(3, 2, 1, 32, 48).output("logits", OnnxGraph.FLOAT, 1, 5, 32, 48),
                        "size: 48x32, fit: crop",
                        LOGITS,
                        NAMES),
                onnx(
                        "probabilities",
                        probabilities(3),
                        DYNAMIC,
                        "segmentation: {tensor: p, kind: probabilities}",
                        NAMES),
                onnx("classes", decisions(), DYNAMIC, "segmentation: {tensor: best, kind: classes}", NAMES),
                onnx(
                        "queries",
                        queries(40),
                        "size: 48x32",
                        "segmentation: {kind: {queries: {classes: kinds, masks: masks}}}",
                        "classes: [wall, floor, other]\nmapTo: nyud40\n"),
                onnx("metres", depth(2), DYNAMIC, "depth: {tensor: metres, kind: metres}", ""),
                onnx(
                        "inverse",
                        depth(2),
                        DYNAMIC,
                        "depth: {tensor: metres, kind: {inverse: {scale: 0.05, shift: 0.01}}}",
                        ""),
                onnx("channels last", channelsLast(), DYNAMIC, LOGITS, "classes: [wall, floor, bed]\nmapTo: nyud40\n"),
                script("script", "torch.mul(x, 3.)"),
                // As one that was traced with a batch of one: it answers for the first picture alone.
                script("script of one", "torch.mul(torch.narrow(x, 0, 0, 1), 3.)"));
    }

    List<Named> overflowing() throws IOException {
        return List.of(
                builtIn("built-in segmentation overflows", Heads.segmentation(19), "cityscapes19", true),
                builtIn("built-in depth overflows", Heads.of(Set.of(Task.DEPTH), 0), null, true),
                onnx(
                        "logits overflow",
                        OnnxGraph.colours(HUGE, 2, "N", "h", "w").output("logits", OnnxGraph.FLOAT, "N", 5, "h", "w"),
                        DYNAMIC + ", scale: 3",
                        LOGITS,
                        NAMES),
                onnx(
                        "probabilities overflow",
                        probabilities(HUGE),
                        DYNAMIC + ", scale: 3",
                        "segmentation: {tensor: p, kind: probabilities}",
                        NAMES),
                onnx(
                        "queries overflow",
                        queries(HUGE),
                        "size: 48x32, scale: 3",
                        "segmentation: {kind: {queries: {classes: kinds, masks: masks}}}",
                        "classes: [wall, floor, other]\nmapTo: nyud40\n"),
                onnx(
                        "metres overflow",
                        depth(HUGE),
                        DYNAMIC + ", scale: 3",
                        "depth: {tensor: metres, kind: metres}",
                        ""),
                onnx(
                        "inverse overflows",
                        depth(HUGE),
                        DYNAMIC + ", scale: 3",
                        "depth: {tensor: metres, kind: inverse}",
                        ""),
                script("script overflows", "torch.div(x, torch.sub(x, x))"));
    }

    private Named builtIn(String name, Heads heads, @Nullable String classes, boolean overflowing) throws IOException {
        Path file = folder.resolve(name.replace(' ', '-') + ".pth");
        try (Network network = Architecture.MT_LW_REFINENET.create(heads, NativeEngine.cpu(), 11)) {
            Map<String, Tensor> tensors = new LinkedHashMap<>(network.snapshot().tensors());
            if (overflowing) {
                String last = classes == null ? "depth.weight" : "segm.weight";
                float[] huge = tensors.get(last).toFloats();
                Arrays.fill(huge, HUGE);
                tensors.put(last, Tensor.of(tensors.get(last).shape(), huge));
            }
            PyTorchZipWriter.write(file, new Checkpoint(tensors));
        }
        return new Named(
                name,
                ExpertConfiguration.of("mt-lw-refinenet", file).classes(classes).build());
    }

    private Named onnx(String name, OnnxGraph graph, String input, String outputs, String more) throws IOException {
        String file = name.replace(' ', '-');
        graph.write(folder.resolve(file + ".onnx"));
        return card(name, "{onnx: " + file + ".onnx}", input, outputs, more);
    }

    private Named script(String name, String result) throws IOException {
        String file = name.replace(' ', '-') + ".pt";
        TorchScriptFile.write(folder.resolve(file), "Tensor", result);
        return card(
                name,
                "{torchscript: " + file + ", trusted: true}",
                DYNAMIC,
                "segmentation: {tensor: \"0\", kind: logits}",
                "classes: [wall, floor, bed]\nmapTo: nyud40\n");
    }

    private Named card(String name, String network, String input, String outputs, String more) throws IOException {
        String scaled = input.contains("scale:") ? input : input + ", scale: 0.0039215686";
        Path card = Files.writeString(
                folder.resolve(name.replace(' ', '-') + ".yaml"),
                "network: " + network + "\ninput: {" + scaled + "}\noutputs: {" + outputs + "}\n" + more);
        return new Named(name, ExpertConfiguration.ofCard(card).mirror(true).build());
    }

    private static OnnxGraph probabilities(float gain) {
        return OnnxGraph.colours(gain, 2, "N", "h", "w")
                .node("Softmax", "logits", "p", OnnxGraph.attribute("axis", 1))
                .output("p", OnnxGraph.FLOAT, "N", 5, "h", "w");
    }

    private static OnnxGraph decisions() {
        return OnnxGraph.colours(3, 2, "N", "h", "w")
                .node("ArgMax", "logits", "best", OnnxGraph.attribute("axis", 1), OnnxGraph.attribute("keepdims", 0))
                .output("best", OnnxGraph.LONG, "N", "h", "w");
    }

    private static OnnxGraph channelsLast() {
        return new OnnxGraph()
                .node("Transpose", "image", "first", OnnxGraph.attributes("perm", 0, 3, 1, 2))
                .node("Conv", "first w", "scores")
                .floats("w", new long[] {3, 3, 1, 1}, 3, 0, 0, 0, 3, 0, 0, 0, 3)
                .node("Transpose", "scores", "logits", OnnxGraph.attributes("perm", 0, 2, 3, 1))
                .input("image", "N", "h", "w", 3)
                .output("logits", OnnxGraph.FLOAT, "N", "h", "w", 3);
    }

    private static OnnxGraph queries(float gain) {
        return new OnnxGraph()
                .node("Conv", "image w b", "masks")
                .floats("w", new long[] {2, 3, 1, 1}, gain, 0, 0, 0, gain, 0)
                .floats("b", new long[] {2}, -20, -20)
                .floats("k", new long[] {1, 2, 4}, 10, 0, 0, 0, 0, 10, 0, 0)
                .node("Identity", "k", "kinds")
                .input("image", 1, 3, 32, 48)
                .output("kinds", OnnxGraph.FLOAT, 1, 2, 4)
                .output("masks", OnnxGraph.FLOAT, 1, 2, 32, 48);
    }

    private static OnnxGraph depth(float gain) {
        return new OnnxGraph()
                .node("Conv", "image w", "metres")
                .floats("w", new long[] {1, 3, 1, 1}, gain, gain, gain)
                .input("image", "N", 3, "h", "w")
                .output("metres", OnnxGraph.FLOAT, "N", 1, "h", "w");
    }
}
