package dev.understudy.model.export;

import static dev.understudy.model.export.OnnxGraph.fraction;
import static dev.understudy.model.export.OnnxGraph.number;
import static dev.understudy.model.export.OnnxGraph.numbers;
import static dev.understudy.model.export.OnnxGraph.word;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.export.OnnxGraph.Dimension;
import dev.understudy.model.inference.InputNormalisation;
import dev.understudy.model.inference.Interpolation;
import dev.understudy.model.inference.Preprocessing;
import dev.understudy.model.network.Graph;
import dev.understudy.model.network.Node;
import dev.understudy.model.network.Operation.Convolution;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What surrounds a network on the way from a picture to labels, metres and directions, as ONNX nodes. */
final class WholeWay {
    /** Normals shorter than this have no direction. */
    private static final float SHORTEST = 1e-12f;

    private static final int CHANNELS = 3;

    private final OnnxGraph onnx;
    private final Preprocessing preprocessing;
    private final int @Nullable [] size;

    /** @param size [height, width] of pictures; null if they may have any */
    WholeWay(OnnxGraph onnx, Preprocessing preprocessing, int @Nullable [] size) {
        this.onnx = onnx;
        this.preprocessing = preprocessing;
        this.size = size;
    }

    /** @param network adds the network to a normalised float32 NCHW picture and gives its raw outputs */
    void add(Dimension rows, Dimension columns, Function<String, Map<Task, String>> network) {
        onnx.input("image", DataType.UINT8, List.of(Dimension.of(1), rows, columns, Dimension.of(CHANNELS)));
        Map<Task, String> raw = network.apply(normalised());
        List<Dimension> map = List.of(Dimension.of(1), rows, columns);
        raw.forEach((task, output) -> {
            String full = enlarged(output);
            switch (task) {
                case SEGMENTATION -> {
                    String winner = onnx.node("ArgMax", List.of(full), number("axis", 1), number("keepdims", 0));
                    onnx.named("labels", "Cast", List.of(winner), number("to", DataType.UINT8.getNumber()));
                    onnx.output("labels", DataType.UINT8, map);
                }
                case DEPTH -> {
                    String metres = onnx.node("Abs", List.of(full));
                    onnx.named("depth", "Squeeze", List.of(metres, onnx.integers(1)));
                    onnx.output("depth", DataType.FLOAT, map);
                }
                case NORMALS -> {
                    onnx.named("normals", "Transpose", List.of(unit(full)), numbers("perm", 0, 2, 3, 1));
                    List<Dimension> directions = new ArrayList<>(map);
                    directions.add(Dimension.of(CHANNELS));
                    onnx.output("normals", DataType.FLOAT, directions);
                }
            }
        });
    }

    /** (pixel · scale − mean) / deviation as one product and one sum. */
    private String normalised() {
        InputNormalisation values = preprocessing.normalisation();
        float[] factor = new float[CHANNELS];
        float[] offset = new float[CHANNELS];
        for (int i = 0; i < CHANNELS; i++) {
            factor[i] = (float) (values.pixelScale() / values.deviation().get(i));
            offset[i] = (float) (-values.mean().get(i) / values.deviation().get(i));
        }
        String nhwc = onnx.cast("image", DataType.FLOAT);
        String nchw = onnx.node("Transpose", List.of(nhwc), numbers("perm", 0, 3, 1, 2));
        String scaled = onnx.node(
                "Mul", List.of(nchw, onnx.weights(DataType.FLOAT, "normalisation_factor", factor, 1, CHANNELS, 1, 1)));
        return onnx.node(
                "Add",
                List.of(scaled, onnx.weights(DataType.FLOAT, "normalisation_offset", offset, 1, CHANNELS, 1, 1)));
    }

    private String enlarged(String map) {
        String outer = onnx.node("Shape", List.of(map), number("end", 2));
        String inner = size == null
                ? onnx.node("Shape", List.of("image"), number("start", 1), number("end", 3))
                : onnx.integers(size[0], size[1]);
        String target = onnx.node("Concat", List.of(outer, inner), number("axis", 0));
        boolean cubic = preprocessing.interpolation() == Interpolation.BICUBIC;
        List<AttributeProto> how = new ArrayList<>();
        how.add(word("mode", cubic ? "cubic" : "linear"));
        how.add(word("coordinate_transformation_mode", "half_pixel"));
        if (cubic) {
            how.add(fraction("cubic_coeff_a", -0.75f));
        }
        return onnx.node("Resize", List.of(map, "", "", target), how.toArray(AttributeProto[]::new));
    }

    private String unit(String xyz) {
        String length = onnx.node("ReduceL2", List.of(xyz), numbers("axes", 1), number("keepdims", 1));
        String positive =
                onnx.node("Max", List.of(length, onnx.weights(DataType.FLOAT, "shortest", new float[] {SHORTEST}, 1)));
        return onnx.node("Div", List.of(xyz, positive));
    }

    /** Channels of a head's output. */
    static int channels(Graph network, Task task) {
        Node node = network.outputs().get(task);
        while (!(node.operation() instanceof Convolution)) {
            node = node.inputs().get(0);
        }
        return ((Convolution) node.operation()).out();
    }
}
