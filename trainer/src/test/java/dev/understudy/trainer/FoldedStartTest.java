package dev.understudy.trainer;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertTrue;
import static org.testng.Assert.expectThrows;

import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.dataset.frame.Task;
import dev.understudy.files.Scratch;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.CheckpointReader;
import dev.understudy.model.checkpoint.GoldenWeights;
import dev.understudy.model.checkpoint.PyTorchZipWriter;
import dev.understudy.model.engine.NativeEngine;
import dev.understudy.model.network.Architecture;
import dev.understudy.model.network.FoldedCheckpoints;
import dev.understudy.model.network.Heads;
import dev.understudy.model.network.Network;
import dev.understudy.trainer.progress.MetricsFile;
import dev.understudy.trainer.progress.TrainingListener;
import dev.understudy.trainer.progress.TrainingListener.StepReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** Training from weights whose batch-norm was folded into the convolutions. */
public class FoldedStartTest {
    private static final Heads HEADS = Heads.of(List.of(Task.SEGMENTATION, Task.DEPTH), 40);

    private Path folder;
    private Path folded;
    private Path whole;

    @BeforeClass
    public void write() throws IOException {
        folder = Scratch.folder("folded-start");
        Checkpoint plain = GoldenWeights.checkpoint("mt-lw-refinenet-nyud", 1);
        whole = PyTorchZipWriter.write(folder.resolve("whole.pth"), plain).path();
        folded = PyTorchZipWriter.write(
                        folder.resolve("folded.pth"),
                        FoldedCheckpoints.of(Architecture.MT_LW_REFINENET.graph(HEADS), plain, false))
                .path();
    }

    @AfterClass
    public void remove() throws IOException {
        Scratch.delete(folder);
    }

    /** Remembers what was noted, and stops as a crash would after a step; 0 = never. */
    private static final class Notes implements TrainingListener {
        final List<String> notes = new ArrayList<>();
        private final long crash;

        Notes(long crash) {
            this.crash = crash;
        }

        @Override
        public void noted(String what) {
            notes.add(what);
        }

        @Override
        public void stepped(StepReport report) {
            if (report.step() == crash) {
                throw new IllegalStateException("crash");
            }
        }
    }

    /** With rates so small that no rounding makes these weights, which mean nothing, diverge. */
    private static TrainerConfiguration recipe(Path initial) {
        String yaml = String.format(Locale.ROOT, """
                network: {classes: 40%s}
                seed: 5
                stages: [{name: one, steps: 3, batch: 2, crop: {width: 32, height: 24}, sources: {real: 1}}]
                optimiser: {rule: {adamw: {}}, encoderRate: 1e-6, decoderRate: 1e-6}
                checkpoints: {everySteps: 2}
                """, initial == null ? "" : ", initial: '" + initial + "'");
        return ConfigurationLoader.parse("recipe", yaml, TrainerConfiguration.class, List.of());
    }

    private Notes train(Path initial, Path out, boolean resume, long crash) {
        TrainerConfiguration recipe = recipe(initial);
        Notes notes = new Notes(crash);
        try (Network network = recipe.network().create(List.of(NativeEngine.cpu()), recipe.seed())) {
            Trainer trainer = new Trainer(
                    recipe,
                    network,
                    Map.of("real", new Squares(6, "real", true)),
                    validated -> List.of(),
                    List.of(new MetricsFile(out.resolve("metrics.jsonl")), notes),
                    out);
            if (crash > 0) {
                expectThrows(IllegalStateException.class, () -> trainer.train(resume));
            } else {
                trainer.train(resume);
            }
        }
        return notes;
    }

    @Test
    public void statisticsAreGivenOnceAndAreAPartOfWhatIsResumed() throws IOException {
        Path straight = folder.resolve("straight");
        Notes notes = train(folded, straight, false, 0);
        assertEquals(notes.notes.size(), 1);
        assertTrue(
                notes.notes.get(0).contains("folded.pth: 52 of 52 batch-norms know no picture"),
                notes.notes.toString());
        assertTrue(
                Files.readString(straight.resolve("metrics.jsonl")).startsWith("{\"step\":1,\"note\":\""),
                "the note comes first");

        Path interrupted = folder.resolve("interrupted");
        assertEquals(train(folded, interrupted, false, 1).notes, notes.notes, "killed before there is a checkpoint");
        assertEquals(train(folded, interrupted, true, 3).notes, notes.notes, "begins anew");
        assertEquals(train(folded, interrupted, true, 0).notes, List.of(), "goes on from one that has them");
        assertEquals(
                CheckpointReader.read(interrupted.resolve("last.pth")),
                CheckpointReader.read(straight.resolve("last.pth")));
        List<String> lines = Files.readAllLines(interrupted.resolve("metrics.jsonl"));
        assertEquals(lines.stream().filter(line -> line.contains("note")).count(), 1);
    }

    @Test
    public void otherWeightsAreTakenAsTheyAre() {
        assertEquals(train(whole, folder.resolve("whole"), false, 0).notes, List.of());
        assertEquals(train(null, folder.resolve("fresh"), false, 0).notes, List.of());
    }
}
