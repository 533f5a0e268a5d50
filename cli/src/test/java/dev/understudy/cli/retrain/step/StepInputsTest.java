package dev.understudy.cli.retrain.step;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNotEquals;

import dev.understudy.cli.console.Console;
import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.files.Scratch;
import dev.understudy.retrain.cycle.CycleStep;
import dev.understudy.retrain.cycle.CycleStep.CycleContext;
import dev.understudy.retrain.cycle.CycleStep.StepResult;
import dev.understudy.retrain.registry.Registry;
import dev.understudy.retrain.step.CycleFrames;
import dev.understudy.retrain.step.FilterStep;
import dev.understudy.retrain.step.IntakeStep;
import dev.understudy.retrain.step.LabelStep;
import dev.understudy.retrain.step.LabellersStep;
import dev.understudy.retrain.step.LabellingRecipe;
import dev.understudy.retrain.step.StudentRecipe;
import dev.understudy.retrain.step.TrainStep;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** A step is done again when what it reads beside the new frames has changed. Files stand here for what they name. */
public class StepInputsTest {
    private static final String LABELLING = """
            expert: {architecture: mt-lw-refinenet, checkpoint: expert.pth, classes: nyud40}
            policy: {then: [{surface-vote: {pool: product, examples: {manifest: '%s'}}}, {threshold: {probability: 0.5}}]}
            """;

    private static final String STUDENT = """
            sources:
              real: {manifest: '%s', depthStore: '%s', store: '%s', otherStores: {second: '%s'}, truth: {manifest: '%s', use: labels}}
            validation: {manifest: '%s'}
            trainer: {stages: [{steps: 1, sources: {real: 1}}]}
            """;

    private Scratch scratch;

    @BeforeMethod
    public void make() throws IOException {
        scratch = Scratch.create();
        for (String manifest : List.of("examples", "real", "truth", "validation")) {
            Path folder = Files.createDirectories(scratch.resolve(manifest));
            Files.writeString(folder.resolve("manifest.jsonl"), "{\"id\":\"a\",\"rgb\":\"a.png\"}\n");
            Files.writeString(folder.resolve("a.png"), "a");
        }
        for (String store : List.of("labels", "depths", "second", "pseudo")) {
            Path folder = Files.createDirectories(scratch.resolve(store));
            Files.writeString(folder.resolve("_SUCCESS"), "a");
            Files.writeString(folder.resolve("store.json"), "a");
        }
    }

    @AfterMethod
    public void remove() throws IOException {
        scratch.close();
    }

    private SortedMap<String, String> inputs(String step) throws IOException {
        CycleContext context = new CycleContext(
                "cycle",
                scratch.resolve("work"),
                Map.of(
                        IntakeStep.NAME,
                        StepResult.done(
                                Map.of(
                                        "fresh-sha256",
                                        "f",
                                        "to-learn-sha256",
                                        "l",
                                        "champion",
                                        CycleFrames.NONE,
                                        "champion-sha256",
                                        CycleFrames.NONE),
                                List.of()),
                        LabellersStep.NAME,
                        StepResult.done(Map.of("labellers", "expert"), List.of()),
                        LabelStep.NAME,
                        StepResult.done(
                                Map.of("store", scratch.resolve("pseudo").toString(), "other-store", CycleFrames.NONE),
                                List.of())),
                said -> {});
        return new TreeMap<>(step(step).inputs(context));
    }

    private CycleStep step(String name) {
        LabellingRecipe labelling = ConfigurationLoader.parse(
                "labelling",
                String.format(Locale.ROOT, LABELLING, scratch.resolve("examples")),
                LabellingRecipe.class,
                List.of());
        if (name.equals(FilterStep.NAME)) {
            return new FilterStep(labelling);
        }
        StudentRecipe student = ConfigurationLoader.parse(
                "student",
                String.format(
                        Locale.ROOT,
                        STUDENT,
                        scratch.resolve("real"),
                        scratch.resolve("depths"),
                        scratch.resolve("labels"),
                        scratch.resolve("second"),
                        scratch.resolve("truth"),
                        scratch.resolve("validation")),
                StudentRecipe.class,
                List.of());
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        return new TrainStep(
                student,
                labelling,
                Registry.at(scratch.resolve("registry"), Clock.systemUTC()),
                new Console(nowhere, nowhere, false, false));
    }

    @DataProvider
    public Object[][] changes() {
        return new Object[][] {
            {FilterStep.NAME, "examples/a.png"},
            {FilterStep.NAME, "examples/manifest.jsonl"},
            {FilterStep.NAME, "pseudo/_SUCCESS"},
            {TrainStep.NAME, "examples/a.png"},
            {TrainStep.NAME, "real/a.png"},
            {TrainStep.NAME, "labels/_SUCCESS"},
            {TrainStep.NAME, "depths/_SUCCESS"},
            {TrainStep.NAME, "second/store.json"},
            {TrainStep.NAME, "truth/a.png"},
            {TrainStep.NAME, "validation/a.png"},
        };
    }

    @Test(dataProvider = "changes")
    public void whatAStepReadsIsAmongItsInputs(String step, String file) throws IOException {
        SortedMap<String, String> before = inputs(step);
        assertEquals(inputs(step), before, "nothing has changed");
        String content = Files.readString(scratch.resolve(file));
        Files.writeString(
                scratch.resolve(file), content + (file.endsWith(".jsonl") ? content.replace("\"a\"", "\"b\"") : "b"));
        assertNotEquals(inputs(step), before, file);
    }
}
