package dev.understudy.model.checkpoint;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Named tensors in the order of their file. Immutable.
 *
 * <p>MXNet names keep their {@code arg:} or {@code aux:}.
 */
public record Checkpoint(Map<String, Tensor> tensors) {
    /** What {@code DataParallel} puts before every name. */
    private static final String DATA_PARALLEL = "module.";

    public Checkpoint {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }

    /** Without the {@code module.} prefixes that all names have in common. */
    public Checkpoint normalised() {
        Map<String, Tensor> current = tensors;
        while (!current.isEmpty() && current.keySet().stream().allMatch(name -> name.startsWith(DATA_PARALLEL))) {
            Map<String, Tensor> shorter = new LinkedHashMap<>();
            current.forEach((name, tensor) -> shorter.put(name.substring(DATA_PARALLEL.length()), tensor));
            current = shorter;
        }
        return current == tensors ? this : new Checkpoint(current);
    }

    /**
     * With every floating-point tensor as {@code type}; integers stay as they are.
     *
     * @throws CheckpointException if a finite value is beyond the range of {@code type}
     */
    public Checkpoint withFloatsAs(TensorType type) {
        Map<String, Tensor> converted = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            try {
                converted.put(name, tensor.type().isFloat() ? tensor.as(type) : tensor);
            } catch (ArithmeticException e) {
                throw new CheckpointException("tensor " + name + ": " + e.getMessage(), e);
            }
        });
        return new Checkpoint(converted);
    }

    /**
     * What no network can compute with, such as {@code bn1.weight is NaN at element 3}: values that are not finite as
     * float32, and variances below 0. A variance of 0 is one: its channel never spoke.
     */
    public List<String> faults() {
        List<String> faults = new ArrayList<>();
        tensors.forEach((name, tensor) -> {
            OptionalInt at = tensor.firstNotFinite();
            if (at.isEmpty() && isVariance(name)) {
                at = IntStream.range(0, tensor.elements())
                        .filter(i -> tensor.get(i) < 0)
                        .findFirst();
            }
            at.ifPresent(i -> faults.add(fault(name, tensor.get(i), i)));
        });
        return faults;
    }

    private static String fault(String name, double value, int at) {
        boolean overflows = Double.isFinite(value) && !Float.isFinite((float) value);
        String found = overflows ? value + ", too large for float32," : Float.toString((float) value);
        return ByteCursor.quote(name) + " is " + found + " at element " + at;
    }

    private static boolean isVariance(String name) {
        return name.endsWith("running_var") || name.endsWith("moving_var");
    }

    /** Elements of all floating-point tensors that are trained, so without batch-norm's running statistics. */
    public long parameterCount() {
        return tensors.entrySet().stream()
                .filter(entry -> entry.getValue().type().isFloat() && !isStatistic(entry.getKey()))
                .mapToLong(entry -> entry.getValue().elements())
                .sum();
    }

    private static boolean isStatistic(String name) {
        return name.endsWith("running_mean") || name.endsWith("moving_mean") || isVariance(name);
    }
}
