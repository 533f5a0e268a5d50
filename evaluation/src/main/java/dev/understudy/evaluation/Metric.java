package dev.understudy.evaluation;

import dev.understudy.evaluation.EvaluationOptions.AbsentClasses;
import java.util.Set;

/**
 * One number that says how right predictions are, computed from {@link FrameSums} of any choice of frames: added first,
 * divided once.
 *
 * @param family whose sums it is computed from
 * @param names what it is called where
 * @param uses where it takes part beside reports, which show every metric
 */
public record Metric(String family, Names names, Unit unit, Direction direction, Set<Use> uses, Formula formula) {
    public Metric {
        uses = Set.copyOf(uses);
    }

    /**
     * What a metric is called.
     *
     * @param key in recipes, registries and training's records, unique among all metrics: {@code rmse-log}
     * @param label in reports for people: {@code RMSE log}
     * @param json in reports for machines, unique in its family: {@code rmseLog}
     */
    public record Names(String key, String label, String json) {
        public Names {
            if (!key.matches("[a-z0-9]+(-[a-z0-9]+)*") || label.isBlank() || json.isBlank()) {
                throw new IllegalArgumentException("a metric called '" + key + "', '" + label + "', '" + json + "'");
            }
        }
    }

    /** What the number counts, and so how it is shown. */
    public enum Unit {
        /** 0–1, shown in percent. */
        SHARE,
        METRES,
        DEGREES,
        NUMBER
    }

    /** Which way is better. */
    public enum Direction {
        HIGHER,
        LOWER
    }

    /** Where a metric takes part. */
    public enum Use {
        /**
         * Models are compared by it, and a gate may require it: it can be computed from what is kept of every frame.
         */
        COMPARISON,
        /** Training is watched by it; the first of a task decides which weights are best. */
        VALIDATION
    }

    /**
     * What a metric is computed over, beside the sums themselves: which classes take part in a mean is decided by the
     * truth of the whole set, and so the same for every model and for every choice of its frames.
     *
     * @param whole sums of all frames of the set, of the metric's family; of these only what says of the truth is used
     * @param absent what classes do that this truth does not have
     */
    public record Scope(double[] whole, AbsentClasses absent) {
        /** Over the classes that the truth of these frames has. */
        public static Scope of(double[] whole) {
            return new Scope(whole, AbsentClasses.LEFT_OUT);
        }
    }

    /** From sums to the number. */
    @FunctionalInterface
    public interface Formula {
        /** @return NaN where there is nothing to divide by */
        double of(double[] sums, Scope scope);
    }

    /** As it is written in recipes, registries and training's records. */
    public String key() {
        return names.key();
    }

    public boolean isHigherBetter() {
        return direction == Direction.HIGHER;
    }

    public boolean isFor(Use use) {
        return uses.contains(use);
    }

    /** @param sums of some frames, those of {@link #family} */
    public double of(double[] sums, Scope scope) {
        return formula.of(sums, scope);
    }

    /** How much better {@code after} is than {@code before}: positive = better, whichever way the metric points. */
    public double gain(double before, double after) {
        return isHigherBetter() ? after - before : before - after;
    }
}
