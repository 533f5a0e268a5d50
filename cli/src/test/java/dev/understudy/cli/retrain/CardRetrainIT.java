package dev.understudy.cli.retrain;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNotEquals;

import dev.understudy.cli.CommandLineRun;
import dev.understudy.model.onnx.OnnxGraph;
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
            OnnxGraph.colours(20, 2, "N", "h", "w")
                    .output("logits", OnnxGraph.FLOAT, "N", 5, "h", "w")
                    .write(world.resolve("colours.onnx"));
            Path card = Files.writeString(world.resolve("colours.yaml"), """
                    network: {onnx: colours.onnx}
                    input: {size: dynamic, multipleOf: 16, fit: pad, scale: 0.00392156862745098}
                    outputs:
                      segmentation: {tensor: logits, kind: logits}
                    classes: [red, green, blue, never, nothing]
                    mapTo: nyud40
                    map: {red: wall, green: floor, blue: bed}
                    """);
            world.arrive(4);
            Path first = labelled(world, card, 4);
            world.arrive(6);
            assertEquals(labelled(world, card, 6), first, "the same card goes on with its store");

            Files.writeString(card, Files.readString(card).replace("blue: bed", "blue: chair"));
            world.arrive(8);
            Path second = labelled(world, card, 8);
            assertNotEquals(second, first, "only the card has changed, and all frames are labelled by it");
        }
    }

    /** @return the store of a cycle, which has so many frames */
    private static Path labelled(SmallWorld world, Path card, int frames) throws Exception {
        List<String> options = new ArrayList<>(List.of(SmallWorld.LEARNING_NEXT_TO_NOTHING));
        options.addAll(List.of("--set", "label.expert={card: '" + card + "', topK: 2}", "--set", "label.policy=none"));
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
