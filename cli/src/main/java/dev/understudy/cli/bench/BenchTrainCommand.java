package dev.understudy.cli.bench;

import dev.understudy.cli.bench.BenchCommand.RoundOptions;
import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.JsonOption;
import dev.understudy.cli.console.PictureSize;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.frame.Task;
import dev.understudy.model.engine.Precision;
import dev.understudy.model.network.Heads;
import dev.understudy.pipeline.train.AnnotatedFrames;
import dev.understudy.scenes.DatasetRenderer;
import dev.understudy.scenes.RenderOptions;
import dev.understudy.scenes.RenderOptions.SceneKind;
import dev.understudy.scenes.RenderPlan;
import dev.understudy.trainer.benchmark.TrainingBenchmark;
import dev.understudy.trainer.benchmark.TrainingBenchmark.TrainingBenchmarkSetup;
import dev.understudy.trainer.benchmark.TrainingBenchmark.TrainingSoak;
import dev.understudy.trainer.benchmark.TrainingBenchmarkReport;
import dev.understudy.trainer.benchmark.TrainingBenchmarkTrainingBenchmarkSetupBuilder;
import dev.understudy.trainer.data.CropSize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code understudy bench train}: steps on rendered frames that are read from disk, as in training. */
@CommandLine.Command(
        name = "train",
        description = "Measure training steps of the student stage by stage, beside its plain form.",
        footer = {
            "",
            "Examples:",
            "  understudy bench train",
            "  understudy bench train --precision bfloat16 --threads 1 --batch 4 --size 160x120",
            "  understudy bench train --batch 8 --size 160x120 --tasks segmentation,depth,normals",
            "  understudy bench train --soak 1000 --size 96x96"
        })
public final class BenchTrainCommand extends Command {
    private static final int CLASSES = 40;
    private static final int FRAMES = 8;
    private static final int FEWEST_IN_A_ROW = 10;

    @Option(names = "--batch", defaultValue = "4", description = "Frames a step; ${DEFAULT-VALUE} if not given.")
    private int batch;

    @Option(
            names = "--size",
            defaultValue = "400x400",
            paramLabel = "WxH",
            description = "Size of the crops; ${DEFAULT-VALUE} if not given.")
    private String size;

    @Option(
            names = "--tasks",
            split = ",",
            defaultValue = "segmentation,depth",
            converter = TaskName.class,
            description = "The student's heads; ${DEFAULT-VALUE} if not given.")
    private List<Task> tasks;

    @Mixin
    private RoundOptions measured;

    @Option(
            names = "--precision",
            defaultValue = "auto",
            paramLabel = "TYPE",
            description =
                    "What the student's passes are calculated in: auto, float32, or bfloat16, which is measured beside"
                            + " float32; ${DEFAULT-VALUE} if not given.")
    private String precision;

    @Option(names = "--no-plain", description = "Leave out what is measured beside the student.")
    private boolean noPlain;

    @Option(
            names = "--soak",
            paramLabel = "N",
            description = "Instead, take N steps in a row and tell how memory and native arrays move; 10 or more.")
    private @Nullable Integer soak;

    @Mixin
    private JsonOption json;

    /** As users write them: {@code depth}. */
    static final class TaskName implements CommandLine.ITypeConverter<Task> {
        @Override
        public Task convert(String value) {
            return Arrays.stream(Task.values())
                    .filter(task -> task.key().equals(value))
                    .findFirst()
                    .orElseThrow(() -> new CommandLine.TypeConversionException(
                            value + ", expected some of segmentation, depth, normals"));
        }
    }

    @Override
    protected int run(Console console) throws IOException, InterruptedException {
        if (soak != null && soak < FEWEST_IN_A_ROW) {
            throw new ConfigurationException("--soak " + soak + ": expected at least " + FEWEST_IN_A_ROW + " steps");
        }
        PictureSize pixels = PictureSize.parse(size);
        TrainingBenchmarkSetup setup = TrainingBenchmarkTrainingBenchmarkSetupBuilder.builder()
                .heads(Heads.of(tasks, CLASSES))
                .batch(batch)
                .crop(new CropSize(pixels.width(), pixels.height()))
                .threads(measured.threads())
                .rounds(measured.rounds())
                .precision(Precision.parse(precision))
                .beside(!noPlain)
                .build();
        try (ScratchFolder scratch = ScratchFolder.create()) {
            Path folder = scratch.path();
            new DatasetRenderer(plan(), folder).render((done, of) -> {});
            Manifest manifest = Manifest.read(folder.resolve("manifest.jsonl"));
            TrainingBenchmark benchmark =
                    new TrainingBenchmark(setup, new AnnotatedFrames(new DiskFrameSource(manifest)));
            if (soak == null) {
                TrainingBenchmarkReport report = benchmark.run();
                show(console, report, report.lines());
            } else {
                TrainingSoak report = benchmark.soak(soak);
                show(console, report, report.lines());
            }
            return ExitCode.DONE;
        }
    }

    private void show(Console console, Record report, List<String> lines) {
        json.print(console, report, lines);
    }

    private static RenderPlan plan() {
        return RenderPlan.annotated(RenderOptions.of(SceneKind.ROOMS, 640, 480, 1), FRAMES);
    }
}
