package dev.understudy.conf;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The user asked for something that cannot be done as written: a wrong option, an unknown key, a value out of range.
 * Nothing has been touched when it is thrown. The command line ends with exit code 2.
 */
public class ConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Goes with it where it is sent, as from a task to its job. */
    private final ArrayList<String> problems;

    /**
     * @param problems one line each, complete enough to act on: where, what was found, what was expected, what to do
     */
    public ConfigurationException(List<String> problems) {
        super(String.join(System.lineSeparator(), problems));
        this.problems = new ArrayList<>(problems);
    }

    public ConfigurationException(String problem) {
        this(List.of(problem));
    }

    /** @param cause what it was noticed by */
    public ConfigurationException(String problem, @Nullable Throwable cause) {
        super(problem, cause);
        this.problems = new ArrayList<>(List.of(problem));
    }

    /** All that is wrong, in file order. */
    public List<String> problems() {
        return List.copyOf(problems);
    }
}
