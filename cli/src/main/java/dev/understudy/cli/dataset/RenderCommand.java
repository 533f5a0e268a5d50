package dev.understudy.cli.dataset;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.Console.CountedProgress;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.FlagSettings;
import dev.understudy.cli.console.PictureSize;
import dev.understudy.cli.console.RecipeOptions;
import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.files.AtomicFile;
import dev.understudy.scenes.DatasetRenderer;
import dev.understudy.scenes.DatasetRenderer.RenderSummary;
import dev.understudy.scenes.RenderPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code understudy dataset render}. */
@CommandLine.Command(
        name = "render",
        description =
                "Render RGB-D frames with exact labels, depth, normals and poses by ray casting. Same seed, same bytes.",
        footer = {
            "",
            "Examples:",
            "  understudy dataset render --scene rooms --labelled 40 --depth-only 400 --test 100 --out data/rooms",
            "  understudy dataset render --scene streets --size 320x96 --labelled 50 --set options.scanRows=32"
                    + " --out data/streets",
            "  understudy dataset render --scene rooms --sequence --views 24 --depth-only 480 --out data/sequences"
        })
public final class RenderCommand extends Command {
    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder for the data set.")
    private Path out;

    @Option(names = "--scene", paramLabel = "KIND", description = "rooms (nyud40) or streets (cityscapes19).")
    private @Nullable String scene;

    @Option(names = "--size", paramLabel = "WxH", description = "Pixels; 160x120 if not given.")
    private @Nullable String size;

    @Option(names = "--seed", paramLabel = "N", description = "Decides everything; 1 if not given.")
    private @Nullable Long seed;

    @Option(names = "--labelled", paramLabel = "N", description = "Frames with every annotation, split train.")
    private @Nullable Integer labelled;

    @Option(names = "--depth-only", paramLabel = "N", description = "Frames with depth alone, split train.")
    private @Nullable Integer depthOnly;

    @Option(names = "--val", paramLabel = "N", description = "Frames with every annotation, split val.")
    private @Nullable Integer validation;

    @Option(names = "--test", paramLabel = "N", description = "Frames with every annotation, split test.")
    private @Nullable Integer test;

    @Option(names = "--sequence", description = "Steps of one camera path, instead of views spread along it.")
    private boolean sequence;

    @Option(
            names = "--views",
            paramLabel = "N",
            description = "Frames of one room or street before the next; 4 if not given.")
    private @Nullable Integer views;

    @Mixin
    private RecipeOptions recipe;

    @Override
    protected int run(Console console) throws IOException, InterruptedException {
        RenderPlan plan = recipe.load(settings(), RenderPlan.class);
        RenderSummary summary;
        try (CountedProgress progress = new CountedProgress(console, "render")) {
            summary = new DatasetRenderer(plan, out).render(progress::at);
        }
        AtomicFile.write(out.resolve("render.yaml"), ConfigurationWriter.toYaml(plan));
        recipe.print(
                console,
                summary,
                List.of(String.format(
                        Locale.ROOT,
                        "%s: %d frames, %.1f frames/s",
                        summary.manifest(),
                        summary.frames(),
                        summary.frames() / Math.max(1e-9, summary.seconds()))));
        return ExitCode.DONE;
    }

    private FlagSettings settings() {
        FlagSettings settings = new FlagSettings();
        settings.set("options.scene", scene);
        if (size != null) {
            PictureSize pixels = PictureSize.parse(size);
            settings.set("options.width", pixels.width());
            settings.set("options.height", pixels.height());
        }
        settings.set("options.seed", seed);
        settings.set("options.sequence", sequence ? true : null);
        settings.set("options.viewsPerPlace", views);
        settings.set("labelled", labelled);
        settings.set("depthOnly", depthOnly);
        settings.set("validation", validation);
        settings.set("test", test);
        return settings;
    }
}
