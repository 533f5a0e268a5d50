package dev.understudy.model.export;

import static dev.understudy.model.export.OnnxGraph.fraction;
import static dev.understudy.model.export.OnnxGraph.number;
import static dev.understudy.model.export.OnnxGraph.numbers;
import static dev.understudy.model.export.OnnxGraph.word;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.understudy.conf.Checks;
import dev.understudy.dataset.frame.Task;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.AtomicFile.WrittenFile;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.export.OnnxGraph.Dimension;
import dev.understudy.model.inference.Interpolation;
import dev.understudy.model.inference.Preprocessing;
import dev.understudy.model.inference.Preprocessing.InputNormalisation;
import dev.understudy.model.network.Graph;
import dev.understudy.model.network.Graph.Node;
import dev.understudy.model.network.Operation.Convolution;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A network as an ONNX file, operator set 17, so that ONNX Runtime, TensorRT, OpenVINO and others can run it.
 *
 * <p>The bare network takes {@code image}, float32 [N, 3, H, W], normalised, and gives {@code segmentation} (logits),
 * {@code depth} (metres, of either sign) and {@code normals} (of any length) as float32 NCHW at its own stride: what
 * {@code predict --tensor} gives.
 *
 * <p>The whole way takes {@code image}, uint8 [1, H, W, 3], red, green, blue, as a camera gives it, and gives at that
 * size {@code labels} uint8 [1, H, W], {@code depth} float32 [1, H, W] in metres, and {@code normals} float32 [1, H, W,
 * 3] of unit length: what {@code predict --image} gives.
 *
 * @param checkpoint holds all tensors of {@code network}
 * @param width of the pictures; null = any
 * @param height of the pictures; null = any
 * @param whole whether normalisation, resizing and decision are inside
 * @param half whether the network calculates in 16 bits; inputs and outputs stay as they are
 * @param singles how many of the first layers calculate in 32 bits nevertheless; see {@link HalfPrecision}
 * @param preprocessing of the whole way
 * @param metadata travels in the file
 */
@RecordBuilder
public record OnnxExport(
        Graph network,
        Checkpoint checkpoint,
        @Nullable Integer width,
        @Nullable Integer height,
        boolean whole,
        boolean half,
        int singles,
        Preprocessing preprocessing,
        Map<String, String> metadata) {
    private static final int IR_VERSION = 8;
    private static final int OPERATOR_SET = 17;
    private static final int LARGEST = 1 << 14;

    public OnnxExport {
        Checks checks = new Checks().that((width == null) == (height == null), "width", "goes with height");
        if (width != null && height != null) {
            checks.inRange("width", width, 1, LARGEST).inRange("height", height, 1, LARGEST);
        }
        checks.that(singles >= 0 && (half || singles == 0), "singles", "goes with half");
        checks.verify();
        network.check(checkpoint);
        metadata = Map.copyOf(metadata);
    }

    /**
     * Writes the file, whole or not at all. The same network gives the same bytes.
     *
     * @throws dev.understudy.conf.ConfigurationException if 16 bits are asked for and cannot hold a weight
     */
    public WrittenFile write(Path file) throws IOException {
        ModelProto model = model();
        return AtomicFile.write(file, model::writeTo);
    }

    ModelProto model() {
        OnnxGraph onnx = new OnnxGraph();
        int[] size = width == null || height == null ? null : new int[] {height, width};
        LayerNodes layers = new LayerNodes(network, checkpoint, onnx, size, half ? singles : Integer.MAX_VALUE);
        Dimension rows = size == null ? Dimension.any("height") : Dimension.of(size[0]);
        Dimension columns = size == null ? Dimension.any("width") : Dimension.of(size[1]);
        if (whole) {
            new WholeWay(onnx, preprocessing, size).add(rows, columns, layers::add);
        } else {
            bare(onnx, layers, rows, columns);
        }
        ModelProto.Builder model = ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("understudy")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPERATOR_SET))
                .setGraph(onnx.build());
        new TreeMap<>(metadata)
                .forEach((key, value) -> model.addMetadataProps(
                        StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        return model.build();
    }

    private void bare(OnnxGraph onnx, LayerNodes layers, Dimension rows, Dimension columns) {
        Dimension batch = width == null ? Dimension.any("batch") : Dimension.of(1);
        onnx.input("image", TensorProto.DataType.FLOAT, List.of(batch, Dimension.of(3), rows, columns));
        Map<Task, String> outputs = new EnumMap<>(layers.add("image"));
        outputs.forEach((task, result) -> {
            String name = task.key();
            onnx.named(name, "Identity", List.of(result));
            onnx.output(
                    name,
                    TensorProto.DataType.FLOAT,
                    List.of(
                            batch,
                            Dimension.of(WholeWay.channels(network, task)),
                            Dimension.any(name + "_height"),
                            Dimension.any(name + "_width")));
        });
    }

    /** What surrounds a network on the way from a picture to labels, metres and directions, as ONNX nodes. */
    private static final class WholeWay {
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
                    "Mul",
                    List.of(nchw, onnx.weights(DataType.FLOAT, "normalisation_factor", factor, 1, CHANNELS, 1, 1)));
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
            String positive = onnx.node(
                    "Max", List.of(length, onnx.weights(DataType.FLOAT, "shortest", new float[] {SHORTEST}, 1)));
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
}
