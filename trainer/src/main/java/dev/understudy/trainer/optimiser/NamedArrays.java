package dev.understudy.trainer.optimiser;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.understudy.model.checkpoint.Tensor;
import dev.understudy.trainer.gradient.Autograd;
import java.util.Map;

/** The engine's arrays to and from tensors of a checkpoint. */
final class NamedArrays {
    private NamedArrays() {}

    static Tensor copyOf(NDArray array) {
        return Tensor.of(array.getShape().getShape(), array.toFloatArray());
    }

    /** Copies the tensor {@code name} into {@code array}, which keeps its layout. */
    static void set(NDArray array, String name, Map<String, Tensor> state) {
        Tensor tensor = state.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("training state lacks " + name);
        }
        Shape shape = new Shape(tensor.shape());
        if (!shape.equals(array.getShape())) {
            throw new IllegalArgumentException(name + " is " + shape + ", expected " + array.getShape());
        }
        try (Autograd.Mode paused = Autograd.paused();
                NDArray values = array.getManager().create(tensor.toFloats(), shape)) {
            Autograd.copy(values, array);
        }
    }
}
