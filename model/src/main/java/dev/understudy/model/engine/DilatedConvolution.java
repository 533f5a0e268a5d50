package dev.understudy.model.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import dev.understudy.model.engine.FusedConvolution.Geometry;

/**
 * A convolution of many inputs whose window is drawn wide apart, for inference in bfloat16 on a processor. oneDNN's way
 * of multiplying tiles (AMX) reads all rows under such a window again and again, from beyond the caches: ten times as
 * long as it takes for a narrow window. But pixels of the same remainder by a factor of the dilation see only each
 * other, so they make pictures of their own, whose window is narrow. The products and the order of their sums are
 * oneDNN's in both ways. Safe for several threads at once. Native memory belongs to the manager it was made with.
 */
public final class DilatedConvolution {
    /** Fewer inputs under a wide window stay in the cache. */
    private static final int FEWEST_INPUTS = 2048;

    private static final int NARROW = 2;

    private final FusedConvolution convolution;
    private final int factor;

    /**
     * @param weight [out, in, kernel, kernel] row-major
     * @param bias [out]
     * @param geometry one that {@link #suits}
     */
    public DilatedConvolution(
            NDManager manager,
            float[] weight,
            Shape shape,
            float[] bias,
            Geometry geometry,
            Activation activation,
            Precision precision) {
        this.factor = factor(geometry.dilation());
        Geometry narrow = new Geometry(1, geometry.padding() / factor, geometry.dilation() / factor, 1);
        this.convolution = new FusedConvolution(manager, weight, shape, bias, narrow, activation, precision);
    }

    /** Whether it is faster so: many inputs, and a window with gaps, which moves by one pixel and is centred. */
    public static boolean suits(int in, int kernel, Geometry geometry) {
        return in >= FEWEST_INPUTS
                && kernel > 1
                && geometry.dilation() > NARROW
                && geometry.stride() == 1
                && geometry.groups() == 1
                && 2 * geometry.padding() == geometry.dilation() * (kernel - 1);
    }

    /** The larger the factor, the smaller the pictures, whose edges cost more than a gap of one pixel. */
    private static int factor(int dilation) {
        return dilation % NARROW == 0 ? dilation / NARROW : dilation;
    }

    /** activation(convolution(x) + bias) */
    public NDArray apply(NDArray x) {
        try (IValue whole = IValue.from((PtNDArray) x);
                IValue by = IValue.from((long) factor);
                NDArray apart = Scripts.REMAINDERS.call("split", (PtNDArray) x, whole, by);
                PtNDArray answers = (PtNDArray) convolution.apply(apart);
                IValue parts = IValue.from(answers)) {
            return Scripts.REMAINDERS.call("join", answers, parts, whole, by);
        }
    }

    private static final class Scripts {
        static final Script REMAINDERS = new Script("""
                  def split(self: __torch__.Script,
                    x: Tensor, f: int) -> Tensor:
                    n, c, h, w = torch.size(x, 0), torch.size(x, 1), torch.size(x, 2), torch.size(x, 3)
                    rows, columns = (h + f - 1) // f, (w + f - 1) // f
                    padded = torch.constant_pad_nd(x, [0, columns * f - w, 0, rows * f - h], 0)
                    pixels = torch.reshape(torch.permute(padded, [0, 2, 3, 1]), [n, rows, f, columns, f, c])
                    parts = torch.reshape(torch.permute(pixels, [0, 2, 4, 1, 3, 5]), [n * f * f, rows, columns, c])
                    return torch.permute(parts, [0, 3, 1, 2])

                  def join(self: __torch__.Script,
                    y: Tensor, x: Tensor, f: int) -> Tensor:
                    n, c, rows, columns = torch.size(x, 0), torch.size(y, 1), torch.size(y, 2), torch.size(y, 3)
                    parts = torch.reshape(torch.permute(y, [0, 2, 3, 1]), [n, f, f, rows, columns, c])
                    whole = torch.reshape(torch.permute(parts, [0, 3, 1, 4, 2, 5]), [n, rows * f, columns * f, c])
                    cut = torch.narrow(torch.narrow(whole, 1, 0, torch.size(x, 2)), 2, 0, torch.size(x, 3))
                    return torch.contiguous(torch.permute(cut, [0, 3, 1, 2]), memory_format=2)
                """);
    }
}
