package dev.understudy.cli.retrain;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNotEquals;
import static org.testng.Assert.assertTrue;

import dev.understudy.cli.CommandLineRun;
import dev.understudy.files.StrictJson;
import dev.understudy.model.engine.Precision;
import dev.understudy.model.onnx.OnnxGraph;
import dev.understudy.retrain.gate.Verdict;
import dev.understudy.retrain.gate.Verdict.Finding;
import dev.understudy.retrain.measure.ExportRecipe;
import dev.understudy.retrain.registry.ModelVersion;
import dev.understudy.retrain.registry.Registry;
import dev.understudy.store.LabelStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.Test;

/** Cycles whose expert is a network of the user's own, by a card. */
public class CardRetrainIT {
    @Test
    public void newFramesExtendTheCardsStoreAndAnotherCardLabelsAllAgain() throws Exception {
        try (SmallWorld world = SmallWorld.create(64, 48)) {
            Path card = OnnxGraph.coloursCard(world.resolve(""), """
                    mapTo: nyud40
                    map: {red: wall, green: floor, blue: bed}
                    """);
            world.arrive(4);
            Path first = labelled(world, card, 4);
            theExportedFileIsKeptAndJudged(world);
            whatStudentsAreCalculatedInIsPartOfWhatStepsAreKnownBy(world);
            world.arrive(6);
            assertEquals(labelled(world, card, 6), first, "the same card goes on with its store");

            Files.writeString(card, Files.readString(card).replace("blue: bed", "blue: chair"));
            world.arrive(8);
            Path second = labelled(world, card, 8);
            assertNotEquals(second, first, "only the card has changed, and all frames are labelled by it");
        }
    }

    /** The recipe asks for the robot's file: the registry keeps it, and the gate has looked at what it says. */
    private static void theExportedFileIsKeptAndJudged(SmallWorld world) throws Exception {
        Registry registry = world.registry();
        ModelVersion version = registry.champion().orElseThrow();
        assertTrue(version.file(ExportRecipe.FILE).isPresent(), version.toString());
        assertEquals(registry.verify(), List.of());
        Verdict verdict = StrictJson.MAPPER.readValue(
                Path.of(world.latest().step("judge").orElseThrow().outputs().get("verdict"))
                        .toFile(),
                Verdict.class);
        Finding finding = verdict.findings().stream()
                .filter(each -> each.rule().equals("export"))
                .findFirst()
                .orElseThrow();
        assertTrue(finding.passed(), finding.reason());
        assertTrue(finding.reason().startsWith("gives 100.000 % of the checkpoint's labels"), finding.reason());
        assertTrue(version.latencyMillis() > 0);
    }

    /** Another value of the environment is no reason to answer with what was found under this one. */
    private static void whatStudentsAreCalculatedInIsPartOfWhatStepsAreKnownBy(SmallWorld world) throws Exception {
        Precision precision = Precision.AUTO.ofBuiltIn();
        for (String step : List.of("train", "measure-champion", "measure-challenger")) {
            assertEquals(
                    world.latest().step(step).orElseThrow().inputs().get("precision"),
                    precision == Precision.FLOAT32 ? null : precision.key(),
                    step);
        }
    }

    /** @return the store of a cycle, which has so many frames */
    private static Path labelled(SmallWorld world, Path card, int frames) throws Exception {
        List<String> options = new ArrayList<>(List.of(SmallWorld.LEARNING_NEXT_TO_NOTHING));
        options.addAll(List.of(
                "--set",
                "label.expert={card: '" + card + "', topK: 2}",
                "--set",
                "label.policy=none",
                "--set",
                "student.export={}"));
        CommandLineRun run = world.retrain(options.toArray(new String[0]));
        assertEquals(run.exitCode(), 0, run.err());
        Path store =
                Path.of(world.latest().step("label").orElseThrow().outputs().get("store"));
        try (LabelStore labels = LabelStore.open(store)) {
            assertEquals(labels.ids().size(), frames);
        }
        return store;
    }
}
