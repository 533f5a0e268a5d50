package dev.understudy.trainer.optimiser;

import ai.djl.ndarray.NDArray;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.checkpoint.Tensor;
import dev.understudy.model.engine.Precision;
import java.util.Map;

/**
 * What a loss is multiplied by on the way back, and gradients are divided by before they are used, so that what is
 * small does not become 0 in float16 (Micikevicius et al., Mixed Precision Training, ICLR 2018, section 3.2). A power
 * of two, by which nothing is rounded: halved by a step whose gradients left the range, which is not taken, and doubled
 * by many in a row that did not. Used by one thread.
 */
public final class LossScale {
    static final double FIRST = 1 << 16;
    static final double HIGHEST = 1 << 24;
    static final int STEPS_TO_DOUBLE = 2000;
    private static final String STATE = "loss-scale";

    private final boolean on;
    private double value;
    private long inRange;

    private LossScale(boolean on, double value) {
        this.on = on;
        this.value = value;
    }

    /** That of a run in such numbers: 1 for good if they have float32's range. */
    public static LossScale of(Precision precision) {
        return precision.ofBuiltIn() == Precision.FLOAT16 ? new LossScale(true, FIRST) : none();
    }

    /** Always 1, whatever the gradients are. */
    public static LossScale none() {
        return new LossScale(false, 1);
    }

    /** Whether gradients are looked at before they are used. */
    boolean isOn() {
        return on;
    }

    /** A power of two, at least 1. */
    public double value() {
        return value;
    }

    /** Multiplies derivatives of a loss, in place. @return the same arrays */
    public Map<Task, NDArray> over(Map<Task, NDArray> gradients) {
        if (on) {
            gradients.values().forEach(gradient -> gradient.muli(value));
        }
        return gradients;
    }

    /** A step was taken. */
    public void inRange() {
        if (on && ++inRange == STEPS_TO_DOUBLE) {
            value = Math.min(HIGHEST, 2 * value);
            inRange = 0;
        }
    }

    /**
     * A step was not taken, for its gradients were not finite.
     *
     * @return false if they are so without any scale, so that it is not what they suffer from
     */
    public boolean outOfRange() {
        inRange = 0;
        if (value == 1) {
            return false;
        }
        value /= 2;
        return true;
    }

    /**
     * To be saved with the optimiser's state; empty if there is none.
     *
     * @param notTaken steps of the stage
     */
    public Map<String, Tensor> state(long notTaken) {
        return on ? Map.of(STATE, Tensor.of(new long[] {3}, new float[] {(float) value, inRange, notTaken})) : Map.of();
    }

    /**
     * Takes up where {@link #state} was.
     *
     * @return steps of the stage that were not taken
     */
    public long restore(Map<String, Tensor> state) {
        Tensor saved = state.get(STATE);
        if (!on || saved == null) {
            return 0;
        }
        float[] numbers = saved.toFloats();
        value = numbers[0];
        inRange = (long) numbers[1];
        return (long) numbers[2];
    }
}
