package dev.understudy.model.network;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;

/** A parameter or running statistic: its original name, what it is for, its shape. */
public record ParameterSpec(String name, Parameter.Type type, Shape shape) {
    public boolean isStatistic() {
        return type == Parameter.Type.RUNNING_MEAN || type == Parameter.Type.RUNNING_VAR;
    }
}
