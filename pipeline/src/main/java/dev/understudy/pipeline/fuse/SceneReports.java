package dev.understudy.pipeline.fuse;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.DataException;
import dev.understudy.labeler.fusion.SceneReport;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code scenes/ID.json} in a fused store: what became of each scene, under the name of the scene's first shard. */
public final class SceneReports {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private static final long MAX_BYTES = 64 << 20;

    private final Path folder;

    SceneReports(Path store) {
        this.folder = store.resolve("scenes");
    }

    private Path file(SceneTask.Work work) {
        return folder.resolve(work.shards().get(0).id() + ".json");
    }

    boolean has(SceneTask.Work work) {
        return Files.isRegularFile(file(work));
    }

    void write(SceneTask.Work work, SceneReport report) throws IOException {
        Files.createDirectories(folder);
        AtomicFile.write(file(work), MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(report) + "\n");
    }

    List<SceneReport> read(List<SceneTask.Work> scenes) throws IOException {
        List<SceneReport> reports = new ArrayList<>();
        for (SceneTask.Work work : scenes) {
            Path file = file(work);
            if (Files.size(file) > MAX_BYTES) {
                throw new DataException(file + ": " + Files.size(file) + " bytes, expected at most " + MAX_BYTES
                        + "; delete it and fuse again");
            }
            try {
                reports.add(MAPPER.readValue(Files.readAllBytes(file), SceneReport.class));
            } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
                throw new DataException(file + ": damaged; delete it and fuse again", e);
            }
        }
        return reports;
    }

    /** Removes the reports of scenes that are others now. */
    void keepOnly(List<SceneTask.Work> scenes) throws IOException {
        Set<Path> wanted = scenes.stream().map(this::file).collect(Collectors.toSet());
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.json")) {
                for (Path file : files) {
                    if (!wanted.contains(file)) {
                        Files.delete(file);
                    }
                }
            }
        }
    }
}
