package dev.understudy.cli.demo;

import dev.understudy.cli.console.Console;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.files.AtomicFile;
import dev.understudy.model.checkpoint.CheckpointReader;
import dev.understudy.model.checkpoint.PyTorchZipWriter;
import dev.understudy.model.checkpoint.TensorType;
import dev.understudy.pipeline.progress.Progress;
import dev.understudy.pipeline.train.TrainConfiguration;
import dev.understudy.pipeline.train.TrainRun;
import dev.understudy.pipeline.train.TrainingProgress;
import dev.understudy.scenes.DatasetRenderer;
import dev.understudy.scenes.RenderOptions;
import dev.understudy.scenes.RenderPlanBuilder;
import dev.understudy.scenes.SceneKind;
import dev.understudy.trainer.TrainingSummary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The weights that a demo starts from: those that ship, or the same made anew by their recipes. Both come from rooms
 * that no demo shows, unless it is asked for this very seed.
 */
final class DemoWeights {
    private static final String INITIAL = "rooms-geometry";
    private static final String EXPERT = "rooms-expert";
    private static final long SEED = 991;
    private static final int FRAMES = 4000;

    private final DemoFolder folder;
    private final Console console;

    DemoWeights(DemoFolder folder, Console console) {
        this.folder = folder;
        this.console = console;
    }

    /** Copies what ships into the demo's folder. */
    void unpack() throws IOException {
        unpack(INITIAL, folder.initial());
        unpack(EXPERT, folder.expert());
    }

    /**
     * Renders frames, trains on their depth and normals, and from there the expert on all; keeps both in half
     * precision.
     */
    void train() throws IOException, InterruptedException {
        Path frames = folder.path().resolve("expert-frames");
        render(frames);
        Path geometry = train(INITIAL, frames, List.of());
        keep(geometry, folder.initial());
        Path expert = train(EXPERT, frames, List.of("trainer.network.initial=" + quoted(geometry)));
        keep(expert, folder.expert());
    }

    private static void unpack(String name, Path target) throws IOException {
        try (InputStream in = DemoWeights.class.getResourceAsStream(name + ".pth")) {
            if (in == null) {
                throw new IllegalStateException(name + ".pth is not on the class path");
            }
            AtomicFile.write(target, in.readAllBytes());
        }
    }

    private void render(Path frames) throws IOException, InterruptedException {
        RenderOptions rooms = new RenderOptions(SceneKind.ROOMS, 160, 120, SEED, 4, false, 1, 1, 0.3, 0);
        try (Progress progress = console.progress("render for the expert", FRAMES)) {
            int[] shown = {0};
            new DatasetRenderer(
                            RenderPlanBuilder.builder()
                                    .options(rooms)
                                    .labelled(FRAMES)
                                    .depthOnly(0)
                                    .validation(0)
                                    .test(0)
                                    .normals(true)
                                    .threads(0)
                                    .build(),
                            frames)
                    .render((done, of) -> {
                        progress.step(done - shown[0]);
                        shown[0] = done;
                    });
        }
    }

    /** Trains by a recipe of {@code conf/}; returns the last weights. */
    private Path train(String recipe, Path frames, List<String> overrides) throws IOException {
        List<String> all = new ArrayList<>(overrides);
        all.add("out=" + quoted(folder.path().resolve(recipe)));
        all.add("sources.rooms.manifest=" + quoted(frames.resolve(Manifest.FILE_NAME)));
        TrainConfiguration configuration = BuiltInRecipe.load(recipe + ".yaml", TrainConfiguration.class, all);
        TrainingSummary summary =
                new TrainRun(configuration).run(false, List.of(new TrainingProgress(console, recipe)));
        return summary.last();
    }

    private static void keep(Path weights, Path target) throws IOException {
        PyTorchZipWriter.write(target, CheckpointReader.read(weights).withFloatsAs(TensorType.FLOAT16));
    }

    private static String quoted(Path path) {
        return "'" + path.toString().replace("'", "''") + "'";
    }
}
