package dev.understudy.cli.dataset;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.Console.CountedProgress;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.JsonOption;
import dev.understudy.dataset.check.DatasetCheck;
import dev.understudy.dataset.image.ImageHeader;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code understudy dataset check}. */
@CommandLine.Command(
        name = "check",
        description = "Open every file of a data set and tell all that is wrong. Ends with exit code 3 if anything is.",
        footer = {"", "Example:", "  understudy dataset check data/nyud"})
public final class CheckDatasetCommand extends Command {
    @Parameters(
            arity = "1..*",
            paramLabel = "MANIFEST",
            description = "manifest.jsonl, or the folder that holds it; several are checked as one data set.")
    private List<Path> manifests;

    @Mixin
    private JsonOption json;

    @Override
    protected int run(Console console) {
        DatasetCheck.Result result;
        try (CountedProgress progress = new CountedProgress(console, "check")) {
            result = DatasetCheck.run(manifests, ImageHeader.DEFAULT_MAX_PIXELS, progress::at);
        }
        if (json.isGiven()) {
            console.printJson(result);
        } else {
            show(console, result);
        }
        return result.isSound() ? ExitCode.DONE : ExitCode.BAD_DATA;
    }

    private static void show(Console console, DatasetCheck.Result result) {
        console.print("frames       " + result.frames() + " " + result.splits());
        console.print("scenes       " + result.scenes()
                + (result.withoutScene() == 0 ? "" : ", and " + result.withoutScene() + " frames without one"));
        console.print("annotations  " + result.annotations());
        console.print("sizes        " + result.sizes());
        DatasetCheck.Result.DepthSummary depth = result.depth();
        if (depth.pixels() > 0) {
            console.print(String.format(
                    Locale.ROOT,
                    "depth        %.2f to %.2f m, mean %.2f m, %.1f %% of the pixels measured",
                    depth.min(),
                    depth.max(),
                    depth.mean(),
                    100.0 * depth.pixels() / (depth.pixels() + depth.missing())));
        }
        result.classes().forEach((space, counts) -> showClasses(console, space, counts));
        result.warnings().forEach(warning -> console.print("warning      " + warning));
        result.notes().forEach(note -> console.print("note         " + note));
        result.problems().forEach(problem -> console.print("wrong        " + problem));
        console.print(
                result.isSound() ? sound(result) : result.problemCount() + " problems; correct the files they name");
    }

    private static String sound(DatasetCheck.Result result) {
        if (!result.warnings().isEmpty()) {
            return "nothing is wrong for certain; look at the warnings";
        }
        return result.notes().isEmpty() ? "nothing is wrong" : "nothing is wrong, as far as the notes are meant";
    }

    private static void showClasses(Console console, String space, DatasetCheck.Result.ClassPixels counts) {
        double all =
                counts.ignored() + counts.pixels().stream().mapToLong(n -> n).sum();
        console.print(
                String.format(Locale.ROOT, "classes      %s, %.1f %% ignored", space, 100 * counts.ignored() / all));
        for (int i = 0; i < counts.names().size(); i++) {
            if (counts.pixels().get(i) > 0) {
                console.print(String.format(
                        Locale.ROOT,
                        "             %5.1f %%  %d %s",
                        100 * counts.pixels().get(i) / all,
                        i,
                        counts.names().get(i)));
            }
        }
    }
}
