package dev.understudy.conf;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A record that was asked to hold values out of its ranges; says which components. See {@link Checks}. */
public final class InvalidRecordException extends IllegalArgumentException {
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
