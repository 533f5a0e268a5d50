package dev.understudy.pipeline.registry;

import java.util.List;
import java.util.Optional;

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
}
