package dev.understudy.retrain.registry;

import dev.understudy.files.DataException;
import dev.understudy.files.SealedJson;
import dev.understudy.retrain.registry.AuditHistory.AuditEntry;
import dev.understudy.retrain.registry.AuditHistory.AuditEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Aliases and log, and the one order in which they change: first the log, on disk, then the aliases. Changes are made
 * with the registry's lock held, each on what {@link #healed} returned.
 */
final class Ledger {
    private static final SealedJson<Aliases> ALIASES = new SealedJson<>("understudy-aliases", 1, Aliases.class);

    private final Path aliasFile;
    private final Path logFile;
    private final Clock clock;
    private final Steps steps;
    private final AuditLog log;

    Ledger(Path folder, Clock clock, Steps steps) {
        this.aliasFile = folder.resolve("aliases.json");
        this.logFile = folder.resolve("audit.jsonl");
        this.clock = clock;
        this.steps = steps;
        this.log = new AuditLog(logFile, System.getProperty("user.name", "unknown"));
    }

    /** Told of each point after which a process may be killed; tests do. */
    interface Steps {
        Steps NONE = point -> {};

        void reached(String point);
    }

    Aliases aliases() throws IOException {
        return Files.exists(aliasFile, LinkOption.NOFOLLOW_LINKS) ? ALIASES.read(aliasFile) : Aliases.NONE;
    }

    /** The log, after its chain has been followed from end to end and compared with the aliases. */
    AuditHistory history() throws IOException {
        // Aliases first: what they point to was in the log before they were written.
        Aliases aliases = aliases();
        AuditHistory history = log.read();
        if (!history.contains(aliases)) {
            throw new DataException(logFile + ": found another log than the one that aliases.json came from ("
                    + aliases.auditLength() + " bytes with SHA-256 " + aliases.auditSha256()
                    + "): one of them has been altered; restore both from a copy");
        }
        return history;
    }

    /** The log, after what a dead process left has been put right. */
    AuditHistory healed() throws IOException {
        AuditHistory history = history();
        if (history.cutOff().length > 0) {
            log.recover(clock.instant());
            history = history();
        }
        Optional<AuditEntry> pending = history.pending(aliases());
        if (pending.isPresent()) {
            TreeMap<String, String> details = new TreeMap<>();
            details.put("entry", Long.toString(pending.get().sequence()));
            log.append(history, clock.instant(), AuditEvent.ABANDONED, details);
            history = history();
        }
        return history;
    }

    /** Logs what changes no alias. */
    void note(AuditHistory healed, AuditEvent event, SortedMap<String, String> details) throws IOException {
        log.append(healed, clock.instant(), event, details);
        steps.reached(event.key() + "-logged");
    }

    /** Logs a switch and makes it. */
    Aliases change(AuditHistory healed, AuditEvent event, Aliases wanted, SortedMap<String, String> details)
            throws IOException {
        SortedMap<String, String> all = new TreeMap<>(details);
        all.put("champion", String.valueOf(wanted.champion()));
        AuditHistory.Logged logged = log.append(healed, clock.instant(), event, all);
        steps.reached(event.key() + "-logged");
        Aliases changed = wanted.at(logged.end(), logged.sha256());
        ALIASES.write(aliasFile, changed);
        steps.reached(event.key() + "-switched");
        return changed;
    }
}
