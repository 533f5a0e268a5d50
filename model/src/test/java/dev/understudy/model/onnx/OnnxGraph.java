package dev.understudy.model.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Writes tiny ONNX files for tests: first the nodes in order, then inputs and outputs. */
public final class OnnxGraph {
    public static final int FLOAT = 1;
    public static final int LONG = 7;
    public static final int BYTE = 2;
    public static final int INT8 = 3;
    public static final int BOOL = 9;
    public static final int HALF = 10;
    public static final int DOUBLE = 11;
    public static final int BFLOAT16 = 16;

    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("test");

    /** A node of the standard operators with one output; names of inputs separated by spaces. */
    public OnnxGraph node(String operator, String inputs, String output, AttributeProto... attributes) {
        return node("", operator, inputs, output, attributes);
    }

    public OnnxGraph node(String domain, String operator, String inputs, String output, AttributeProto... attributes) {
        graph.addNode(NodeProto.newBuilder()
                .setDomain(domain)
                .setOpType(operator)
                .setName(operator + " to " + output)
                .addAllInput(inputs.isEmpty() ? List.of() : List.of(inputs.split(" ")))
                .addOutput(output)
                .addAllAttribute(Arrays.asList(attributes)));
        return this;
    }

    public static AttributeProto attribute(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    public static AttributeProto attribute(String name, String value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.STRING)
                .setS(ByteString.copyFromUtf8(value))
                .build();
    }

    public static AttributeProto attribute(String name, GraphProto body) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.GRAPH)
                .setG(body)
                .build();
    }

    public static AttributeProto attributes(String name, long... values) {
        AttributeProto.Builder list =
                AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
        Arrays.stream(values).forEach(list::addInts);
        return list.build();
    }

    public OnnxGraph floats(String name, long[] shape, float... values) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(FLOAT);
        Arrays.stream(shape).forEach(tensor::addDims);
        for (float value : values) {
            tensor.addFloatData(value);
        }
        graph.addInitializer(tensor);
        return this;
    }

    /** Numbers that float16 has exactly, as its bits. */
    private OnnxGraph halves(String name, long[] shape, float... values) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(HALF);
        Arrays.stream(shape).forEach(tensor::addDims);
        for (float value : values) {
            tensor.addInt32Data(ai.onnxruntime.platform.Fp16Conversions.floatToFp16(value) & 0xFFFF);
        }
        graph.addInitializer(tensor);
        return this;
    }

    /** As {@link #colours}, with three classes, in float16 from input to output. */
    public static OnnxGraph halfColours(Object height, Object width) {
        OnnxGraph half = new OnnxGraph()
                .node("Conv", "image w", "logits")
                .halves("w", new long[] {3, 3, 1, 1}, 20, 0, 0, 0, 20, 0, 0, 0, 20);
        half.graph.addInput(value("image", HALF, "N", 3, height, width));
        return half.output("logits", HALF, "N", 3, height, width);
    }

    public OnnxGraph longs(String name, long... values) {
        TensorProto.Builder tensor =
                TensorProto.newBuilder().setName(name).setDataType(LONG).addDims(values.length);
        Arrays.stream(values).forEach(tensor::addInt64Data);
        graph.addInitializer(tensor);
        return this;
    }

    /** Floats that lie in another file. */
    public OnnxGraph external(String name, long[] shape, String location) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(FLOAT)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(
                        StringStringEntryProto.newBuilder().setKey("location").setValue(location));
        Arrays.stream(shape).forEach(tensor::addDims);
        graph.addInitializer(tensor);
        return this;
    }

    /** @param sides numbers, or names of what may have any size */
    public OnnxGraph input(String name, Object... sides) {
        graph.addInput(value(name, FLOAT, sides));
        return this;
    }

    /** @param type of the elements, as ONNX numbers them */
    public OnnxGraph inputOf(int type, String name, Object... sides) {
        graph.addInput(value(name, type, sides));
        return this;
    }

    public OnnxGraph output(String name, int type, Object... sides) {
        graph.addOutput(value(name, type, sides));
        return this;
    }

    private static ValueInfoProto value(String name, int type, Object... sides) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (Object side : sides) {
            TensorShapeProto.Dimension.Builder dimension = TensorShapeProto.Dimension.newBuilder();
            if (side instanceof Number number) {
                dimension.setDimValue(number.longValue());
            } else {
                dimension.setDimParam(side.toString());
            }
            shape.addDim(dimension);
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(
                                TypeProto.Tensor.newBuilder().setElemType(type).setShape(shape)))
                .build();
    }

    /** As the body of a loop or a branch. */
    public GraphProto body() {
        return graph.build();
    }

    public byte[] bytes() {
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .setProducerName("a test")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(17))
                .setGraph(graph)
                .build()
                .toByteArray();
    }

    public Path write(Path file) throws IOException {
        return Files.write(file, bytes());
    }

    /**
     * A network that sees colours: input {@code image} [batch, 3, height, width], output {@code logits} with the
     * channels red, green and blue times {@code gain} as its first three classes, and {@code extra} more classes that
     * are never likely.
     */
    public static OnnxGraph colours(float gain, int extra, Object batch, Object height, Object width) {
        int classes = 3 + extra;
        float[] weights = new float[classes * 3];
        for (int c = 0; c < 3; c++) {
            weights[c * 3 + c] = gain;
        }
        float[] bias = new float[classes];
        Arrays.fill(bias, 3, classes, -gain);
        return new OnnxGraph()
                .node("Conv", "image w b", "logits")
                .floats("w", new long[] {classes, 3, 1, 1}, weights)
                .floats("b", new long[] {classes}, bias)
                .input("image", batch, 3, height, width);
    }

    /**
     * Writes a network that sees colours, {@code colours.onnx}, and its card {@code colours.yaml}, of five classes:
     * red, green, blue, never and nothing.
     *
     * @param mapping the card's lines that say what its classes become
     * @return the card
     */
    public static Path coloursCard(Path folder, String mapping) throws IOException {
        colours(20, 2, "N", "h", "w").output("logits", FLOAT, "N", 5, "h", "w").write(folder.resolve("colours.onnx"));
        return Files.writeString(folder.resolve("colours.yaml"), """
                network: {onnx: colours.onnx}
                input: {size: dynamic, multipleOf: 16, fit: pad, scale: 0.00392156862745098}
                outputs:
                  segmentation: {tensor: logits, kind: logits}
                classes: [red, green, blue, never, nothing]
                """ + mapping);
    }
}
