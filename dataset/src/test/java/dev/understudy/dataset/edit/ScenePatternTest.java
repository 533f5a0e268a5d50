package dev.understudy.dataset.edit;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.ManifestWriter;
import dev.understudy.dataset.frame.ScenePattern;
import dev.understudy.files.DataException;
import dev.understudy.files.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.testng.annotations.Test;

public class ScenePatternTest {
    private static Path manifest() throws IOException {
        Path folder = Scratch.folder("scenes");
        ManifestWriter.write(
                folder.resolve("manifest.jsonl"),
                List.of(
                        FrameRecord.of("kitchen/0001", "a.png").build(),
                        FrameRecord.of("kitchen/0002", "b.png").build(),
                        FrameRecord.of("hall/0001", "c.png").scene("old").build(),
                        FrameRecord.of("alone", "d.png").build()));
        return folder;
    }

    @Test
    public void framesAreGivenTheirScenesInANewManifest() throws IOException {
        Path folder = manifest();
        byte[] original = Files.readAllBytes(folder.resolve("manifest.jsonl"));
        SceneRun.Summary summary =
                SceneRun.run(folder, ScenePattern.ofWhole("--pattern", "(.*)/[^/]*"), "scenes.jsonl");
        assertEquals(
                Manifest.read(folder.resolve("scenes.jsonl")).frames().stream()
                        .map(FrameRecord::scene)
                        .toList(),
                Arrays.asList("kitchen", "kitchen", "hall", null));
        assertEquals(summary.scenes(), 2);
        assertEquals(summary.given(), 3);
        assertEquals(summary.unmatched(), List.of("alone"));
        assertEquals(summary.withoutScene(), 1);
        assertEquals(Files.readAllBytes(folder.resolve("manifest.jsonl")), original);
    }

    @Test
    public void theOriginalIsNeverWritten() throws IOException {
        Path folder = manifest();
        byte[] original = Files.readAllBytes(folder.resolve("manifest.jsonl"));
        ScenePattern pattern = ScenePattern.ofWhole("--pattern", "(.*)/[^/]*");
        expectThrows(DataException.class, () -> SceneRun.run(folder, pattern, "manifest.jsonl"));
        expectThrows(DataException.class, () -> SceneRun.run(folder, pattern, "../scenes.jsonl"));
        DataException none = expectThrows(
                DataException.class,
                () -> SceneRun.run(folder, ScenePattern.ofWhole("--pattern", "(room[0-9]+)-.*"), "scenes.jsonl"));
        assertTrue(String.valueOf(none.getMessage()).contains("matches the whole of no id"), none.getMessage());
        assertTrue(Files.notExists(folder.resolve("scenes.jsonl")), "nothing half done is left");
        assertEquals(Files.readAllBytes(folder.resolve("manifest.jsonl")), original);
    }

    @Test
    public void aPatternHasOneGroup() {
        for (String wrong : List.of("no group", "(two) (groups)", "(open")) {
            ConfigurationException told =
                    expectThrows(ConfigurationException.class, () -> ScenePattern.ofWhole("--pattern", wrong));
            assertTrue(
                    String.valueOf(told.getMessage()).matches("--pattern '.*': found .*, expected one .*"),
                    told.getMessage());
        }
        assertEquals(
                ScenePattern.ofWhole("--pattern", "(?:a|b)-([0-9]+)")
                        .sceneOf("a-12")
                        .orElseThrow(),
                "12");
        assertTrue(ScenePattern.ofWhole("--pattern", "(.*)x").sceneOf("..x").isEmpty(), "no name of a scene");
        assertTrue(
                ScenePattern.ofWhole("--pattern", "([a-z]+)-").sceneOf("a-12").isEmpty(), "not the whole id");
        assertEquals(ScenePattern.within("--scene", "([a-z]+)-").sceneOf("a-12").orElseThrow(), "a");
    }
}
