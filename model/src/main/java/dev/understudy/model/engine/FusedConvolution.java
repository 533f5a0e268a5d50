package dev.understudy.model.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import org.jspecify.annotations.Nullable;

/**
 * A convolution for inference, with what follows it in one pass over memory: bias, an optional sum, an activation. On a
 * processor with oneDNN the weights are packed once into the order that its kernels read; elsewhere it is made of
 * single operations. Safe for several threads at once. Native memory belongs to the manager it was made with.
 */
public final class FusedConvolution {
    private final Geometry geometry;
    private final Activation activation;
    private final Precision precision;
    private final NDArray bias;
    private final @Nullable Constants constants;
    private volatile NDArray weight;
    private boolean packed;

    /** How the kernel moves over the picture; the same along rows and columns. */
    public record Geometry(int stride, int padding, int dilation, int groups) {}

    /**
     * @param weight [out, in/groups, kernel, kernel] row-major
     * @param precision of what it reads and gives; not {@link Precision#AUTO}
     */
    public FusedConvolution(
            NDManager manager,
            float[] weight,
            Shape shape,
            float[] bias,
            Geometry geometry,
            Activation activation,
            Precision precision) {
        this.weight = Tensors.create(manager, weight, shape, precision);
        this.bias = Tensors.create(manager, bias, new Shape(bias.length), precision);
        this.geometry = geometry;
        this.activation = activation;
        this.precision = precision;
        boolean oneDnn = manager.getDevice().getDeviceType().equals("cpu") && Scripts.ONE_DNN != null;
        this.constants = oneDnn ? new Constants(geometry, activation) : null;
    }

    /** activation(convolution(x) + bias) */
    public NDArray apply(NDArray x) {
        if (constants == null) {
            NDArray y = Tensors.convolve(
                    x, weight, bias, geometry.stride, geometry.padding, geometry.dilation, geometry.groups);
            Tensors.activateInPlace(y, activation);
            return y;
        }
        pack(x);
        try (IValue input = IValue.from((PtNDArray) x);
                IValue w = IValue.from((PtNDArray) weight);
                IValue b = IValue.from((PtNDArray) bias)) {
            String method = activation == Activation.RELU6 ? "clamped" : "pointwise";
            return Scripts.ONE_DNN.call(method, (PtNDArray) x, constants.arguments(input, w, b));
        }
    }

    /**
     * activation(convolution(x) + bias + sum)
     *
     * @param overwrite {@code sum} is not needed afterwards: it receives the result and is returned
     */
    public NDArray applyAdding(NDArray x, NDArray sum, boolean overwrite) {
        if (constants == null) {
            NDArray y = Tensors.convolve(
                    x, weight, bias, geometry.stride, geometry.padding, geometry.dilation, geometry.groups);
            Tensors.addInPlace(y, sum);
            Tensors.activateInPlace(y, activation);
            return y;
        }
        pack(x);
        String relu = activation == Activation.RELU ? "_relu" : "";
        NDArray result;
        try (IValue input = IValue.from((PtNDArray) x);
                IValue other = IValue.from((PtNDArray) sum);
                IValue w = IValue.from((PtNDArray) weight);
                IValue b = IValue.from((PtNDArray) bias)) {
            if (overwrite) {
                Scripts.ONE_DNN.run("sum" + relu + "_", constants.arguments(other, input, w, b));
                result = sum;
            } else {
                result = Scripts.ONE_DNN.call("sum" + relu, (PtNDArray) x, constants.arguments(input, other, w, b));
            }
        }
        if (activation == Activation.RELU6) {
            Tensors.activateInPlace(result, activation);
        }
        return result;
    }

    /** Whether oneDNN has bfloat16 convolutions for this processor, whatever they cost. */
    static boolean takesBfloat16() {
        NativeEngine.cpu();
        if (Scripts.ONE_DNN == null) {
            return false;
        }
        try (NDManager manager = NativeEngine.newManager(NativeEngine.cpu())) {
            PtNDArray none = (PtNDArray) manager.zeros(new Shape(1));
            try (IValue argument = IValue.from(none);
                    NDArray answer = Scripts.ONE_DNN.call("bfloat16", none, argument)) {
                return answer.toFloatArray()[0] != 0;
            }
        }
    }

    /** Packing wants the size of the input; weights packed for one size are right for all, and best for most. */
    private void pack(NDArray x) {
        if (packed) {
            return;
        }
        synchronized (this) {
            if (packed || constants == null) {
                return;
            }
            try (IValue size = IValue.listFrom(x.getShape().getShape());
                    IValue dense = IValue.from((PtNDArray) weight)) {
                PtNDArray best = Scripts.ONE_DNN.call(
                        "pack",
                        (PtNDArray) weight,
                        dense,
                        constants.padding,
                        constants.stride,
                        constants.dilation,
                        constants.groups,
                        size);
                NDArray before = weight;
                weight = best;
                packed = true;
                before.close();
            }
        }
    }

    /** Arguments that never change. They live as long as the process: a few words each. */
    private record Constants(IValue padding, IValue stride, IValue dilation, IValue groups, IValue attribute) {
        Constants(Geometry g, Activation activation) {
            this(
                    IValue.listFrom(g.padding, (long) g.padding),
                    IValue.listFrom(g.stride, (long) g.stride),
                    IValue.listFrom(g.dilation, (long) g.dilation),
                    IValue.from((long) g.groups),
                    IValue.from(activation == Activation.RELU ? "relu" : "none"));
        }

        IValue[] arguments(IValue... first) {
            IValue[] all = new IValue[first.length + 5];
            System.arraycopy(first, 0, all, 0, first.length);
            IValue[] rest = {padding, stride, dilation, groups, attribute};
            System.arraycopy(rest, 0, all, first.length, rest.length);
            return all;
        }
    }

    private static final class Scripts {
        private static final String GEOMETRY =
                "padding: List[int], stride: List[int], dilation: List[int], groups: int";

        /** Null where libtorch was built without oneDNN. */
        static final @Nullable Script ONE_DNN = JniUtils.getFeatures().contains("MKLDNN") ? new Script(source()) : null;

        private static String source() {
            String unary = "ops.mkldnn._convolution_pointwise(x, w, b, padding, stride, dilation, groups, ";
            String binary = "ops.mkldnn._convolution_pointwise(x, other, w, b, padding, stride, dilation, groups, ";
            String inPlace = "ops.mkldnn._convolution_pointwise_(other, x, w, b, padding, stride, dilation, groups, ";
            String none = scalars("");
            String noneTail = "\"add\", 1., None, " + none + ", None)";
            String reluTail = "\"add\", 1., \"relu\", " + none + ", None)";
            return method("pointwise", "x: Tensor, w", unary + "attr, " + none + ", \"\")")
                    + method("clamped", "x: Tensor, w", unary + "\"hardtanh\", " + scalars("0., 6.") + ", \"\")")
                    + method("sum", "x: Tensor, other: Tensor, w", binary + noneTail)
                    + method("sum_relu", "x: Tensor, other: Tensor, w", binary + reluTail)
                    + method("sum_", "other: Tensor, x: Tensor, w", inPlace + noneTail)
                    + method("sum_relu_", "other: Tensor, x: Tensor, w", inPlace + reluTail)
                    + "  def pack(self: __torch__.Script,\n    w: Tensor, " + GEOMETRY
                    + ", size: List[int]) -> Tensor:\n    return ops.mkldnn._reorder_convolution_weight(w, padding,"
                    + " stride, dilation, groups, size)\n"
                    + "  def bfloat16(self: __torch__.Script,\n    x: Tensor) -> Tensor:\n"
                    + "    return torch.add(x, int(ops.mkldnn._is_mkldnn_bf16_supported()))\n";
        }

        private static String scalars(String values) {
            return "annotate(List[Optional[number]], [" + values + "])";
        }

        private static String method(String name, String tensors, String expression) {
            return "  def " + name + "(self: __torch__.Script,\n    " + tensors + ": Tensor, b: Tensor, " + GEOMETRY
                    + ", attr: str) -> Tensor:\n    return " + expression + "\n";
        }
    }
}
