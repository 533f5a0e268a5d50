package dev.understudy.model.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import dev.understudy.model.engine.FusedConvolution.Geometry;

/**
 * A convolution with few outputs, as heads of depth and of normals are, for inference in float32 on a processor. oneDNN
 * calculates as many outputs as a vector has lanes, however few are asked for. Here each weight of the window is an
 * output of one product of matrices, and what these say is added up where the window would have seen it. The sums are
 * added in another order, so results differ by rounding. Safe for several threads at once. Native memory belongs to the
 * manager it was made with.
 */
public final class NarrowConvolution {
    /** With more, adding up takes longer than the lanes that it saves. */
    private static final int MOST_OUTPUTS = 4;

    private final FusedConvolution products;
    private final NDArray bias;
    private final int kernel;
    private final Geometry geometry;

    /**
     * @param weight [out, in, kernel, kernel] row-major
     * @param bias [out]
     * @param geometry one that {@link #suits}
     */
    public NarrowConvolution(NDManager manager, float[] weight, Shape shape, float[] bias, Geometry geometry) {
        int out = (int) shape.get(0);
        this.kernel = (int) shape.get(2);
        this.geometry = geometry;
        this.products = new FusedConvolution(
                manager,
                byPlace(weight, out, (int) shape.get(1), kernel * kernel),
                new Shape((long) out * kernel * kernel, shape.get(1), 1, 1),
                new float[out * kernel * kernel],
                new Geometry(1, 0, 1, 1),
                Activation.NONE,
                Precision.FLOAT32);
        this.bias = Tensors.create(manager, bias, new Shape(1, out, 1, 1));
    }

    /** Whether it is faster so: few outputs of a window over all inputs, which moves by one pixel and is centred. */
    public static boolean suits(int out, int kernel, Geometry geometry) {
        return out <= MOST_OUTPUTS
                && kernel > 1
                && geometry.stride() == 1
                && geometry.groups() == 1
                && 2 * geometry.padding() == geometry.dilation() * (kernel - 1);
    }

    /**
     * [out · places, in]. A place gives to the pixel on the other side of the window's centre, so places are in
     * reverse.
     */
    private static float[] byPlace(float[] weight, int out, int in, int places) {
        float[] turned = new float[weight.length];
        for (int o = 0; o < out; o++) {
            for (int place = 0; place < places; place++) {
                for (int i = 0; i < in; i++) {
                    turned[(o * places + place) * in + i] = weight[(o * in + i) * places + places - 1 - place];
                }
            }
        }
        return turned;
    }

    /** convolution(x) + bias */
    public NDArray apply(NDArray x) {
        try (PtNDArray parts = (PtNDArray) products.apply(x);
                IValue places = IValue.from(parts);
                IValue offset = IValue.from((PtNDArray) bias);
                IValue window = both(kernel);
                IValue dilation = both(geometry.dilation());
                IValue padding = both(geometry.padding())) {
            return Scripts.GATHER.call("gather", (PtNDArray) x, places, offset, window, dilation, padding);
        }
    }

    private static IValue both(long length) {
        return IValue.listFrom(length, length);
    }

    private static final class Scripts {
        static final Script GATHER = new Script("""
                  def gather(self: __torch__.Script,
                    x: Tensor, b: Tensor, window: List[int], dilation: List[int], padding: List[int]) -> Tensor:
                    h = torch.size(x, 2)
                    w = torch.size(x, 3)
                    places = torch.contiguous(x, memory_format=0)
                    columns = torch.reshape(places, [torch.size(x, 0), torch.size(x, 1), torch.mul(h, w)])
                    y = torch.col2im(columns, [h, w], window, dilation, padding, [1, 1])
                    return torch.contiguous(torch.add_(y, b), memory_format=2)
                """);
    }
}
