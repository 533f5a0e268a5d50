package dev.understudy.conf;

import java.util.List;
import java.util.stream.Collectors;

/** A record that was asked to hold values out of its ranges; says which components. See {@link Checks}. */
public final class InvalidRecordException extends IllegalArgumentException {
    private final transient List<Problem> problems;

    /** @param text reads on after the component's name */
    public record Problem(String component, String text) {
        @Override
        public String toString() {
            return component + " " + text;
        }
    }

    public InvalidRecordException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("; ")));
        this.problems = List.copyOf(problems);
    }

    public List<Problem> problems() {
        return problems;
    }
}
