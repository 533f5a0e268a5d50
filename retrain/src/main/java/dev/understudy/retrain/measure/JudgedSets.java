package dev.understudy.retrain.measure;

import dev.understudy.files.FolderLock;
import dev.understudy.files.SealedJson;
import dev.understudy.retrain.gate.MeasuredModel;
import dev.understudy.retrain.gate.MeasuredSet;
import dev.understudy.retrain.registry.ModelVersion;
import dev.understudy.retrain.registry.ModelVersion.EvaluationScores;
import dev.understudy.retrain.registry.Registry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which challengers a frozen evaluation set has judged. The more they are, the likelier that one of them was promoted
 * for what is peculiar to these frames: a set is used up by being asked. Kept in {@code sets.json} of the registry, so
 * that versions that were pruned still count.
 */
public final class JudgedSets {
    private static final SealedJson<Book> FORMAT = new SealedJson<>("understudy-judged-sets", 1, Book.class);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Registry registry;

    public JudgedSets(Registry registry) {
        this.registry = registry;
    }

    /**
     * The file's content.
     *
     * @param challengers by the digest of the set: its frames, not its name
     */
    record Book(SortedMap<String, SortedSet<String>> challengers) {
        Book {
            SortedMap<String, SortedSet<String>> copy = new TreeMap<>();
            challengers.forEach(
                    (digest, names) -> copy.put(digest, Collections.unmodifiableSortedSet(new TreeSet<>(names))));
            challengers = Collections.unmodifiableSortedMap(copy);
        }
    }

    /**
     * Writes down that a registered challenger was judged; doing it again changes nothing.
     *
     * @param most so many may be judged by a set before that is told
     * @return a line for each set that is used up
     */
    public List<String> judged(MeasuredModel challenger, int most) throws IOException {
        List<String> warnings = new ArrayList<>();
        try (FolderLock lock = FolderLock.acquire(file().resolveSibling("sets.lock"), PATIENCE, "count challengers")) {
            SortedMap<String, SortedSet<String>> challengers = new TreeMap<>(known());
            for (MeasuredSet set : challenger.sets()) {
                SortedSet<String> names = new TreeSet<>(challengers.getOrDefault(set.digest(), new TreeSet<>()));
                names.add(challenger.name());
                challengers.put(set.digest(), names);
                if (names.size() > most) {
                    warnings.add("set " + set.set() + " has judged " + names.size() + " challengers, more than the "
                            + most
                            + " of gate.challengersPerSet: one may have been promoted for what is peculiar to these"
                            + " frames. Annotate others, name them in sets, and run once with --accept-changed-sets, which"
                            + " measures the champion on them too");
                }
            }
            FORMAT.write(file(), new Book(challengers));
        }
        return warnings;
    }

    /** What the file says, and versions that were registered before there was one. */
    private SortedMap<String, SortedSet<String>> known() throws IOException {
        SortedMap<String, SortedSet<String>> known = new TreeMap<>();
        if (Files.exists(file())) {
            FORMAT.read(file()).challengers().forEach((digest, names) -> known.put(digest, new TreeSet<>(names)));
        }
        for (ModelVersion version : registry.versions()) {
            for (EvaluationScores scores : version.evaluations()) {
                known.computeIfAbsent(scores.digest(), digest -> new TreeSet<>())
                        .add(version.name());
            }
        }
        return known;
    }

    private Path file() {
        return registry.folder().resolve("sets.json");
    }
}
