package dev.understudy.pipeline.demo;

import dev.understudy.dataset.file.AtomicFile;
import dev.understudy.dataset.render.DatasetRenderer;
import dev.understudy.dataset.render.RenderOptions;
import dev.understudy.dataset.render.RenderPlan;
import dev.understudy.dataset.render.SceneKind;
import dev.understudy.model.checkpoint.CheckpointReader;
import dev.understudy.model.checkpoint.PyTorchZipWriter;
import dev.understudy.model.checkpoint.TensorType;
import dev.understudy.pipeline.console.Console;
import dev.understudy.pipeline.console.Progress;
import dev.understudy.pipeline.train.TrainConfiguration;
import dev.understudy.pipeline.train.TrainRun;
import dev.understudy.pipeline.train.TrainingProgress;
import dev.understudy.trainer.TrainingSummary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/** The expert of the demo: the checkpoint that ships, or one made anew by the same recipe. */
final class DemoExpert {
    private static final String SHIPPED = "rooms-expert.pth";
    /** Rooms that no demo shows, unless it is asked for this very seed. */
    private static final long SEED = 991;

    private static final int FRAMES = 3200;

    private DemoExpert() {}

    /** Copies the shipped weights into the demo's folder. */
    static Path shipped(DemoFolder folder) throws IOException {
        try (InputStream in = DemoExpert.class.getResourceAsStream(SHIPPED)) {
            if (in == null) {
                throw new IllegalStateException(SHIPPED + " is not on the class path");
            }
            AtomicFile.write(folder.expert(), in.readAllBytes());
        }
        return folder.expert();
    }

    /** Renders the expert's own frames, trains it by {@code conf/rooms-expert.yaml}, and keeps it in half precision. */
    static Path train(DemoFolder folder, Console console) throws IOException, InterruptedException {
        Path frames = folder.path().resolve("expert-frames");
        RenderPlan plan = new RenderPlan(RenderOptions.of(SceneKind.ROOMS, 160, 120, SEED), FRAMES, 0, 0, 0, true, 0);
        try (Progress progress = console.progress("render for the expert", FRAMES)) {
            int[] shown = {0};
            new DatasetRenderer(plan, frames).render((done, of) -> {
                progress.step(done - shown[0]);
                shown[0] = done;
            });
        }
        TrainConfiguration recipe = BuiltInRecipe.load(
                "rooms-expert.yaml",
                TrainConfiguration.class,
                List.of(
                        "out=" + quoted(folder.path().resolve("expert")),
                        "sources.rooms.manifest=" + quoted(frames.resolve("manifest.jsonl"))));
        TrainingSummary summary = new TrainRun(recipe).run(false, List.of(new TrainingProgress(console, "expert")));
        PyTorchZipWriter.write(
                folder.expert(), CheckpointReader.read(summary.last()).withFloatsAs(TensorType.FLOAT16));
        return folder.expert();
    }

    private static String quoted(Path path) {
        return "'" + path.toString().replace("'", "''") + "'";
    }
}
