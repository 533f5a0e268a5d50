package dev.understudy.conf;

import java.nio.file.Path;
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

    /**
     * Where a value was written.
     *
     * @param source a file's name, or an option such as {@code --set a.b=c}
     * @param folder what relative paths written there are relative to
     * @param line from 1; 0 in a source without lines
     * @param column from 1
     */
    record Location(String source, Path folder, int line, int column) {
        static final Comparator<Location> ORDER =
                Comparator.comparingInt(Location::line).thenComparingInt(Location::column);

        static Location startOf(String source, Path folder) {
            return new Location(source, folder, 1, 1);
        }

        /** Of a value that was given on the command line: it has no line. */
        static Location option(String source) {
            return new Location(source, Path.of(""), 0, 0);
        }

        boolean hasLines() {
            return line > 0;
        }

        Location at(int newLine, int newColumn) {
            return hasLines() ? new Location(source, folder, newLine, newColumn) : this;
        }

        @Override
        public String toString() {
            return hasLines() ? source + ":" + line + ":" + column : source;
        }
    }
}
