package dev.understudy.retrain.registry;

import dev.understudy.files.DataException;
import dev.understudy.files.FolderLock;
import dev.understudy.retrain.registry.AuditHistory.AuditEntry;
import dev.understudy.retrain.registry.AuditHistory.AuditEvent;
import dev.understudy.retrain.registry.ModelVersion.FileEntry;
import dev.understudy.retrain.registry.ModelVersion.VersionDraft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A folder of model versions; the package page says how it is laid out and what holds after a crash.
 *
 * <p>Safe for use by several threads, processes and machines at once, as far as {@link FolderLock} reaches. Reading
 * takes no lock. Every method throws {@link DataException} when a file of the registry is missing or damaged, and every
 * change throws {@link dev.understudy.files.FolderLock.LockedException} when somebody else holds the registry
 * for longer than half a minute.
 */
public final class Registry {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** What was being filled this long ago was left by a process that died. */
    private static final Duration ABANDONED_AFTER = Duration.ofDays(1);

    private final Path folder;
    private final Clock clock;
    private final VersionFolders versions;
    private final Ledger ledger;

    Registry(Path folder, Clock clock, Ledger.Steps steps) {
        this.folder = folder;
        this.clock = clock;
        this.versions = new VersionFolders(folder.resolve("versions"));
        this.ledger = new Ledger(folder, clock, steps);
    }

    /** Opens the registry in {@code folder}, which is made when the first version is registered. */
    public static Registry at(Path folder, Clock clock) {
        return new Registry(folder.toAbsolutePath().normalize(), clock, Ledger.Steps.NONE);
    }

    /**
     * Opens a registry that is there already.
     *
     * @throws DataException if there is none
     */
    public static Registry existing(Path folder, Clock clock) {
        if (!Files.isDirectory(folder.resolve("versions"))) {
            throw new DataException(folder + ": found no registry, expected a folder with versions/; check the path");
        }
        return at(folder, clock);
    }

    public Path folder() {
        return folder;
    }

    /** All versions, oldest first. */
    public List<ModelVersion> versions() throws IOException {
        List<ModelVersion> all = new ArrayList<>();
        for (String name : versions.names()) {
            all.add(versions.read(name));
        }
        return all;
    }

    /** @param name of a version, or {@code champion}, {@code challenger}, {@code previous} */
    public ModelVersion version(String name) throws IOException {
        return versions.read(resolve(name));
    }

    public Aliases aliases() throws IOException {
        return ledger.aliases();
    }

    /** The champion, or nothing where none has been promoted yet. */
    public Optional<ModelVersion> champion() throws IOException {
        String name = aliases().champion();
        return name == null ? Optional.empty() : Optional.of(versions.read(name));
    }

    /**
     * A file of a version, its checksum compared just now.
     *
     * @param name as for {@link #version}
     */
    public Path file(String name, String fileName) throws IOException {
        ModelVersion version = version(name);
        FileEntry entry = version.file(fileName)
                .orElseThrow(() -> new DataException(versions.path(version.name()) + ": found no file " + fileName
                        + " in it, expected one of "
                        + version.files().stream().map(FileEntry::name).toList()));
        return versions.verified(version.name(), entry);
    }

    /** The weights of a version, their checksum compared just now. */
    public Path weights(String name) throws IOException {
        return file(name, ModelVersion.WEIGHTS);
    }

    /** The log, after its chain has been followed from end to end and compared with the aliases. */
    public AuditHistory history() throws IOException {
        return ledger.history();
    }

    /**
     * Reads every byte of the registry.
     *
     * @return what is wrong, a line each; empty if nothing is
     */
    public List<String> verify() throws IOException {
        return new Verification(folder, versions, ledger).problems();
    }

    /**
     * Adds a version under the next number. If there is one already that has the same files, lineage and scores, that
     * one is returned and nothing is added, so a caller who was killed may simply call again.
     */
    public ModelVersion register(VersionDraft draft) throws IOException {
        VersionFolders.Filled filled = versions.fill(draft.files());
        try (FolderLock lock = lock("register")) {
            AuditHistory history = ledger.healed();
            ModelVersion version = named(draft, filled, history);
            for (ModelVersion other : versions()) {
                if (version.sameAs(other)) {
                    return other;
                }
            }
            ledger.note(history, AuditEvent.REGISTERED, details(version.name(), draft.note(), version));
            versions.publish(filled, version);
            return version;
        } finally {
            VersionFolders.delete(filled.path());
        }
    }

    /** Makes a version the challenger. */
    public Aliases challenge(String name) throws IOException {
        try (FolderLock lock = lock("challenge")) {
            AuditHistory history = ledger.healed();
            ModelVersion version = version(name);
            Aliases now = aliases();
            return version.name().equals(now.challenger())
                    ? now
                    : ledger.change(
                            history,
                            AuditEvent.CHALLENGED,
                            now.to(now.champion(), version.name(), now.previous()),
                            details(version.name(), "", null));
        }
    }

    /**
     * Makes a version the champion, and the champion the previous one. If it is the champion already, nothing happens.
     *
     * @param name of a version, or {@code challenger} or {@code previous}
     * @param expected the champion that it was measured against, null = there was none
     * @param reason for the log
     * @throws ChampionChangedException if the champion is another one by now
     */
    public Aliases promote(String name, @Nullable String expected, String reason) throws IOException {
        try (FolderLock lock = lock("promote " + name)) {
            AuditHistory history = ledger.healed();
            ModelVersion version = version(name);
            Aliases now = aliases();
            if (version.name().equals(now.champion())) {
                return now;
            }
            if (!Objects.equals(expected, now.champion())) {
                throw new ChampionChangedException(folder + ": found champion " + now.champion() + ", expected "
                        + expected + ", against which " + version.name()
                        + " was measured: somebody else has promoted meanwhile; compare " + version.name() + " with "
                        + now.champion() + " and promote again if it is still better");
            }
            for (FileEntry entry : version.files()) {
                versions.verified(version.name(), entry);
            }
            String challenger = version.name().equals(now.challenger()) ? null : now.challenger();
            return ledger.change(
                    history,
                    AuditEvent.PROMOTED,
                    now.to(version.name(), challenger, now.champion()),
                    details(version.name(), reason, version));
        }
    }

    /** Logs that a version was not promoted, unless the log says so already, for the same reason. */
    public void refuse(String name, String reason) throws IOException {
        try (FolderLock lock = lock("refuse " + name)) {
            AuditHistory history = ledger.healed();
            TreeMap<String, String> details = details(resolve(name), reason, null);
            if (!history.holds(AuditEvent.REFUSED, details)) {
                ledger.note(history, AuditEvent.REFUSED, details);
            }
        }
    }

    /**
     * Makes the previous champion the champion again. There is no previous one after that: to go further back, promote
     * by name.
     */
    public Aliases rollback(String reason) throws IOException {
        try (FolderLock lock = lock("rollback")) {
            AuditHistory history = ledger.healed();
            Aliases now = aliases();
            String previous = now.previous();
            if (previous == null) {
                throw new DataException(folder
                        + ": found no previous champion, expected one to go back to; promote a version by its name");
            }
            versions.verified(previous, versions.read(previous).weights());
            TreeMap<String, String> details = details(previous, reason, null);
            details.put("from", String.valueOf(now.champion()));
            return ledger.change(history, AuditEvent.ROLLED_BACK, now.to(previous, now.challenger(), null), details);
        }
    }

    /**
     * Removes old versions: all but the newest {@code keep} and those that an alias names.
     *
     * @param dryRun only say what would be removed
     * @return names of what was removed, oldest first
     */
    public List<String> prune(int keep, boolean dryRun) throws IOException {
        if (keep < 0) {
            throw new IllegalArgumentException("keep " + keep + " versions");
        }
        try (FolderLock lock = lock("prune")) {
            Aliases now = aliases();
            List<String> names = versions.names();
            List<String> old = names.subList(0, Math.max(0, names.size() - keep)).stream()
                    .filter(n -> !now.names(n))
                    .toList();
            if (dryRun) {
                return old;
            }
            for (String name : old) {
                ledger.note(ledger.healed(), AuditEvent.PRUNED, details(name, "", null));
                versions.remove(name);
            }
            versions.removeUnfinished(Instant.now().minus(ABANDONED_AFTER));
            return old;
        }
    }

    private ModelVersion named(VersionDraft draft, VersionFolders.Filled filled, AuditHistory history)
            throws IOException {
        int last = 0;
        for (String name : versions.names()) {
            last = Math.max(last, Integer.parseInt(name.substring(1)));
        }
        // The log also knows the versions that have been pruned: their names are not given again.
        for (AuditEntry entry : history.entries()) {
            String name = entry.details().get("version");
            if (entry.event() == AuditEvent.REGISTERED && name != null && name.matches(ModelVersion.NAME)) {
                last = Math.max(last, Integer.parseInt(name.substring(1)));
            }
        }
        return ModelVersionBuilder.builder()
                .name(ModelVersion.nameOf(last + 1))
                .createdAt(clock.instant())
                .parent(draft.parent())
                .lineage(draft.lineage())
                .files(filled.files())
                .evaluations(draft.evaluations())
                .latencyMillis(draft.latencyMillis())
                .note(draft.note())
                .build();
    }

    private static TreeMap<String, String> details(String name, String reason, @Nullable ModelVersion version) {
        TreeMap<String, String> details = new TreeMap<>();
        details.put("version", name);
        if (!reason.isEmpty()) {
            details.put("reason", reason);
        }
        if (version != null) {
            details.put("record", VersionFolders.RECORD.digest(version));
        }
        return details;
    }

    private String resolve(String name) throws IOException {
        if (!Aliases.isAlias(name)) {
            return name;
        }
        String version = aliases().of(name);
        if (version == null) {
            throw new DataException(folder + ": found no " + name + ", expected that one has been set; name a version, "
                    + "one of " + versions.names());
        }
        return version;
    }

    private FolderLock lock(String purpose) throws IOException {
        return FolderLock.acquire(folder.resolve(".lock"), PATIENCE, purpose);
    }

    /** The champion is not the one that the challenger was measured against. Nothing has been changed. */
    public static final class ChampionChangedException extends DataException {
        public ChampionChangedException(String message) {
            super(message);
        }
    }

    /** Looks at every byte of a registry and collects what is wrong. */
    private static final class Verification {
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
}
