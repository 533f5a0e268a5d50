package dev.understudy.cli.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.Console.CountedProgress;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.JsonOption;
import dev.understudy.cli.console.RecipeOptions;
import dev.understudy.cli.demo.DemoConfiguration.BuiltInRecipe;
import dev.understudy.cli.demo.DemoRun.DemoFolder;
import dev.understudy.cli.demo.DemoRun.DemoResults;
import dev.understudy.cli.demo.DemoRun.DemoResults.LabelQuality;
import dev.understudy.cli.demo.DemoRun.DemoResults.StudentScore;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.ConfigurationLoader;
import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.files.AtomicFile;
import dev.understudy.model.checkpoint.CheckpointReader;
import dev.understudy.model.checkpoint.PyTorchZipWriter;
import dev.understudy.model.checkpoint.TensorType;
import dev.understudy.pipeline.train.TrainConfiguration;
import dev.understudy.pipeline.train.TrainRun;
import dev.understudy.pipeline.train.TrainingProgress;
import dev.understudy.scenes.DatasetRenderer;
import dev.understudy.scenes.RenderOptions;
import dev.understudy.scenes.RenderOptions.SceneKind;
import dev.understudy.scenes.RenderPlan;
import dev.understudy.trainer.Trainer.TrainingSummary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code understudy demo}. */
@CommandLine.Command(
        name = "demo",
        description = {
            "The whole story on rendered rooms: a few annotated frames, many with depth only, an expert that labels them,"
                    + " a filter, and three students that differ only in the labels they learn from.",
            "Prints one table; leaves results.json, report.html and every intermediate result in the folder.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  understudy demo --out demo/",
            "  understudy demo --out demo-7/ --seed 7",
            "  understudy demo --out demo/ --set student.stages.0.steps=200",
            "  understudy demo --out demo/ --train-expert"
        })
public final class DemoCommand extends Command {
    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "understudy-demo",
            description = "An empty or new folder; ${DEFAULT-VALUE} if not given.")
    private Path out;

    @Option(names = "--seed", paramLabel = "N", description = "Of the rooms and of the students' training.")
    private @Nullable Long seed;

    @Option(
            names = "--train-expert",
            description = "Remake the students' initial weights and the expert from their recipes,"
                    + " conf/rooms-geometry.yaml and conf/rooms-expert.yaml, instead of using those that ship."
                    + " Takes much longer than everything else.")
    private boolean trainExpert;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Another recipe than the built-in one, which is conf/demo.yaml.")
    private @Nullable Path config;

    @Mixin
    private RecipeOptions.SetOption set;

    @Mixin
    private JsonOption json;

    @Override
    protected int run(Console console) throws IOException, InterruptedException {
        DemoConfiguration recipe = config == null
                ? BuiltInRecipe.load("demo.yaml", DemoConfiguration.class, set.overrides())
                : ConfigurationLoader.load(config, DemoConfiguration.class, set.overrides());
        DemoConfiguration demo = seed == null ? recipe : recipe.withSeed(seed);
        DemoFolder folder = new DemoFolder(emptyFolder(out));
        AtomicFile.write(folder.path().resolve("demo.yaml"), ConfigurationWriter.toYaml(demo));
        DemoWeights weights = new DemoWeights(folder, console);
        if (trainExpert) {
            weights.train();
        } else {
            weights.unpack();
        }
        DemoConfiguration told = demo.withExamplesFrom(folder.manifest());
        DemoReport report = new DemoReport(told, folder);
        DemoResults results = new DemoRun(told, folder, console).run(labels -> {
            AtomicFile.write(folder.report(), report.page(labels, command()));
            console.tell("the expert's labels are in " + folder.report() + "; now the students learn");
        });
        AtomicFile.write(
                folder.results(),
                new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(results));
        AtomicFile.write(folder.report(), report.page(results, command()));
        show(console, folder, results);
        return ExitCode.DONE;
    }

    private void show(Console console, DemoFolder folder, DemoResults results) {
        if (json.isGiven()) {
            console.printJson(results);
            return;
        }
        DemoTable.lines(results).forEach(console::print);
        console.print("");
        console.print(folder.report() + "  " + folder.results());
    }

    private String command() {
        return "understudy "
                + String.join(" ", spec.root().commandLine().getParseResult().originalArgs());
    }

    private static Path emptyFolder(Path folder) throws IOException {
        Files.createDirectories(folder);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            if (entries.iterator().hasNext()) {
                throw new ConfigurationException("--out " + folder
                        + ": the folder is not empty; name another, or empty it, so that nothing of yours is replaced");
            }
        }
        return folder.toAbsolutePath().normalize();
    }

    /** The results as the demo prints them. */
    static final class DemoTable {
        private DemoTable() {}

        static List<String> lines(DemoResults results) {
            List<String> lines = new ArrayList<>();
            LabelQuality labels = results.labels();
            lines.add(String.format(
                    Locale.ROOT,
                    "The expert's labels of %d depth-only frames: %.1f %% of the pixels right, %.1f %% mIoU.",
                    results.frames().depthOnly(),
                    100 * labels.all().pixelAccuracy(),
                    100 * labels.all().meanIou()));
            lines.add(String.format(
                    Locale.ROOT,
                    "The filter keeps %.1f %% of the pixels: %.1f %% right, %.1f %% mIoU.",
                    100 * labels.keptShare(),
                    100 * labels.kept().pixelAccuracy(),
                    100 * labels.kept().meanIou()));
            lines.add("");
            lines.add(String.format(
                    Locale.ROOT,
                    "%-24s %8s %10s %12s %9s %10s %7s",
                    "student trained on",
                    "mIoU %",
                    "accuracy %",
                    "depth RMSE m",
                    "abs rel",
                    "d<1.25 %",
                    "steps"));
            for (StudentScore student : results.students()) {
                lines.add(String.format(
                        Locale.ROOT,
                        "%-24s %8.1f %10.1f %12.3f %9.3f %10.1f %7d",
                        student.name(),
                        100 * student.segmentation().meanIou(),
                        100 * student.segmentation().pixelAccuracy(),
                        student.depthRmse(),
                        student.depthAbsRel(),
                        100 * student.depthDelta1(),
                        student.steps()));
            }
            return lines;
        }
    }

    /**
     * The weights that a demo starts from: those that ship, or the same made anew by their recipes. Both come from
     * rooms that no demo shows, unless it is asked for this very seed.
     */
    private static final class DemoWeights {
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
            try (CountedProgress progress = new CountedProgress(console, "render for the expert")) {
                new DatasetRenderer(RenderPlan.annotated(rooms, FRAMES), frames).render(progress::at);
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
}
