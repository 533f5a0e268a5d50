package dev.understudy.cli.run;

import dev.understudy.cli.CommandLineRun;
import dev.understudy.cli.Students;
import dev.understudy.dataset.frame.Task;
import dev.understudy.scenes.DatasetRenderer;
import dev.understudy.scenes.RenderOptions;
import dev.understudy.scenes.RenderOptions.SceneKind;
import dev.understudy.scenes.RenderPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** A few small rendered frames, an expert with fresh weights that labels them, and an ablation of it. */
final class Rooms {
    private Rooms() {}

    static void write(Path folder) throws IOException, InterruptedException {
        RenderPlan rooms = RenderPlan.annotated(RenderOptions.of(SceneKind.ROOMS, 64, 48, 3), 3)
                .with(plan -> plan.depthOnly(4).test(2).normals(false).threads(1));
        new DatasetRenderer(rooms, folder.resolve("rooms")).render((done, of) -> {});
        Students.write(folder.resolve("expert.pth"), 40, 5, Task.SEGMENTATION);
        label(folder, "depth-only", "store");
    }

    /** @param frames which of them, {@code all} or {@code depth-only} */
    static void label(Path folder, String frames, String store) {
        CommandLineRun.label(
                folder.resolve("expert.pth"),
                "nyud40",
                folder.resolve("rooms/manifest.jsonl"),
                folder.resolve(store),
                "--frames",
                frames);
    }

    /** @param policies YAML of the policies, {@code {name: policy}} */
    static Path ablation(Path folder, String out, String policies, int steps) throws IOException {
        Path file = folder.resolve(out + ".yaml");
        Files.writeString(file, String.format(Locale.ROOT, """
                out: %s
                pseudo: {manifest: rooms/manifest.jsonl, split: train, take: depth-only, store: store}
                truth: rooms/truth.jsonl
                real: {manifest: rooms/manifest.jsonl, split: train, require: [segmentation]}
                test: {manifest: rooms/manifest.jsonl, split: test}
                policies: %s
                normalisations: [valid, kept]
                seeds: [1]
                gallery: 2
                spark: {master: "local[1]"}
                student:
                  network: {architecture: mt-lw-refinenet, tasks: [segmentation], classes: 40}
                  stages:
                    - name: joint
                      steps: %d
                      batch: 2
                      crop: {width: 64, height: 48}
                      sources: {real: 0.5, pseudo: 0.5}
                  optimiser: {rule: {adamw: {}}, encoderRate: 1e-3, decoderRate: 3e-4}
                  checkpoints: {everySteps: 1, keep: 1}
                """, out, policies, steps));
        return file;
    }
}
