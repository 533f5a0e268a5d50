package dev.understudy.conf;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Collects what is wrong with a record's components in its compact constructor, so that a user sees all of it at once,
 * each at its own place in the file.
 *
 * <pre>{@code
 * public record Schedule(int steps, double rate) {
 *     public Schedule {
 *         new Checks().atLeast("steps", steps, 1).positive("rate", rate).verify();
 *     }
 * }
 * }</pre>
 *
 * A component is named as it is in the record; {@code shares.0} is an element of a list or a key of a map. NaN passes
 * no range.
 */
public final class Checks {
    private final List<InvalidRecordException.Problem> problems = new ArrayList<>();

    /** @param expected what should have been, to read after the component's name: {@code "must be even, found 3"} */
    public Checks that(boolean holds, String component, String expected) {
        if (!holds) {
            problems.add(new InvalidRecordException.Problem(component, expected));
        }
        return this;
    }

    /** In the closed range [low, high]. */
    public Checks inRange(String component, double value, double low, double high) {
        return that(
                value >= low && value <= high,
                component,
                "must be from " + number(low) + " to " + number(high) + ", found " + number(value));
    }

    /** In [0, 1]: shares, probabilities. */
    public Checks unit(String component, double value) {
        return inRange(component, value, 0, 1);
    }

    /** Finite and not below {@code low}. */
    public Checks atLeast(String component, double value, double low) {
        return that(
                value >= low && Double.isFinite(value),
                component,
                "must be at least " + number(low) + ", found " + number(value));
    }

    /** Finite and greater than 0. */
    public Checks positive(String component, double value) {
        return that(value > 0 && Double.isFinite(value), component, "must be greater than 0, found " + number(value));
    }

    public Checks notEmpty(String component, Collection<?> value) {
        return that(!value.isEmpty(), component, "must not be empty");
    }

    public Checks notBlank(String component, String value) {
        return that(!value.isBlank(), component, "must not be empty");
    }

    /** @throws InvalidRecordException if a check failed */
    public void verify() {
        if (!problems.isEmpty()) {
            throw new InvalidRecordException(problems);
        }
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    /** A record that was asked to hold values out of its ranges; says which components. See {@link Checks}. */
    public static final class InvalidRecordException extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        /** Goes with it where it is sent, as from a task to its job. */
        private final ArrayList<Problem> problems;

        /** @param text reads on after the component's name */
        public record Problem(String component, String text) implements Serializable {
            @Override
            public String toString() {
                return component + " " + text;
            }
        }

        public InvalidRecordException(List<Problem> problems) {
            super(problems.stream().map(Problem::toString).collect(Collectors.joining("; ")));
            this.problems = new ArrayList<>(problems);
        }

        public List<Problem> problems() {
            return List.copyOf(problems);
        }
    }
}
