package dev.understudy.trainer.loss;

import dev.understudy.dataset.frame.Task;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a batch cost.
 *
 * @param total the weighted sum, which is what is minimised
 * @param terms of each task, before its weight
 */
public record JointLossValue(double total, Map<Task, Double> terms) {
    public static final JointLossValue NOTHING = new JointLossValue(0, Map.of());

    public JointLossValue {
        Map<Task, Double> copy = new EnumMap<>(Task.class);
        copy.putAll(terms);
        terms = Collections.unmodifiableMap(copy);
    }

    /** The sums of both, for the parts of a batch. */
    public JointLossValue plus(JointLossValue other) {
        Map<Task, Double> sum = new EnumMap<>(Task.class);
        sum.putAll(terms);
        other.terms.forEach((task, value) -> sum.merge(task, value, Double::sum));
        return new JointLossValue(total + other.total, sum);
    }
}
