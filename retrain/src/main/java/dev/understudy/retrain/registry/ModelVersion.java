package dev.understudy.retrain.registry;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.understudy.retrain.registry.ModelVersion.Lineage;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a registry knows of a version: the content of its {@code version.json}.
 *
 * @param name {@code v0001} and on; never given twice, even when the version has been pruned
 * @param parent the version whose weights training started from; it may have been pruned since
 * @param latencyMillis of one frame, as the caller measured it
 * @param note a line of the caller's
 */
@RecordBuilder
public record ModelVersion(
        String name,
        Instant createdAt,
        @Nullable String parent,
        Lineage lineage,
        List<FileEntry> files,
        List<EvaluationScores> evaluations,
        @Nullable Double latencyMillis,
        String note)
        implements ModelVersionBuilder.With {
    /** The file with the student's weights, which every version has. */
    public static final String WEIGHTS = "weights.pth";

    /** The resolved configuration, which every version has. */
    public static final String CONFIGURATION = "configuration.yaml";

    static final String NAME = "v[0-9]{4,9}";

    public ModelVersion {
        files = List.copyOf(files);
        evaluations = List.copyOf(evaluations);
        if (!name.matches(NAME) || (parent != null && !parent.matches(NAME))) {
            throw new IllegalArgumentException(
                    "version '" + name + "' with parent '" + parent + "': expected names like v0001");
        }
        TreeSet<String> names = new TreeSet<>();
        files.forEach(f -> names.add(f.name()));
        if (names.size() != files.size() || !names.contains(WEIGHTS) || !names.contains(CONFIGURATION)) {
            throw new IllegalArgumentException("files " + names + ": expected " + WEIGHTS + " and " + CONFIGURATION
                    + " among them, and none twice");
        }
    }

    /** The entry of the file of that name. */
    public Optional<FileEntry> file(String fileName) {
        return files.stream().filter(f -> f.name().equals(fileName)).findFirst();
    }

    @JsonIgnore
    public FileEntry weights() {
        return file(WEIGHTS).orElseThrow();
    }

    /** The same model with the same scores, whatever it is called and whenever it came. */
    boolean sameAs(ModelVersion other) {
        return equals(ModelVersionBuilder.builder()
                .name(name)
                .createdAt(createdAt)
                .parent(other.parent)
                .lineage(other.lineage)
                .files(other.files)
                .evaluations(other.evaluations)
                .latencyMillis(other.latencyMillis)
                .note(other.note)
                .build());
    }

    @JsonIgnore
    int number() {
        return Integer.parseInt(name.substring(1));
    }

    static String nameOf(int number) {
        return String.format(java.util.Locale.ROOT, "v%04d", number);
    }

    /**
     * A file of a version.
     *
     * @param name in the version's folder, {@code [A-Za-z0-9._-]+}
     * @param sha256 of its bytes, lower-case hexadecimal
     */
    public record FileEntry(String name, long bytes, String sha256) {
        static final String NAME = "[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}";

        public FileEntry {
            if (!name.matches(NAME)) {
                throw new IllegalArgumentException("'" + name + "' is no plain file name");
            }
            if (bytes < 0) {
                throw new IllegalArgumentException(name + " has " + bytes + " bytes");
            }
            if (!sha256.matches("[0-9a-f]{64}")) {
                throw new IllegalArgumentException("'" + sha256 + "' is no SHA-256 in lower-case hexadecimal");
            }
        }
    }

    /**
     * Fingerprints of what a version was trained on and from, as the caller makes them; null where there was none.
     *
     * @param data the manifests with the real labels
     * @param store the label store
     * @param expert who labelled
     */
    public record Lineage(
            @Nullable String data,
            @Nullable String store,
            @Nullable String expert) {
        public static final Lineage UNKNOWN = new Lineage(null, null, null);
    }

    /**
     * A version before it is registered: as {@link ModelVersion}, with files still where they were made.
     *
     * @param files name in the version's folder → where it is now; {@link ModelVersion#WEIGHTS} and
     *     {@link ModelVersion#CONFIGURATION} among them
     */
    public record VersionDraft(
            SortedMap<String, Path> files,
            @Nullable String parent,
            Lineage lineage,
            List<EvaluationScores> evaluations,
            @Nullable Double latencyMillis,
            String note) {
        public VersionDraft {
            files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
            evaluations = List.copyOf(evaluations);
        }
    }

    /**
     * How a version did on one evaluation set. Values may be NaN: what was measured is kept as it was.
     *
     * @param set name of the evaluation set
     * @param digest of the frames and their truth; scores of different digests cannot be compared
     * @param metrics task → metric → value
     * @param classIou class → intersection over union, 0–1
     */
    public record EvaluationScores(
            String set,
            String digest,
            int frames,
            SortedMap<String, SortedMap<String, Double>> metrics,
            SortedMap<String, Double> classIou) {
        public EvaluationScores {
            if (set.isBlank() || digest.isBlank() || frames < 0) {
                throw new IllegalArgumentException("scores without a set, a digest or a number of frames");
            }
            SortedMap<String, SortedMap<String, Double>> copy = new TreeMap<>();
            metrics.forEach((task, values) -> copy.put(task, Collections.unmodifiableSortedMap(new TreeMap<>(values))));
            metrics = Collections.unmodifiableSortedMap(copy);
            classIou = Collections.unmodifiableSortedMap(new TreeMap<>(classIou));
        }
    }
}
