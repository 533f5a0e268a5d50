package dev.understudy.model.onnx;

import java.util.List;

/** A node of a graph: the names of the tensors that it takes and gives; an empty name is one that is left out. */
record OnnxStep(List<String> inputs, List<String> outputs) {
    OnnxStep {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }
}
