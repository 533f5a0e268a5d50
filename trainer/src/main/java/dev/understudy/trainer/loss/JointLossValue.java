package dev.understudy.trainer.loss;

import dev.understudy.dataset.frame.Task;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * What a batch cost.
 *
 * @param total the weighted sum, which is what is minimised
 * @param terms of each task, before its weight; 0 for one that no frame was annotated with
 * @param taught the tasks that any frame was annotated with
 */
public record JointLossValue(double total, Map<Task, Double> terms, Set<Task> taught) {
    public static final JointLossValue NOTHING = new JointLossValue(0, Map.of(), Set.of());

    public JointLossValue {
        Map<Task, Double> copy = new EnumMap<>(Task.class);
        copy.putAll(terms);
        terms = Collections.unmodifiableMap(copy);
        taught = Collections.unmodifiableSet(union(taught, Set.of()));
    }

    private static Set<Task> union(Collection<Task> some, Collection<Task> others) {
        Set<Task> all = EnumSet.noneOf(Task.class);
        all.addAll(some);
        all.addAll(others);
        return all;
    }

    /** The sums of both, for the parts of a batch. */
    public JointLossValue plus(JointLossValue other) {
        Map<Task, Double> sum = new EnumMap<>(Task.class);
        sum.putAll(terms);
        other.terms.forEach((task, value) -> sum.merge(task, value, Double::sum));
        return new JointLossValue(total + other.total, sum, union(taught, other.taught));
    }

    /** With what the weights of the tasks cost themselves, once a batch. */
    JointLossValue plus(double penalty) {
        return new JointLossValue(total + penalty, terms, taught);
    }

    /** The terms that something was learned from. */
    public Map<Task, Double> taughtTerms() {
        Map<Task, Double> some = new EnumMap<>(Task.class);
        some.putAll(terms);
        some.keySet().retainAll(taught);
        return some;
    }
}
