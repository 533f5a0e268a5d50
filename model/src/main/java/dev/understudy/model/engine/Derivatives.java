package dev.understudy.model.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import dev.understudy.model.engine.FusedConvolution.Geometry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The two halves of operations that are trained by backpropagation written out: forward with what the way back needs,
 * and backward. Automatic differentiation would keep several times the memory (8-byte indices, every intermediate) and
 * sum a channel's pixels in float one after the other.
 *
 * <p>NCHW shapes in channels-last order; what is made is attached to the manager of the first argument. Nothing here is
 * recorded for gradients: call it with the thread's gradient mode off. Safe for several threads.
 */
public final class Derivatives {
    private static final Map<String, Script> SCRIPTS = new ConcurrentHashMap<>();

    private Derivatives() {}

    /**
     * Of a convolution with no bias, or before its bias is looked at.
     *
     * <p>oneDNN's kernel by the input of a strided depthwise convolution in bfloat16 takes ten times as long as its
     * kernel in float32 (340 ms for 4 pictures of 96×200×200, 25 in float32, Intel with AMX): that one is in float32.
     *
     * @param byInput whether the derivative by {@code x} is wanted
     * @return by the weight, then by {@code x} if wanted
     */
    public static NDList convolution(NDArray dy, NDArray x, NDArray weight, Geometry geometry, boolean byInput) {
        boolean apart = byInput
                && geometry.groups() > 1
                && geometry.stride() > 1
                && dy.getDataType() != DataType.FLOAT32
                && !dy.getDevice().isGpu();
        String body = apart
                ? backward("_0, dw, _1,", "dy, x, w", geometry, "False, True")
                        + "  x1 = torch.empty_like(x, dtype=6, memory_format=2)\n"
                        + backward("dx, _2, _3,", "torch.to(dy, 6), x1, torch.to(w, 6)", geometry, "True, False")
                        + "  return [dw, torch.to(dx, dy)]\n"
                : backward("dx, dw, db,", "dy, x, w", geometry, (byInput ? "True" : "False") + ", True") + "  return ["
                        + (byInput ? "dw, dx" : "dw") + "]\n";
        return run("convolution " + geometry + byInput + apart, "dy, x, w", body, dy, x, weight);
    }

    private static String backward(String results, String tensors, Geometry geometry, String byInputAndWeight) {
        String none = "annotate(Optional[List[int]], None)";
        return "  " + results + " = torch.convolution_backward(" + tensors + ", "
                + arguments(geometry, none, byInputAndWeight + ", False") + ")\n";
    }

    private static String arguments(Geometry geometry, String biasSizes, String mask) {
        return biasSizes + ", " + both(geometry.stride()) + ", " + both(geometry.padding()) + ", "
                + both(geometry.dilation()) + ", False, [0, 0], " + geometry.groups() + ", [" + mask + "]";
    }

    private static String both(int alongEach) {
        return "[" + alongEach + ", " + alongEach + "]";
    }

    /** Of a bias: the sum of each channel, in float32. */
    public static NDArray bias(NDArray dy) {
        return run("bias", "dy", "  return [torch.sum(dy, [0, 2, 3], False, dtype=6)]\n", dy)
                .singletonOrThrow();
    }

    /** A copy rounded to numbers of another type, in the same memory order. */
    public static NDArray in(Precision precision, NDArray x) {
        return run(precision.key(), "x", "  return [torch.to(x, " + precision.scalarType() + ")]\n", x)
                .singletonOrThrow();
    }

    /**
     * Batch-norm by the batch's own statistics; moves the running ones towards them by a tenth. Each column of pixels
     * is summed in float, which is fast, and the columns in double.
     *
     * @return y, the batch's mean, 1/deviation
     */
    public static NDList batchNorm(
            NDArray x, NDArray weight, NDArray bias, NDArray runningMean, NDArray runningVariance, double epsilon) {
        String body = """
                  x1 = torch.contiguous(x, memory_format=2)
                  n, c, h, w = torch.size(x1, 0), torch.size(x1, 1), torch.size(x1, 2), torch.size(x1, 3)
                  columns = torch.permute(torch.reshape(torch.permute(x1, [0, 2, 3, 1]), [1, n * h, 1, w * c]), [0, 3, 1, 2])
                  m, v, = torch.batch_norm_update_stats(columns, None, None, 0.)
                  means = torch.reshape(torch.to(m, 7, False, False, None), [w, c])
                  variances = torch.reshape(torch.to(v, 7, False, False, None), [w, c])
                  mean = torch.mean(means, [0], False)
                  d = torch.sub(means, mean)
                  variance = torch.mean(torch.add(variances, torch.mul(d, d)), [0], False)
                  count = n * h * w
                  unbiased = torch.mul(variance, count / max(count - 1, 1))
                  mean1 = torch.to(mean, 6, False, False, None)
                  variance1 = torch.to(variance, 6, False, False, None)
                  _0 = torch.add_(torch.mul_(rm, 0.9), torch.to(torch.mul(mean, 0.1), 6, False, False, None))
                  _1 = torch.add_(torch.mul_(rv, 0.9), torch.to(torch.mul(unbiased, 0.1), 6, False, False, None))
                  y, _2, _3, = torch.native_batch_norm(x1, g, b, mean1, variance1, False, 0., EPSILON)
                  deviation = torch.to(torch.rsqrt(torch.add(variance, EPSILON)), 6, False, False, None)
                  return [y, mean1, deviation]
                """.replace("EPSILON", Double.toString(epsilon));
        return run("batchNorm " + epsilon, "x, g, b, rm, rv", body, x, weight, bias, runningMean, runningVariance);
    }

    /**
     * {@link #batchNorm} in one operation, which sums a channel's pixels in float: for pictures of any type. Fastest on
     * GPUs, and on processors for {@code x} in bfloat16, whose rounding is a hundred times that of the sums.
     *
     * @return y in the type of {@code x}; the batch's mean and 1/deviation in float32
     */
    public static NDList batchNormAtOnce(
            NDArray x, NDArray weight, NDArray bias, NDArray runningMean, NDArray runningVariance, double epsilon) {
        String body = """
                  x1 = torch.contiguous(x, memory_format=2)
                  y, mean, deviation, = torch.native_batch_norm(x1, g, b, rm, rv, True, 0.1, EPSILON)
                  return [y, mean, deviation]
                """.replace("EPSILON", Double.toString(epsilon));
        return run(
                "batchNormAtOnce " + epsilon, "x, g, b, rm, rv", body, x, weight, bias, runningMean, runningVariance);
    }

    /**
     * Of {@link #batchNormAtOnce}.
     *
     * @return by x in the type of {@code dy}; by the weight and by the bias in float32
     */
    public static NDList batchNormAtOnce(NDArray dy, NDArray x, NDArray weight, NDArray mean, NDArray deviation) {
        String body = """
                  x1 = torch.contiguous(x, memory_format=2)
                  dy1 = torch.contiguous(dy, memory_format=2)
                  dx, dg, db, = torch.native_batch_norm_backward(dy1, x1, g, None, None, mean, deviation, True, 0., [True, True, True])
                  return [dx, dg, db]
                """;
        return run("batchNormBackwardAtOnce", "dy, x, g, mean, deviation", body, dy, x, weight, mean, deviation);
    }

    /**
     * Of {@link #batchNorm}.
     *
     * @param byStatistics whether mean and deviation came from {@code x}; false = they are constants
     * @return by x, by the weight, by the bias
     */
    public static NDList batchNorm(
            NDArray dy, NDArray x, NDArray weight, NDArray mean, NDArray deviation, boolean byStatistics) {
        String scaled = """
                  scale = torch.mul(g, deviation)
                """;
        String throughStatistics = """
                  count = n * h * w
                  byMean = torch.div(db, count)
                  byX = torch.mul(torch.div(dg, count), deviation)
                  a = torch.to(torch.neg(torch.mul(scale, byX)), 6, False, False, None)
                  shift = torch.to(torch.mul(scale, torch.sub(torch.mul(byX, mean), byMean)), 6, False, False, None)
                  zeros = torch.zeros_like(mean)
                  ones = torch.ones_like(mean)
                  dx, _0, _1, = torch.native_batch_norm(x1, a, shift, zeros, ones, False, 0., 0.)
                  dx1 = torch.addcmul_(dx, dy1, torch.reshape(scale, [1, c, 1, 1]))
                """;
        String constant = """
                  dx1 = torch.to(torch.mul(dy1, torch.reshape(scale, [1, c, 1, 1])), dy1)
                """;
        String end = """
                  return [dx1, torch.to(dg, 6, False, False, None), torch.to(db, 6, False, False, None)]
                """;
        return run(
                "batchNormBackward " + byStatistics,
                "dy, x, g, mean, deviation",
                CHANNEL_SUMS + scaled + (byStatistics ? throughStatistics : constant) + end,
                dy,
                x,
                weight,
                mean,
                deviation);
    }

    /** db = Σ dy and dg = Σ dy·(x − mean)·deviation over each channel's pixels, in double; columns apart, as above. */
    private static final String CHANNEL_SUMS = """
              x1 = torch.contiguous(x, memory_format=2)
              dy1 = torch.contiguous(dy, memory_format=2)
              n, c, h, w = torch.size(x1, 0), torch.size(x1, 1), torch.size(x1, 2), torch.size(x1, 3)
              xs = torch.permute(torch.reshape(torch.permute(x1, [0, 2, 3, 1]), [1, n * h, 1, w * c]), [0, 3, 1, 2])
              dys = torch.permute(torch.reshape(torch.permute(dy1, [0, 2, 3, 1]), [1, n * h, 1, w * c]), [0, 3, 1, 2])
              means = torch.repeat(mean, [w])
              deviations = torch.repeat(deviation, [w])
              _a, dgs, dbs, = torch.native_batch_norm_backward(dys, xs, None, None, None, means, deviations, True, 0., [False, True, True])
              dg = torch.sum(torch.reshape(torch.to(dgs, 7, False, False, None), [w, c]), [0], False)
              db = torch.sum(torch.reshape(torch.to(dbs, 7, False, False, None), [w, c]), [0], False)
            """;

    /**
     * Of {@link Tensors#multiplyChannels}.
     *
     * @return by x, by the weight in the shape [channels, 1, 1, 1]
     */
    public static NDList multiplyChannels(NDArray dy, NDArray x, NDArray weight) {
        String body = """
                  mean = torch.to(torch.zeros_like(torch.reshape(g, [-1])), 6, False, False, None)
                  deviation = torch.ones_like(mean)
                """ + CHANNEL_SUMS + """
                  dx = torch.mul(dy1, torch.reshape(g, [1, c, 1, 1]))
                  return [dx, torch.to(torch.reshape(dg, [c, 1, 1, 1]), 6, False, False, None)]
                """;
        return run("multiplyChannels", "dy, x, g", body, dy, x, weight);
    }

    /**
     * Of an activation.
     *
     * @param y its result
     * @param overwrite {@code dy} is not needed afterwards: it receives the result and is returned
     */
    public static NDArray activation(NDArray dy, NDArray y, Activation activation, boolean overwrite) {
        String call = activation == Activation.RELU6
                ? "torch.hardtanh_backward(dy, y, 0., 6."
                : "torch.threshold_backward(dy, y, 0";
        NDArray result = run(
                        activation + " " + overwrite,
                        "dy, y",
                        "  return [" + call + (overwrite ? ", grad_input=dy" : "") + ")]\n",
                        dy,
                        y)
                .singletonOrThrow();
        if (overwrite) {
            result.close();
            return dy;
        }
        return result;
    }

    /**
     * Max-pooling over square windows, picture by picture: places in a plane are 8-byte numbers, and those of a whole
     * batch would not stay in the processor's cache until they are made short.
     *
     * @return y, and which pixels won
     */
    public static NDList maxPool(NDArray x, int kernel, int stride, int padding) {
        // Where two bytes do for a place, a pool keeps a quarter of the memory.
        String body = """
                  n = torch.size(x, 0)
                  small = 2
                  if torch.size(x, 2) * torch.size(x, 3) > 32767:
                    small = 3
                  ys = annotate(List[Tensor], [])
                  places = annotate(List[Tensor], [])
                  for k in range(n):
                    y1, i1, = torch.max_pool2d_with_indices(torch.narrow(x, 0, k, 1), [K, K], [S, S], [P, P], [1, 1], False)
                    _0 = torch.append(ys, y1)
                    _1 = torch.append(places, torch.to(i1, small, False, False, None))
                  return [torch.cat(ys, 0), torch.cat(places, 0)]
                """;
        return run("maxPool " + kernel + " " + stride + " " + padding, "x", pool(body, kernel, stride, padding), x);
    }

    /**
     * Of {@link #maxPool}.
     *
     * @param x only its shape matters
     */
    public static NDArray maxPool(NDArray dy, NDArray x, NDArray winners, int kernel, int stride, int padding) {
        String body = """
                  dxs = annotate(List[Tensor], [])
                  for k in range(torch.size(x, 0)):
                    dy1 = torch.narrow(dy, 0, k, 1)
                    x1 = torch.narrow(x, 0, k, 1)
                    i1 = torch.to(torch.narrow(i, 0, k, 1), 4, False, False, None)
                    dx1 = torch.max_pool2d_with_indices_backward(dy1, x1, [K, K], [S, S], [P, P], [1, 1], False, i1)
                    _0 = torch.append(dxs, dx1)
                  return [torch.cat(dxs, 0)]
                """;
        return run(
                        "maxPoolBackward " + kernel + " " + stride + " " + padding,
                        "dy, x, i",
                        pool(body, kernel, stride, padding),
                        dy,
                        x,
                        winners)
                .singletonOrThrow();
    }

    private static String pool(String body, int kernel, int stride, int padding) {
        return body.replace("K", "" + kernel).replace("S", "" + stride).replace("P", "" + padding);
    }

    /**
     * Of {@link Tensors#upsampleLike}, by its first argument.
     *
     * @param x only its shape matters
     */
    public static NDArray upsample(NDArray dy, NDArray x, boolean alignCorners) {
        String body = "  return [torch.upsample_bilinear2d_backward(dy, [torch.size(dy, 2), torch.size(dy, 3)], "
                + "torch.size(x), " + (alignCorners ? "True" : "False") + ", None, None)]\n";
        return run("upsample " + alignCorners, "dy, x", body, dy, x).singletonOrThrow();
    }

    /** @return y, and what was kept */
    public static NDList dropout(NDArray x, double rate) {
        String body = "  y, kept, = torch.native_dropout(x, " + rate + ", True)\n  return [y, kept]\n";
        return run("dropout " + rate, "x", body, x);
    }

    /** Of {@link #dropout}. */
    public static NDArray dropout(NDArray dy, NDArray kept, double rate) {
        String body = "  return [torch.native_dropout_backward(dy, kept, " + 1 / (1 - rate) + ")]\n";
        return run("dropoutBackward " + rate, "dy, kept", body, dy, kept).singletonOrThrow();
    }

    private static NDList run(String key, String names, String body, NDArray... arguments) {
        return SCRIPTS.computeIfAbsent(key, k -> Script.of(names, body)).results(arguments);
    }
}
