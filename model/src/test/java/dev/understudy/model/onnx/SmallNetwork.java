package dev.understudy.model.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** A network of every kind of arithmetic that segmentation has, and its input, both by formula. */
final class SmallNetwork {
    static final long[] INPUT_SHAPE = {1, 3, 6, 8};
    static final long[] OUTPUT_SHAPE = {1, 5, 12, 16};

    private SmallNetwork() {}

    static OnnxGraph graph() {
        return new OnnxGraph()
                .node("Conv", "image w1 b1", "a", OnnxGraph.attributes("pads", 1, 1, 1, 1))
                .node("Relu", "a", "r")
                .node("Conv", "r w2", "c")
                .node("Resize", "c  scales", "logits", OnnxGraph.attribute("mode", "linear"))
                .floats("w1", new long[] {4, 3, 3, 3}, values(108, 0.7))
                .floats("b1", new long[] {4}, values(4, 0.3))
                .floats("w2", new long[] {5, 4, 1, 1}, values(20, 1.1))
                .floats("scales", new long[] {4}, 1, 1, 2, 2)
                .input("image", "N", 3, 6, 8)
                .output("logits", OnnxGraph.FLOAT, "N", 5, 12, 16);
    }

    static float[] input() {
        return values(144, 0.9);
    }

    /** sin(step·(i + 1)), in double and then rounded. */
    private static float[] values(int count, double step) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) StrictMath.sin(step * (i + 1));
        }
        return values;
    }

    static FloatBuffer direct(float[] values) {
        FloatBuffer buffer = ByteBuffer.allocateDirect(values.length * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        return buffer.put(values).flip();
    }
}
