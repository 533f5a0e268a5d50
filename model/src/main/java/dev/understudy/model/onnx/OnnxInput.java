package dev.understudy.model.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.platform.Fp16Conversions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;

/** Gives pictures to a network as it takes them: in its elements, and in its order of dimensions. */
record OnnxInput(OnnxTensorType type) {
    /**
     * @param nchw direct, native order, of {@code shape}
     * @param shape [N, 3, height, width]
     * @return to be closed
     */
    OnnxTensor tensor(FloatBuffer nchw, long[] shape) throws OrtException {
        OrtEnvironment environment = OnnxRuntime.environment();
        FloatBuffer values = type.hasChannelsLast() ? channelsLast(nchw, shape) : nchw;
        long[] sides = type.shapeOf(shape);
        return switch (OnnxTensorType.elementName(type.element())) {
            case "float16" ->
                OnnxTensor.createTensor(
                        environment,
                        Fp16Conversions.convertFloatBufferToFp16Buffer(values),
                        sides,
                        OnnxJavaType.FLOAT16);
            case "bfloat16" ->
                OnnxTensor.createTensor(
                        environment,
                        Fp16Conversions.convertFloatBufferToBf16Buffer(values),
                        sides,
                        OnnxJavaType.BFLOAT16);
            case "float64" -> OnnxTensor.createTensor(environment, doubles(values), sides);
            case "uint8" -> OnnxTensor.createTensor(environment, bytes(values), sides, OnnxJavaType.UINT8);
            default -> OnnxTensor.createTensor(environment, values, sides);
        };
    }

    private static FloatBuffer channelsLast(FloatBuffer nchw, long[] shape) {
        int channels = (int) shape[1];
        int pixels = (int) (shape[2] * shape[3]);
        FloatBuffer last = direct(nchw.remaining(), Float.BYTES).asFloatBuffer();
        for (int i = 0; i < last.capacity(); i++) {
            int picture = i / (pixels * channels);
            int pixel = i / channels % pixels;
            last.put(i, nchw.get((picture * channels + i % channels) * pixels + pixel));
        }
        return last;
    }

    private static DoubleBuffer doubles(FloatBuffer values) {
        DoubleBuffer doubles = direct(values.remaining(), Double.BYTES).asDoubleBuffer();
        for (int i = 0; i < doubles.capacity(); i++) {
            doubles.put(i, values.get(i));
        }
        return doubles;
    }

    private static ByteBuffer bytes(FloatBuffer values) {
        ByteBuffer bytes = direct(values.remaining(), 1);
        for (int i = 0; i < bytes.capacity(); i++) {
            bytes.put(i, (byte) Math.max(0, Math.min(255, Math.round(values.get(i)))));
        }
        return bytes;
    }

    private static ByteBuffer direct(int elements, int size) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(elements, size)).order(ByteOrder.nativeOrder());
    }
}
