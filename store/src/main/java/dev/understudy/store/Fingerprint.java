package dev.understudy.store;

import dev.understudy.files.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What evidence depends on, as named parts. Two runs with the same fingerprint write the same evidence for the same
 * frame, so one may go on where the other stopped; {@link #differences} says why not, part by part.
 *
 * @param parts name → value in canonical form, ordered by name
 */
public record Fingerprint(SortedMap<String, String> parts) {
    public Fingerprint {
        parts = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(parts));
    }

    /**
     * SHA-256 in lower-case hexadecimal over {@code name:length:value\n} of each part in order of its name, UTF-8,
     * where length counts the value's bytes.
     */
    public String digest() {
        StringBuilder canonical = new StringBuilder();
        parts.forEach((name, value) -> canonical
                .append(name)
                .append(':')
                .append(value.getBytes(StandardCharsets.UTF_8).length)
                .append(':')
                .append(value)
                .append('\n'));
        return Sha256.of(canonical.toString());
    }

    private static String missing(String name) {
        return name.equals("engine") ? StoreDescription.FIRST_ENGINE : "none";
    }

    /** One phrase for each part that is not the same, in order of names: {@code topK: the store has 3, this run 5}. */
    public List<String> differences(Fingerprint run) {
        List<String> differences = new ArrayList<>();
        TreeSet<String> names = new TreeSet<>(parts.keySet());
        names.addAll(run.parts.keySet());
        for (String name : names) {
            String stored = parts.getOrDefault(name, missing(name));
            String wanted = run.parts.getOrDefault(name, missing(name));
            if (!stored.equals(wanted)) {
                differences.add(name + ": the store has " + StoreDescription.inWords(stored) + ", this run "
                        + StoreDescription.inWords(wanted));
            }
        }
        return differences;
    }
}
