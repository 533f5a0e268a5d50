package dev.understudy.retrain.registry;

import dev.understudy.retrain.registry.ModelVersion.Lineage;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

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
