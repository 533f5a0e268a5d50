package dev.understudy.retrain.registry;

import dev.understudy.retrain.registry.ModelVersion.EvaluationScores;
import dev.understudy.retrain.registry.ModelVersion.Lineage;
import dev.understudy.retrain.registry.ModelVersion.VersionDraft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Small versions to register. */
public final class SomeVersions {
    public static final Clock CLOCK = Clock.fixed(Instant.parse("2026-03-01T02:00:00Z"), ZoneOffset.UTC);

    private SomeVersions() {}

    public static VersionDraft draft(Path scratch, String weights, @Nullable String parent) throws IOException {
        Files.createDirectories(scratch);
        Path file = Files.writeString(scratch.resolve(weights + ".pth"), "weights " + weights);
        Path configuration = Files.writeString(scratch.resolve("resolved.yaml"), "steps: 10\n");
        TreeMap<String, Path> files = new TreeMap<>();
        files.put(ModelVersion.WEIGHTS, file);
        files.put(ModelVersion.CONFIGURATION, configuration);
        EvaluationScores scores = new EvaluationScores(
                "test",
                "ab12",
                3,
                new TreeMap<>(Map.of("segmentation", new TreeMap<>(Map.of("miou", 0.5, "broken", Double.NaN)))),
                new TreeMap<>(Map.of("wall", 0.5)));
        return new VersionDraft(files, parent, Lineage.UNKNOWN, List.of(scores), 12.5, "for a test");
    }

    /** A registry with versions v0001 … of different weights, and no alias. */
    public static Registry registry(Path root, int versions) throws IOException {
        Registry registry = Registry.at(root.resolve("registry"), CLOCK);
        for (int i = 1; i <= versions; i++) {
            registry.register(draft(root.resolve("scratch"), "w" + i, i == 1 ? null : ModelVersion.nameOf(i - 1)));
        }
        return registry;
    }
}
