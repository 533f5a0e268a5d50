package dev.understudy.retrain.registry;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A log that was read and found unbroken.
 *
 * @param length bytes up to the end of the last whole line
 * @param sha256 of those bytes
 * @param cutOff bytes after that, of a line that was never finished
 */
public record AuditHistory(List<Logged> logged, long length, String sha256, byte[] cutOff) {
    /**
     * An entry and where it ends.
     *
     * @param end bytes of the log up to the end of this line
     * @param sha256 of those bytes
     */
    public record Logged(AuditEntry entry, long end, String sha256) {}

    public AuditHistory {
        logged = List.copyOf(logged);
    }

    public List<AuditEntry> entries() {
        return logged.stream().map(Logged::entry).toList();
    }

    long nextSequence() {
        return logged.isEmpty() ? 1 : logged.get(logged.size() - 1).entry().sequence() + 1;
    }

    /** Whether the log, up to where the aliases came from, is the one that they came from. */
    boolean contains(Aliases aliases) {
        return aliases.auditLength() == 0
                ? aliases.auditSha256().equals(AuditLog.NOTHING)
                : logged.stream()
                        .anyMatch(l ->
                                l.end() == aliases.auditLength() && l.sha256().equals(aliases.auditSha256()));
    }

    /**
     * Why a version was promoted, by the last entry that says so, if that begins with {@code about}. A promotion that
     * was logged and never made does not count.
     */
    public Optional<String> promotionOf(String version, String about) {
        Set<String> abandoned = entries().stream()
                .filter(entry -> entry.event() == AuditEvent.ABANDONED)
                .map(entry -> entry.details().getOrDefault("entry", ""))
                .collect(Collectors.toSet());
        return entries().stream()
                .filter(entry -> entry.event() == AuditEvent.PROMOTED
                        && version.equals(entry.details().get("version"))
                        && !abandoned.contains(Long.toString(entry.sequence())))
                .map(entry -> entry.details().getOrDefault("reason", ""))
                .filter(reason -> reason.startsWith(about))
                .reduce((first, last) -> last);
    }

    /** Whether the log says already what an entry with these details would say. */
    boolean holds(AuditEvent event, SortedMap<String, String> details) {
        return entries().stream()
                .anyMatch(entry -> entry.event() == event && entry.details().equals(AuditLog.shortened(details)));
    }

    /** The switch that was logged after {@code aliases} and never made, unless that has been said already. */
    Optional<AuditEntry> pending(Aliases aliases) {
        AuditEntry pending = null;
        for (Logged line : logged) {
            if (line.end() > aliases.auditLength()) {
                if (line.entry().event().switches()) {
                    pending = line.entry();
                } else if (line.entry().event() == AuditEvent.ABANDONED) {
                    pending = null;
                }
            }
        }
        return Optional.ofNullable(pending);
    }

    /**
     * A line of the log.
     *
     * @param sequence 1 and on
     * @param actor who did it: user and machine
     * @param details what the event is about: {@code version}, {@code reason}, …
     * @param before SHA-256 of all bytes of the log before this line
     */
    public record AuditEntry(
            long sequence,
            Instant at,
            AuditEvent event,
            String actor,
            SortedMap<String, String> details,
            String before) {
        public AuditEntry {
            details = Collections.unmodifiableSortedMap(new TreeMap<>(details));
        }
    }

    /** What an entry of the log tells. */
    public enum AuditEvent {
        /** A version was added. */
        @JsonProperty("registered")
        REGISTERED,
        /** A version became the challenger. */
        @JsonProperty("challenged")
        CHALLENGED,
        /** A version became the champion. */
        @JsonProperty("promoted")
        PROMOTED,
        /** A version did not become the champion, and why. */
        @JsonProperty("refused")
        REFUSED,
        /** The previous champion became the champion again. */
        @JsonProperty("rolled-back")
        ROLLED_BACK,
        /** A version was removed. */
        @JsonProperty("pruned")
        PRUNED,
        /** The switch before was never made: whoever logged it died, or could not write. */
        @JsonProperty("abandoned")
        ABANDONED,
        /** The line before was cut off; this entry holds its checksum. */
        @JsonProperty("recovered")
        RECOVERED;

        /** Whether it is about to change the aliases. */
        boolean switches() {
            return this == CHALLENGED || this == PROMOTED || this == ROLLED_BACK;
        }

        /** As it is written in the log. */
        public String key() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }
}
