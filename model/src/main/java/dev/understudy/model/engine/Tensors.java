package dev.understudy.model.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import dev.understudy.model.engine.NativeEngine.NativeGate;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The tensor operations that networks are made of. Each takes and gives NCHW shapes and works in whatever memory order
 * its input has; results are attached to the manager of the first argument. All but those named {@code …InPlace} leave
 * their arguments alone and can be differentiated.
 */
public final class Tensors {
    /** Values that are pooled together: half of a core's second cache. */
    private static final long STRIP = 1 << 17;

    /** Pixels of the windows that light-weight RefineNets pool in. */
    private static final int FIVE = 5;

    private Tensors() {}

    /** @param bias [out] or null */
    public static NDArray convolve(
            NDArray x, NDArray weight, @Nullable NDArray bias, int stride, int padding, int dilation, int groups) {
        Shape strides = new Shape(stride, stride);
        Shape paddings = new Shape(padding, padding);
        Shape dilations = new Shape(dilation, dilation);
        PtNDArray biasOrNull = bias == null ? null : pt(bias);
        return NativeGate.pass(
                () -> JniUtils.convolution(pt(x), pt(weight), biasOrNull, strides, paddings, dilations, groups));
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
        return NativeGate.pass(() -> JniUtils.batchNorm(
                pt(x),
                pt(runningMean),
                pt(runningVariance),
                pt(weight),
                pt(bias),
                batchStatistics,
                // DJL's momentum is the share of the old value and PyTorch's that of the new.
                0.1,
                epsilon));
    }

    public static NDArray relu(NDArray x) {
        return JniUtils.relu(pt(x));
    }

    public static NDArray relu6(NDArray x) {
        return Scripts.RELU6.differentiable(x);
    }

    public static void activateInPlace(NDArray x, Activation activation) {
        switch (activation) {
            case NONE -> {}
            case RELU -> inPlace("relu_", x);
            case RELU6 -> inPlace("relu6_", x);
        }
    }

    /** Square windows as one operation. */
    public static NDArray maxPool(NDArray x, int kernel, int stride, int padding) {
        return maxPool(x, new Shape(kernel, kernel), new Shape(stride, stride), new Shape(padding, padding));
    }

    private static NDArray maxPool(NDArray x, Shape kernel, Shape stride, Shape padding) {
        return NativeGate.pass(() -> JniUtils.maxPool(pt(x), kernel, stride, padding, false));
    }

    /**
     * The same maxima, first along rows and then along columns: 2·kernel comparisons a pixel in place of kernel². In
     * this order, of several equal maxima the same one gets the gradient as in one operation: the first, row by row.
     */
    public static NDArray maxPoolSeparably(NDArray x, int kernel, int stride, int padding) {
        try (NDArray rows = maxPool(x, new Shape(1, kernel), new Shape(1, stride), new Shape(0, padding))) {
            return maxPool(rows, new Shape(kernel, 1), new Shape(stride, 1), new Shape(padding, 0));
        }
    }

    /**
     * The same maxima again, for inference. libtorch's pooling also notes where each maximum was, for a gradient. Where
     * windows of five pixels move by one, one thread is fastest with plain maxima of the picture and its shifted self,
     * some rows after the other, so that what is in between stays in the processor's cache. Several threads, and GPUs,
     * which would wait for each other after each of those small operations, have two large ones.
     */
    public static NDArray maxima(NDArray x, int kernel, int stride, int padding) {
        long[] nchw = x.getShape().getShape();
        boolean centred = stride == 1 && kernel == FIVE && padding == FIVE / 2;
        if (!centred || nchw[2] < kernel || nchw[3] < kernel) {
            return maxPoolSeparably(x, kernel, stride, padding);
        }
        try (IValue tensor = IValue.from(pt(x))) {
            if (x.getDevice().isGpu() || NativeEngine.threads() > 1) {
                return Scripts.WINDOWS.call("windows", pt(x), tensor);
            }
            long pairs = Math.max(1, (STRIP / (nchw[0] * nchw[1] * nchw[3]) + 1) / 2);
            try (IValue together = IValue.from(2 * pairs)) {
                return Scripts.MAXIMA.call("maxima", pt(x), tensor, together);
            }
        }
    }

    /** Bilinear, to the rows and columns of {@code like}. */
    public static NDArray upsampleLike(NDArray x, NDArray like, boolean alignCorners) {
        // DJL's own binding takes align_corners and ignores it.
        return (alignCorners ? Scripts.UPSAMPLE_ALIGNED : Scripts.UPSAMPLE).differentiable(x, like);
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

    /** As {@link #create(NDManager, float[], Shape)}, in numbers of another type; they are not for Java to read. */
    public static NDArray create(NDManager manager, float[] values, Shape shape, Precision precision) {
        NDArray exact = create(manager, values, shape);
        if (!precision.isShort()) {
            return exact;
        }
        try (exact) {
            return in(precision, exact);
        }
    }

    /**
     * The same values rounded to numbers of another type, in the same memory order: {@code x} itself under a new handle
     * if it is of that type.
     */
    public static NDArray in(Precision precision, NDArray x) {
        try (IValue tensor = IValue.from(pt(x));
                IValue type = IValue.from(precision.scalarType())) {
            return Scripts.TYPES.call("to", pt(x), tensor, type);
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

    /** The same tensor in channels-last memory order: itself under a new handle if it is already. */
    public static NDArray inChannelsLast(NDArray nchw) {
        return Scripts.CHANNELS_LAST.differentiable(nchw);
    }

    /** The same values in row-major (NCHW) memory order: {@code x} itself if it is in that order. */
    public static NDArray inRowMajor(NDArray x) {
        return Scripts.ROW_MAJOR.differentiable(x);
    }

    /** Whether memory holds the values in row-major (NCHW) order. */
    public static boolean isRowMajor(NDArray x) {
        try (NDArray answer = Scripts.IS_ROW_MAJOR.differentiable(x)) {
            return answer.toType(DataType.INT32, true).getInt() == 1;
        }
    }

    /** Zeros of the same shape in the same memory order, which DJL's own do not keep. */
    public static NDArray zerosLike(NDArray x) {
        return Scripts.ZEROS.differentiable(x);
    }

    /** Overwrites a tensor, keeping its strides; values are in row-major (NCHW) order. */
    public static void assign(NDArray target, float[] values) {
        try (NDArray source =
                target.getManager().create(FloatBuffer.wrap(values), target.getShape(), DataType.FLOAT32)) {
            inPlace("copy_", target, source);
        }
    }

    /** Overwrites a tensor by another of its shape, which may be on another device, keeping its strides. */
    public static void assign(NDArray target, NDArray source) {
        inPlace("copy_", target, source);
    }

    /**
     * Adds the derivatives of {@code scalar} to the gradients of everything recorded that it came from; frees the
     * graph.
     */
    public static void backward(NDArray scalar) {
        try (NDArray one = scalar.getManager().ones(scalar.getShape())) {
            NativeGate.pass(() -> {
                JniUtils.backward(pt(scalar), pt(one), false, false);
                return scalar;
            });
        }
    }

    /** Whether operations called from this thread remember what a gradient needs; returns the mode before. */
    public static boolean gradients(boolean on) {
        boolean before = JniUtils.isGradMode();
        JniUtils.setGradMode(on);
        return before;
    }

    /** a += b, also for what inference scripts made. */
    public static void addInPlace(NDArray a, NDArray b) {
        inPlace("add_", a, b);
    }

    /** a *= b with broadcasting, also for what inference scripts made. */
    public static void multiplyInPlace(NDArray a, NDArray b) {
        inPlace("mul_", a, b);
    }

    /** a = 0 */
    public static void zeroInPlace(NDArray a) {
        inPlace("zero_", a);
    }

    private static void inPlace(String method, NDArray... arrays) {
        IValue[] arguments = Arrays.stream(arrays).map(a -> IValue.from(pt(a))).toArray(IValue[]::new);
        Scripts.IN_PLACE.run(method, arguments);
        Arrays.stream(arguments).forEach(IValue::close);
    }

    private static PtNDArray pt(NDArray array) {
        return (PtNDArray) array;
    }

    private static final class Scripts {
        static final Script RELU6 = function("x", "torch.hardtanh(x, 0., 6.)");
        static final Script UPSAMPLE = upsample("False");
        static final Script UPSAMPLE_ALIGNED = upsample("True");
        static final Script ZEROS = function("x", "torch.zeros_like(x)");
        static final Script CHANNELS_LAST = function("x", "torch.contiguous(x, memory_format=2)");
        static final Script IS_ROW_MAJOR =
                function("x", "torch.tensor(torch.is_contiguous(x), dtype=None, device=None, requires_grad=False)");
        static final Script ROW_MAJOR = function("x", "torch.contiguous(x, memory_format=0)");
        /**
         * In each strip of an even number of rows first the maxima of columns, of which some lie in other strips: of
         * two pixels, then of the four that the windows of two rows share, then of each row's five. Then along rows: of
         * two pixels, of four, of five. Maxima of few rows, at the picture's edges, are taken one after the other.
         */
        static final Script MAXIMA = new Script("""
                  def maxima(self: __torch__.Script,
                    x: Tensor, together: int) -> Tensor:
                    h = torch.size(x, 2)
                    w = torch.size(x, 3)
                    y = torch.empty_like(x)
                    for i in range(torch.floordiv(torch.add(h, torch.sub(together, 1)), together)):
                      begin = torch.mul(i, together)
                      end = ops.prim.min(torch.add(begin, together), h)
                      n = torch.sub(end, begin)
                      far = torch.__and__(torch.ge(begin, 2), torch.le(torch.add(end, 2), h))
                      columns = torch.empty_like(torch.narrow(x, 2, begin, n))
                      if torch.__and__(far, torch.eq(torch.remainder(n, 2), 0)):
                        odd = torch.slice(x, 2, torch.sub(begin, 1), torch.add(end, 1), 2)
                        two = torch.maximum(odd, torch.slice(x, 2, begin, torch.add(end, 2), 2))
                        k = torch.floordiv(n, 2)
                        four = torch.maximum(torch.narrow(two, 2, 0, k), torch.narrow(two, 2, 1, k))
                        upper = torch.slice(columns, 2, 0, n, 2)
                        above = torch.slice(x, 2, torch.sub(begin, 2), torch.sub(end, 2), 2)
                        _0 = torch.maximum(four, above, out=upper)
                        lower = torch.slice(columns, 2, 1, n, 2)
                        below = torch.slice(x, 2, torch.add(begin, 3), torch.add(end, 2), 2)
                        _1 = torch.maximum(four, below, out=lower)
                      else:
                        for j in range(n):
                          at = torch.add(begin, j)
                          first = ops.prim.max(torch.sub(at, 2), 0)
                          last = ops.prim.min(torch.add(at, 3), h)
                          row = torch.narrow(columns, 2, j, 1)
                          _2 = torch.amax(torch.narrow(x, 2, first, torch.sub(last, first)), [2], True, out=row)
                      rows = torch.narrow(y, 2, begin, n)
                      m = torch.sub(w, 1)
                      pair = torch.maximum(torch.narrow(columns, 3, 0, m), torch.narrow(columns, 3, 1, m))
                      m0 = torch.sub(w, 3)
                      most = torch.narrow(rows, 3, 2, m0)
                      _3 = torch.maximum(torch.narrow(pair, 3, 0, m0), torch.narrow(pair, 3, 2, m0), out=most)
                      m1 = torch.sub(w, 4)
                      inner = torch.narrow(rows, 3, 2, m1)
                      _4 = torch.maximum(inner, torch.narrow(columns, 3, 4, m1), out=inner)
                      left = torch.narrow(pair, 3, 0, 1)
                      _5 = torch.maximum(left, torch.narrow(columns, 3, 2, 1), out=torch.narrow(rows, 3, 0, 1))
                      _6 = torch.maximum(left, torch.narrow(pair, 3, 2, 1), out=torch.narrow(rows, 3, 1, 1))
                      right = torch.narrow(rows, 3, m, 1)
                      _7 = torch.maximum(torch.narrow(pair, 3, m0, 1), torch.narrow(columns, 3, m, 1), out=right)
                    return y
                """);

        /** The largest of all windows along columns, then along rows; those that the picture's edge cuts one by one. */
        static final Script WINDOWS = new Script("""
                  def along(self: __torch__.Script,
                    x: Tensor, axis: int) -> Tensor:
                    n = torch.size(x, axis)
                    y = torch.empty_like(x)
                    inner = torch.narrow(y, axis, 2, torch.sub(n, 4))
                    _0 = torch.amax(torch.unfold(x, axis, 5, 1), [4], False, out=inner)
                    for i in range(2):
                      k = torch.add(i, 3)
                      first = torch.narrow(y, axis, i, 1)
                      _1 = torch.amax(torch.narrow(x, axis, 0, k), [axis], True, out=first)
                      last = torch.narrow(y, axis, torch.sub(torch.sub(n, 1), i), 1)
                      _2 = torch.amax(torch.narrow(x, axis, torch.sub(n, k), k), [axis], True, out=last)
                    return y

                  def windows(self: __torch__.Script,
                    x: Tensor) -> Tensor:
                    return (self).along((self).along(x, 2, ), 3, )
                """);

        static final Script TYPES = new Script("""
                  def to(self: __torch__.Script,
                    x: Tensor, type: int) -> Tensor:
                    return torch.to(x, type)
                """);

        static final Script IN_PLACE = new Script(method("relu_", "x", "torch.relu_(x)")
                + method("relu6_", "x", "torch.hardtanh_(x, 0., 6.)")
                + method("zero_", "a", "torch.zero_(a)")
                + method("add_", "a: Tensor, b", "torch.add_(a, b)")
                + method("mul_", "a: Tensor, b", "torch.mul_(a, b)")
                + method("copy_", "a: Tensor, b", "torch.copy_(a, b)"));

        private static Script upsample(String alignCorners) {
            String size = "[torch.size(like, 2), torch.size(like, 3)]";
            return function(
                    "x: Tensor, like", "torch.upsample_bilinear2d(x, " + size + ", " + alignCorners + ", None, None)");
        }

        private static Script function(String arguments, String expression) {
            return new Script(method("forward", arguments, expression));
        }

        private static String method(String name, String arguments, String expression) {
            return "  def " + name + "(self: __torch__.Script,\n    " + arguments + ": Tensor) -> Tensor:\n    return "
                    + expression + "\n";
        }
    }
}
