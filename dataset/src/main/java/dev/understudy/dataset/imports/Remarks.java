package dev.understudy.dataset.imports;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an import notices, where it can be told of frames counted, so that ten thousand frames with one fault give one
 * line. Safe for use by several threads at once.
 */
public final class Remarks {
    private final Map<String, Tally> tallies = new LinkedHashMap<>();
    private final List<String> warnings = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private static final class Tally {
        private int count;
        private String first = "";
    }

    /** Of the import as a whole, what is likely not meant. */
    public synchronized void warn(String line) {
        warnings.add(line);
    }

    /** Of the import as a whole, what may well be as it should. */
    public synchronized void note(String line) {
        notes.add(line);
    }

    /**
     * Of one frame.
     *
     * @param what follows the number of frames that it is said of; the same words for all of them
     * @param frame the first of them, by name, is told as an example
     */
    public synchronized void count(String what, String frame) {
        Tally tally = tallies.computeIfAbsent(what, w -> new Tally());
        // Frames come in no fixed order
        tally.first = tally.count == 0 || frame.compareTo(tally.first) < 0 ? frame : tally.first;
        tally.count++;
    }

    synchronized List<String> notes() {
        return List.copyOf(notes);
    }

    /** In a fixed order. */
    synchronized List<String> warnings() {
        List<String> lines = new ArrayList<>(warnings);
        tallies.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(each -> lines.add(each.getValue().count + " frames " + each.getKey() + " (the first: "
                        + each.getValue().first + ")"));
        return lines;
    }
}
