package dev.understudy.retrain.registry;

import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A line of the log.
 *
 * @param sequence 1 and on
 * @param actor who did it: user and machine
 * @param details what the event is about: {@code version}, {@code reason}, …
 * @param before SHA-256 of all bytes of the log before this line
 */
public record AuditEntry(
        long sequence, Instant at, AuditEvent event, String actor, SortedMap<String, String> details, String before) {
    public AuditEntry {
        details = Collections.unmodifiableSortedMap(new TreeMap<>(details));
    }
}
