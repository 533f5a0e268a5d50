package dev.understudy.cli.retrain;

import dev.understudy.cli.CommandLineRun;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.ManifestWriter;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.Scratch;
import dev.understudy.retrain.cycle.Cycle.CycleBook;
import dev.understudy.retrain.cycle.CycleRecord;
import dev.understudy.retrain.registry.Registry;
import dev.understudy.scenes.DatasetRenderer;
import dev.understudy.scenes.RenderOptions;
import dev.understudy.scenes.RenderOptions.SceneKind;
import dev.understudy.scenes.RenderPlan;
import dev.understudy.scenes.RenderPlanBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Rendered rooms, a real expert, and a recipe so small that a cycle takes seconds: annotated frames in {@code real/},
 * and depth-only ones in {@code robot/}, of which {@link #arrive} shows as many as have come in.
 */
final class SmallWorld implements AutoCloseable {
    static final int ROBOT_FRAMES = 24;
    private static final String EXPERT = "/dev/understudy/cli/demo/rooms-expert.pth";

    /**
     * Options with which a student stays what it began as: whatever learns with the recipe's own rates is better by
     * more than any processor's rounding.
     */
    static final String[] LEARNING_NEXT_TO_NOTHING = {
        "--set", "student.trainer.optimiser.encoderRate=1e-9", "--set", "student.trainer.optimiser.decoderRate=1e-9"
    };

    private final Scratch scratch;
    private final List<FrameRecord> robot;

    private SmallWorld(Scratch scratch, List<FrameRecord> robot) {
        this.scratch = scratch;
        this.robot = robot;
    }

    static SmallWorld create(int width, int height) throws Exception {
        Scratch scratch = Scratch.create();
        RenderOptions real = new RenderOptions(SceneKind.ROOMS, width, height, 3, 2, false, 1, 0, 0, 0);
        new DatasetRenderer(
                        RenderPlan.annotated(real, 12)
                                .with(plan -> plan.test(16).normals(false)),
                        scratch.resolve("real"))
                .render((done, of) -> {});
        RenderOptions shown = new RenderOptions(SceneKind.ROOMS, width, height, 4, 1, false, 1, 0, 0, 0);
        new DatasetRenderer(
                        RenderPlanBuilder.builder()
                                .options(shown)
                                .labelled(0)
                                .depthOnly(ROBOT_FRAMES)
                                .validation(0)
                                .test(0)
                                .normals(false)
                                .threads(0)
                                .build(),
                        scratch.resolve("robot"))
                .render((done, of) -> {});
        try (InputStream in = SmallWorld.class.getResourceAsStream(EXPERT)) {
            AtomicFile.write(
                    scratch.resolve("expert.pth"), Objects.requireNonNull(in).readAllBytes());
        }
        List<FrameRecord> robot =
                Manifest.read(scratch.resolve("robot/manifest.jsonl")).frames();
        AtomicFile.write(scratch.resolve("retrain.yaml"), recipe(width, height));
        return new SmallWorld(scratch, robot);
    }

    /** Drift thresholds so high that eight rooms may differ from eight others. */
    private static String recipe(int width, int height) {
        return String.format(Locale.ROOT, """
            state: state
            frames: {manifest: {file: robot/arrived.jsonl}}
            label:
              expert: {architecture: mt-lw-refinenet, checkpoint: expert.pth, classes: nyud40}
              policy: {threshold: {probability: 0.5}}
              spark: {master: "local[2]"}
            student:
              sources: {real: {manifest: real/manifest.jsonl, split: train}}
              trainer:
                network: {tasks: [segmentation, depth], classes: 40}
                stages:
                  - {name: retrain, steps: 4, batch: 2, crop: {width: %d, height: %d}, sources: {real: 0.5, pseudo: 0.5}}
                optimiser: {rule: {adamw: {}}, encoderRate: 1e-3, decoderRate: 3e-4, clipNorm: 5}
                checkpoints: {everySteps: 0, keep: 1}
            sets:
              test: {manifest: real/manifest.jsonl, split: test}
            gate:
              required: [{set: test, metric: rmse}]
              limits: {slowdown: 1000}
            drift:
              confidence: {stop: 100}
              classes: {stop: 100}
              depth: {stop: 5}
            notice: {prometheus: retrain.prom}
            """, width, height);
    }

    Path resolve(String name) {
        return scratch.resolve(name);
    }

    /** From now on the robot has recorded so many frames. */
    void arrive(int frames) throws IOException {
        show(robot.subList(0, frames));
    }

    /** From now on the robot's manifest holds these. */
    void show(List<FrameRecord> frames) throws IOException {
        ManifestWriter.write(resolve("robot/arrived.jsonl"), frames);
    }

    List<FrameRecord> robot() {
        return robot;
    }

    /** {@code understudy retrain} in this JVM, with more options. */
    CommandLineRun retrain(String... options) {
        return CommandLineRun.of(arguments(options).toArray());
    }

    List<String> arguments(String... options) {
        List<String> arguments = new ArrayList<>(
                List.of("retrain", "--config", resolve("retrain.yaml").toString()));
        arguments.addAll(List.of(options));
        return arguments;
    }

    CycleBook book() {
        return new CycleBook(resolve("state"));
    }

    CycleRecord latest() throws IOException {
        return book().latest().orElseThrow();
    }

    Registry registry() {
        return Registry.at(resolve("state/registry"), Clock.systemUTC());
    }

    @Override
    public void close() throws IOException {
        scratch.close();
    }
}
