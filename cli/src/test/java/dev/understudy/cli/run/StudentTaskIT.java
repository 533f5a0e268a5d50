package dev.understudy.cli.run;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertTrue;

import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.ManifestWriter;
import dev.understudy.files.FolderLock;
import dev.understudy.files.Scratch;
import dev.understudy.pipeline.ablate.AblationResults.StudentFrames;
import dev.understudy.pipeline.ablate.StudentTask;
import dev.understudy.pipeline.train.TrainConfiguration;
import dev.understudy.pipeline.train.TrainConfiguration.ValidationConfiguration;
import dev.understudy.scenes.DatasetRenderer;
import dev.understudy.scenes.RenderOptions;
import dev.understudy.scenes.RenderOptions.SceneKind;
import dev.understudy.scenes.RenderPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** A student that is trained by two attempts at a time, as {@code spark.speculation} has it. */
public class StudentTaskIT {
    private Scratch scratch;

    @BeforeClass
    public void render() throws Exception {
        scratch = Scratch.create();
        RenderPlan rooms = RenderPlan.annotated(RenderOptions.of(SceneKind.ROOMS, 64, 48, 3), 3)
                .with(plan -> plan.test(2).normals(false).threads(1));
        new DatasetRenderer(rooms, scratch.resolve("rooms")).render((done, of) -> {});
        ManifestWriter.write(
                scratch.resolve("rooms/train.jsonl"),
                Manifest.read(scratch.resolve("rooms")).frames().subList(0, 3));
    }

    @AfterClass(alwaysRun = true)
    public void remove() throws IOException {
        scratch.close();
    }

    private StudentTask task(String folder) {
        String recipe = """
                out: student
                sources: {real: {manifest: '$ROOMS'}}
                trainer:
                  network: {architecture: mt-lw-refinenet, tasks: [segmentation], classes: 40}
                  stages: [{steps: 2, batch: 2, crop: {width: 64, height: 48}, sources: {real: 1}}]
                threads: 1
                """.replace("$ROOMS", scratch.resolve("rooms").toString());
        TrainConfiguration training = ConfigurationLoader.parse("recipe", recipe, TrainConfiguration.class, List.of());
        ValidationConfiguration test = ConfigurationLoader.parse(
                "test",
                "{manifest: '" + scratch.resolve("rooms") + "', split: test}",
                ValidationConfiguration.class,
                List.of());
        return new StudentTask(
                7,
                scratch.resolve(folder).toString(),
                "f".repeat(64),
                ConfigurationWriter.toYaml(training),
                ConfigurationWriter.toYaml(test),
                null);
    }

    private List<String> left(String folder) throws IOException {
        try (Stream<Path> files = Files.list(scratch.resolve(folder))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith(".") && !name.equals(StudentFrames.FILE))
                    .sorted()
                    .toList();
        }
    }

    @Test
    public void whoIsFirstIsKeptAndTheStragglersWorkIsRemoved() throws Exception {
        assertEquals(task("alone").run(), 7);
        String alone = Files.readString(scratch.resolve("alone/done.json"));
        assertEquals(left("alone"), List.of("done.json", "student"));

        // A straggler is at work in the first attempt's folder.
        Path straggler = Files.createDirectories(scratch.resolve("twice/attempt-0"));
        try (FolderLock lock =
                FolderLock.acquire(scratch.resolve("twice/.attempt-0.lock"), Duration.ZERO, "a straggler")) {
            assertEquals(task("twice").run(), 7);
            assertEquals(Files.readString(scratch.resolve("twice/done.json")), alone, "the same scores");
            assertTrue(Files.exists(scratch.resolve("twice/student/last.pth")));
            task("twice").removeLostAttempts();
            assertTrue(Files.exists(straggler), "somebody is at work there");
        }
        assertEquals(task("twice").run(), 7);
        assertFalse(Files.exists(straggler), "it has been overtaken");
        assertEquals(Files.readString(scratch.resolve("twice/done.json")), alone);
        assertEquals(left("twice"), List.of("done.json", "student"));
    }
}
