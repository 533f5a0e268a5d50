package dev.understudy.model.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The tensor operations that networks are made of. Each takes and gives NCHW shapes and works in whatever memory order
 * its input has; results are attached to the manager of the first argument. All but those named {@code …InPlace} leave
 * their arguments alone and can be differentiated.
 */
public final class Tensors {
    private Tensors() {}

    /** @param bias [out] or null */
    public static NDArray convolve(
            NDArray x, NDArray weight, @Nullable NDArray bias, int stride, int padding, int dilation, int groups) {
        Shape strides = new Shape(stride, stride);
        Shape paddings = new Shape(padding, padding);
        Shape dilations = new Shape(dilation, dilation);
        PtNDArray biasOrNull = bias == null ? null : pt(bias);
        return JniUtils.convolution(pt(x), pt(weight), biasOrNull, strides, paddings, dilations, groups);
    }

    /**
     * @param batchStatistics normalise by the batch's own statistics, and move the running ones towards them by a tenth
     */
    public static NDArray batchNorm(
            NDArray x,
            NDArray weight,
            NDArray bias,
            NDArray runningMean,
            NDArray runningVariance,
            boolean batchStatistics,
            double epsilon) {
        return JniUtils.batchNorm(
                pt(x),
                pt(runningMean),
                pt(runningVariance),
                pt(weight),
                pt(bias),
                batchStatistics,
                // DJL's momentum is the share of the old value and PyTorch's that of the new.
                0.1,
                epsilon);
    }

    public static NDArray relu(NDArray x) {
        return JniUtils.relu(pt(x));
    }

    public static NDArray relu6(NDArray x) {
        try (IValue argument = IValue.from(pt(x))) {
            return Scripts.COMMON.call("relu6", pt(x), argument);
        }
    }

    public static void reluInPlace(NDArray x) {
        inPlace("relu_", x);
    }

    public static void relu6InPlace(NDArray x) {
        inPlace("relu6_", x);
    }

    public static NDArray maxPool(NDArray x, int kernel, int stride, int padding) {
        return JniUtils.maxPool(
                pt(x), new Shape(kernel, kernel), new Shape(stride, stride), new Shape(padding, padding), false);
    }

    /** Bilinear, to the rows and columns of {@code like}. */
    public static NDArray upsampleLike(NDArray x, NDArray like, boolean alignCorners) {
        Shape size = like.getShape();
        // DJL's own binding takes align_corners and ignores it.
        try (IValue input = IValue.from(pt(x));
                IValue rowsColumns = IValue.listFrom(size.get(2), size.get(3));
                IValue align = IValue.from(alignCorners)) {
            return Scripts.COMMON.call("upsample", pt(x), input, rowsColumns, align);
        }
    }

    public static NDArray dropout(NDArray x, double rate, boolean training) {
        return JniUtils.dropout(pt(x), rate, training);
    }

    /** Each channel times its entry of {@code weight}, [channels, 1, 1, 1]. */
    public static NDArray multiplyChannels(NDArray x, NDArray weight) {
        try (NDArray byChannel = weight.reshape(1, weight.size(), 1, 1)) {
            return x.mul(byChannel);
        }
    }

    /**
     * A float32 tensor with channels-last strides if it has four dimensions; values are in row-major (NCHW) order. Owns
     * its memory: an array that DJL makes from a buffer merely points into it, and so do all views of that array, even
     * when the buffer is long gone.
     */
    public static NDArray create(NDManager manager, float[] values, Shape shape) {
        try (NDArray alias = manager.create(FloatBuffer.wrap(values), shape, DataType.FLOAT32)) {
            return shape.dimension() == 4 ? channelsLast(alias) : alias.duplicate();
        }
    }

    /** A copy in channels-last memory order. */
    public static NDArray channelsLast(NDArray nchw) {
        Shape s = nchw.getShape();
        try (NDArray view = nchw.transpose(0, 2, 3, 1);
                NDArray flat = view.flatten();
                NDArray nhwc = flat.reshape(s.get(0), s.get(2), s.get(3), s.get(1));
                NDArray back = nhwc.transpose(0, 3, 1, 2)) {
            return back.duplicate();
        }
    }

    /** Overwrites a tensor, keeping its strides; values are in row-major (NCHW) order. */
    public static void assign(NDArray target, float[] values) {
        try (NDArray source =
                        target.getManager().create(FloatBuffer.wrap(values), target.getShape(), DataType.FLOAT32);
                IValue to = IValue.from(pt(target));
                IValue from = IValue.from(pt(source))) {
            Scripts.COMMON.run("copy_", to, from);
        }
    }

    /** Whether operations called from this thread remember what a gradient needs; returns the mode before. */
    public static boolean gradients(boolean on) {
        boolean before = JniUtils.isGradMode();
        JniUtils.setGradMode(on);
        return before;
    }

    private static void inPlace(String method, NDArray x) {
        try (IValue argument = IValue.from(pt(x))) {
            Scripts.COMMON.run(method, argument);
        }
    }

    private static PtNDArray pt(NDArray array) {
        return (PtNDArray) array;
    }

    private static final class Scripts {
        static final Script COMMON = new Script("""
                def relu6(self: __torch__.Script,
                  x: Tensor) -> Tensor:
                  return torch.hardtanh(x, 0., 6.)
                def relu6_(self: __torch__.Script,
                  x: Tensor) -> Tensor:
                  return torch.hardtanh_(x, 0., 6.)
                def relu_(self: __torch__.Script,
                  x: Tensor) -> Tensor:
                  return torch.relu_(x)
                def upsample(self: __torch__.Script,
                  x: Tensor,
                  size: List[int],
                  align: bool) -> Tensor:
                  return torch.upsample_bilinear2d(x, size, align, None, None)
                def copy_(self: __torch__.Script,
                  to: Tensor,
                  source: Tensor) -> Tensor:
                  return torch.copy_(to, source)
                """.indent(2));
    }
}
