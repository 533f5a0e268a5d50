package dev.understudy.model.export;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.understudy.conf.Checks;
import dev.understudy.dataset.frame.Task;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.AtomicFile.WrittenFile;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.export.OnnxGraph.Dimension;
import dev.understudy.model.inference.Preprocessing;
import dev.understudy.model.network.Graph;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
}
