package dev.understudy.model.export;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.model.checkpoint.Tensor;
import dev.understudy.model.checkpoint.TensorType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An ONNX graph that grows node by node. A node's result is known by its name. One thread. */
final class OnnxGraph {
    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("understudy");
    /** Names of what is in the graph once however often it is asked for. */
    private final Map<String, String> constants = new HashMap<>();

    private int made;

    /** A dimension of an input or output: a number, or a name for one that is not fixed. */
    record Dimension(long size, String name) {
        static Dimension of(long size) {
            return new Dimension(size, "");
        }

        static Dimension any(String name) {
            return new Dimension(0, name);
        }
    }

    GraphProto build() {
        return graph.build();
    }

    void input(String name, TensorProto.DataType type, List<Dimension> shape) {
        graph.addInput(value(name, type, shape));
    }

    void output(String name, TensorProto.DataType type, List<Dimension> shape) {
        graph.addOutput(value(name, type, shape));
    }

    /** Adds a node with one result. @return the result's name */
    String node(String operator, List<String> inputs, AttributeProto... attributes) {
        String result = operator + "_" + made++;
        named(result, operator, inputs, attributes);
        return result;
    }

    /** Adds a node whose result has a name that others know. */
    void named(String result, String operator, List<String> inputs, AttributeProto... attributes) {
        graph.addNode(NodeProto.newBuilder()
                .setName(result)
                .setOpType(operator)
                .addAllInput(inputs)
                .addOutput(result)
                .addAllAttribute(Arrays.asList(attributes)));
    }

    /** The same values as another type; the same cast is made once. */
    String cast(String input, TensorProto.DataType type) {
        return constants.computeIfAbsent(
                "cast " + type + " " + input, key -> node("Cast", List.of(input), number("to", type.getNumber())));
    }

    /**
     * Weights as 32-bit or 16-bit floats.
     *
     * @throws ConfigurationException if 16 bits cannot hold one of them
     */
    String weights(TensorProto.DataType precision, String name, float[] values, long... shape) {
        try {
            Tensor tensor = Tensor.of(shape, values);
            Tensor stored = precision == TensorProto.DataType.FLOAT16 ? tensor.as(TensorType.FLOAT16) : tensor;
            return initialiser(
                    name, precision, ByteString.copyFrom(stored.data().duplicate()), shape);
        } catch (ArithmeticException e) {
            throw new ConfigurationException(
                    "precision float16: " + name + ": " + e.getMessage() + "; export in float32", e);
        }
    }

    /** A scalar, kept once for each precision. */
    String scalar(TensorProto.DataType precision, float value) {
        return constants.computeIfAbsent(
                precision + " " + value, key -> weights(precision, "constant_" + made++, new float[] {value}));
    }

    /** A list of whole numbers, kept once. */
    String integers(long... values) {
        return constants.computeIfAbsent("integers " + Arrays.toString(values), key -> {
            String name = "constant_" + made++;
            graph.addInitializer(TensorProto.newBuilder()
                    .setName(name)
                    .setDataType(TensorProto.DataType.INT64.getNumber())
                    .addDims(values.length)
                    .addAllInt64Data(Arrays.stream(values).boxed().toList()));
            return name;
        });
    }

    private String initialiser(String name, TensorProto.DataType type, ByteString data, long... shape) {
        graph.addInitializer(TensorProto.newBuilder()
                .setName(name)
                .setDataType(type.getNumber())
                .addAllDims(Arrays.stream(shape).boxed().toList())
                .setRawData(data));
        return name;
    }

    private static ValueInfoProto value(String name, TensorProto.DataType type, List<Dimension> shape) {
        TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
        for (Dimension dimension : shape) {
            dimensions.addDim(
                    dimension.name().isEmpty()
                            ? TensorShapeProto.Dimension.newBuilder().setDimValue(dimension.size())
                            : TensorShapeProto.Dimension.newBuilder().setDimParam(dimension.name()));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(type.getNumber())
                                .setShape(dimensions)))
                .build();
    }

    static AttributeProto number(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    static AttributeProto fraction(String name, float value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF(value)
                .build();
    }

    static AttributeProto numbers(String name, long... values) {
        List<Long> list = new ArrayList<>();
        Arrays.stream(values).forEach(list::add);
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INTS)
                .addAllInts(list)
                .build();
    }

    static AttributeProto word(String name, String value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(OnnxMl.AttributeProto.AttributeType.STRING)
                .setS(ByteString.copyFrom(value, StandardCharsets.UTF_8))
                .build();
    }
}
