package dev.understudy.model.checkpoint;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Named tensors in the order of their file. Names are as stored, less a {@code state_dict} level and a common
 * {@code module.} prefix.
 */
public record Checkpoint(Map<String, Tensor> tensors) {
    public Checkpoint {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }
}
