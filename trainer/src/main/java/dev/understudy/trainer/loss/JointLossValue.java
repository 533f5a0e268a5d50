package dev.understudy.trainer.loss;

import dev.understudy.dataset.frame.Task;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a batch cost.
 *
 * @param total the weighted sum, which is what is minimised
 * @param terms of each task, before its weight; 0 for one that no frame was annotated with
 * @param taught the tasks that any frame was annotated with
 * @param pairs of each loss on pairs of frames, by its name, before its weight; empty if there was no pair
 */
public record JointLossValue(double total, Map<Task, Double> terms, Set<Task> taught, Map<String, Double> pairs) {
    public static final JointLossValue NOTHING = new JointLossValue(0, Map.of(), Set.of());

    /** Of frames alone. */
    public JointLossValue(double total, Map<Task, Double> terms, Set<Task> taught) {
        this(total, terms, taught, Map.of());
    }

    public JointLossValue {
        Map<Task, Double> copy = new EnumMap<>(Task.class);
        copy.putAll(terms);
        terms = Collections.unmodifiableMap(copy);
        taught = Collections.unmodifiableSet(union(taught, Set.of()));
        pairs = Collections.unmodifiableMap(new TreeMap<>(pairs));
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
        Map<String, Double> pairSum = new TreeMap<>(pairs);
        other.pairs.forEach((name, value) -> pairSum.merge(name, value, Double::sum));
        return new JointLossValue(total + other.total, sum, union(taught, other.taught), pairSum);
    }

    /** With what the weights of the tasks cost themselves, once a batch. */
    JointLossValue plus(double penalty) {
        return new JointLossValue(total + penalty, terms, taught, pairs);
    }

    /** Every term by its name, tasks first. */
    public Map<String, Double> named() {
        Map<String, Double> named = new LinkedHashMap<>();
        terms.forEach((task, value) -> named.put(task.key(), value));
        named.putAll(pairs);
        return named;
    }

    /** The terms that something was learned from. */
    public Map<Task, Double> taughtTerms() {
        Map<Task, Double> some = new EnumMap<>(Task.class);
        some.putAll(terms);
        some.keySet().retainAll(taught);
        return some;
    }
}
