package dev.understudy.retrain.registry;

import dev.understudy.files.DataException;
import dev.understudy.retrain.registry.ModelVersion.FileEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Looks at every byte of a registry and collects what is wrong. */
final class Verification {
    private final Path folder;
    private final VersionFolders versions;
    private final Ledger ledger;
    private final List<String> problems = new ArrayList<>();

    Verification(Path folder, VersionFolders versions, Ledger ledger) {
        this.folder = folder;
        this.versions = versions;
        this.ledger = ledger;
    }

    List<String> problems() throws IOException {
        Map<String, String> registered = new TreeMap<>();
        attempt(() -> registered.putAll(registered(ledger.history())));
        for (String name : versions.names()) {
            attempt(() -> version(versions.read(name), registered));
        }
        attempt(() -> aliases(ledger.aliases()));
        return List.copyOf(problems);
    }

    /** Version → checksum of its record when it was registered. */
    private static Map<String, String> registered(AuditHistory history) {
        Map<String, String> records = new TreeMap<>();
        for (AuditEntry entry : history.entries()) {
            if (entry.event() == AuditEvent.REGISTERED) {
                records.put(
                        entry.details().getOrDefault("version", ""),
                        entry.details().getOrDefault("record", ""));
            }
        }
        return records;
    }

    private void version(ModelVersion version, Map<String, String> registered) throws IOException {
        String record = VersionFolders.RECORD.digest(version);
        if (!registered.isEmpty() && !record.equals(registered.get(version.name()))) {
            problems.add(versions.path(version.name()) + ": found a record with SHA-256 " + record
                    + ", expected the one that the log says was registered ("
                    + registered.getOrDefault(version.name(), "none") + "); restore it from a copy");
        }
        for (FileEntry entry : version.files()) {
            attempt(() -> versions.verified(version.name(), entry));
        }
    }

    private void aliases(Aliases aliases) {
        for (String alias : Aliases.ALL) {
            String name = aliases.of(alias);
            if (name != null && !versions.exists(name)) {
                problems.add(folder.resolve("aliases.json") + ": found " + alias + " " + name
                        + ", expected a version that exists; promote another");
            }
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    private void attempt(Step step) throws IOException {
        try {
            step.run();
        } catch (DataException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
    }
}
