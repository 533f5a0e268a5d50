package dev.understudy.dataset.imports;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an import notices of its frames that may not be meant, counted, so that ten thousand frames with one fault give one
 * line. Safe for use by several threads at once.
 */
public final class Remarks {
    private final Map<String, Tally> tallies = new LinkedHashMap<>();
    private final List<String> plain = new ArrayList<>();

    private static final class Tally {
        private int count;
        private String first = "";
    }

    /** Of the import as a whole. */
    public synchronized void add(String line) {
        plain.add(line);
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

    /** In a fixed order. */
    public synchronized List<String> lines() {
        List<String> lines = new ArrayList<>(plain);
        tallies.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(each -> lines.add(each.getValue().count + " frames " + each.getKey() + " (the first: "
                        + each.getValue().first + ")"));
        return lines;
    }
}
