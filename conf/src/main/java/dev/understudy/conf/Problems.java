package dev.understudy.conf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What is wrong so far, and where. */
final class Problems {
    private final List<Problem> found = new ArrayList<>();

    private record Problem(Location location, String text) {}

    void add(Location location, String text) {
        found.add(new Problem(location, text));
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    /** Those of the file in the order of its lines, then those of the options as given. */
    List<String> lines() {
        return found.stream()
                .sorted(Comparator.comparing((Problem p) -> !p.location.hasLines())
                        .thenComparing(Problem::location, Location.ORDER))
                .map(p -> p.location + ": " + p.text)
                .distinct()
                .toList();
    }

    void throwIfAny() {
        if (!found.isEmpty()) {
            throw new ConfigurationException(lines());
        }
    }
}
