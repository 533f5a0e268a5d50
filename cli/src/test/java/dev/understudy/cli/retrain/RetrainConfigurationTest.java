package dev.understudy.cli.retrain;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertFalse;
import static org.testng.Assert.assertNull;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.cli.CommandLineRun;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.files.Scratch;
import dev.understudy.retrain.RetrainRun.RetrainConfiguration;
import dev.understudy.retrain.step.FrameInlet.WatchedFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class RetrainConfigurationTest {
    private static final Path RECIPE = Path.of("..", "conf", "retrain.yaml");

    @DataProvider
    public Object[][] recipes() {
        return new Object[][] {{"retrain.yaml"}, {"rooms-retrain.yaml"}};
    }

    @Test(dataProvider = "recipes")
    public void theRecipesThatShipLoadAndAreWrittenBack(String name) {
        RetrainConfiguration recipe =
                ConfigurationLoader.load(RECIPE.resolveSibling(name), RetrainConfiguration.class, List.of());
        assertEquals(
                ConfigurationLoader.parse(
                        "again", ConfigurationWriter.toYaml(recipe), RetrainConfiguration.class, List.of()),
                recipe);
    }

    @Test
    public void namesAndDefaults() {
        RetrainConfiguration recipe = load("keepCycles=", "drift=", "notice=");
        assertEquals(recipe.keepCycles(), 5);
        assertEquals(recipe.registryFolder(), recipe.state().resolve("registry"));
        assertEquals(recipe.drift().depth().stop(), 0.25);
        assertEquals(recipe.notice().timeoutSeconds(), 30);
        assertEquals(recipe.label().shardSize(), 32);
        assertNull(recipe.selfTraining());
        assertTrue(
                recipe.frames() instanceof WatchedFolder folder && folder.path().endsWith("data/recordings"));
    }

    @DataProvider
    public Object[][] wrong() {
        return new Object[][] {
            {"gate.required.0.set=other", "must name some of the sets [test], found other"},
            {"sets=", "sets"},
            {"keepCycles=0", "must be at least 1"},
            {"student.trainer.stages.0.steps=", "steps"},
            {"student.sources.pseudo={manifest: x.jsonl}", "is made by the cycle; rename yours"},
            {"student.trainer.network.classes=6", "must be 40"},
            {"label.maxQuarantined=many", "expected a number of frames"},
            {"label.maxPixels=0", "must be at least 1"},
            {"frames={}", "expected exactly one of manifest, folder, found none"},
            {"selfTraining={role: teach, heldOut: {manifest: x}}", "teach"},
            {"notice.webhook=ftp://x", "must be an http or https address"},
        };
    }

    @Test(dataProvider = "wrong")
    public void refusesWhatCannotBe(String setting, String told) {
        ConfigurationException refused = expectThrows(ConfigurationException.class, () -> load(setting));
        assertTrue(refused.getMessage().contains(told), refused.getMessage());
    }

    @Test
    public void anAddressThatCannotBeReachedIsToldBeforeAnythingRuns() throws IOException {
        try (Scratch scratch = Scratch.create()) {
            CommandLineRun run = CommandLineRun.of(
                    "retrain",
                    "--config",
                    RECIPE,
                    "--set",
                    "state=" + scratch.resolve("state"),
                    "--set",
                    "notice.webhook=http://example.com:99999/hook");
            assertEquals(run.exitCode(), 2, run.err());
            assertTrue(run.err().contains("notice.webhook") && run.err().contains("65535"), run.err());
            assertFalse(Files.exists(scratch.resolve("state")));
        }
    }

    @Test
    public void everyStageHasABudgetOfSteps() {
        ConfigurationException refused = expectThrows(
                ConfigurationException.class,
                () -> load("student.trainer.stages.0.steps=", "student.trainer.stages.0.epochs=3"));
        assertTrue(refused.getMessage().contains("a cycle has a budget of steps"), refused.getMessage());
    }

    private static RetrainConfiguration load(String... settings) {
        return ConfigurationLoader.load(RECIPE, RetrainConfiguration.class, List.of(settings));
    }
}
