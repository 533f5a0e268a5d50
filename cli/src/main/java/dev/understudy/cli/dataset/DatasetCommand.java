package dev.understudy.cli.dataset;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.Console.CountedProgress;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.JsonOption;
import dev.understudy.cli.dataset.ImportCommand.ImportReport;
import dev.understudy.cli.dataset.ImportListCommand.NamedSource;
import dev.understudy.cli.dataset.ImportRgbdCommand.Cameras;
import dev.understudy.dataset.check.DatasetCheck;
import dev.understudy.dataset.edit.MergeRun;
import dev.understudy.dataset.edit.MergeRun.MergeOptions;
import dev.understudy.dataset.edit.NormalsRun;
import dev.understudy.dataset.edit.NormalsRun.NormalOptions;
import dev.understudy.dataset.edit.SceneRun;
import dev.understudy.dataset.frame.ScenePattern;
import dev.understudy.dataset.image.ImageHeader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Groups what makes, imports and checks data sets. */
@CommandLine.Command(
        name = "dataset",
        description = "Make, import and check data sets: folders with a manifest.jsonl.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            RenderCommand.class,
            ImportCommand.class,
            DatasetCommand.CheckDatasetCommand.class,
            ShowDatasetCommand.class,
            DatasetCommand.NormalsCommand.class,
            SplitCommand.class,
            DatasetCommand.ScenesCommand.class,
            DatasetCommand.MergeCommand.class
        })
public final class DatasetCommand {

    /** {@code understudy dataset scenes}. */
    @CommandLine.Command(
            name = "scenes",
            description =
                    "Say which scene each frame belongs to, the place or the recording, in a new manifest beside the one that"
                            + " is read. Frames of one scene are not independent of each other: whoever compares models on them"
                            + " draws scenes, and whoever splits them keeps scenes together.",
            footer = {
                "",
                "Examples:",
                "  understudy dataset scenes data/robot --pattern '(.*)/[^/]*'",
                "  understudy dataset scenes data/nyud --pattern '([a-z_]+_[0-9]{4})-.*'"
            })
    static final class ScenesCommand extends Command {
        private static final int SHOWN = 3;

        @Mixin
        private ManifestEdit edit;

        @Option(
                names = "--pattern",
                required = true,
                paramLabel = "REGEX",
                description = "A regular expression that a whole id matches, with one group in brackets: the scene.")
        private String pattern;

        @Mixin
        private JsonOption json;

        @Override
        protected int run(Console console) throws IOException {
            SceneRun.Summary summary =
                    SceneRun.run(edit.manifest(), ScenePattern.ofWhole("--pattern", pattern), edit.out());
            if (json.isGiven()) {
                console.printJson(summary);
                return ExitCode.DONE;
            }
            console.print(summary.manifest() + ": " + summary.frames() + " frames of " + summary.scenes() + " scenes; "
                    + summary.given() + " were given theirs");
            if (!summary.unmatched().isEmpty()) {
                console.tell(summary.unmatched().size() + " ids do not match the pattern ("
                        + String.join(
                                ", ", summary.unmatched().stream().limit(SHOWN).toList())
                        + (summary.unmatched().size() > SHOWN ? ", …" : "") + "); " + summary.withoutScene()
                        + " of all frames have no scene");
            }
            return ExitCode.DONE;
        }
    }

    /** {@code understudy dataset merge}. */
    @CommandLine.Command(
            name = "merge",
            description =
                    "Put manifests together. Labels stay as they are and frames keep their class space; a network with a"
                            + " joint one, such as nyud40-kitti6, learns each from its own slice of outputs. Files of inputs inside"
                            + " --out stay where they are, others are copied.",
            footer = {
                "",
                "Example:",
                "  understudy dataset merge nyud=data/nyud kitti=data/kitti --classes nyud40-kitti6 --out data"
            })
    static final class MergeCommand extends Command {
        @Parameters(
                arity = "1..*",
                paramLabel = "[NAME=]MANIFEST",
                description = "Manifests or their folders; ids are prefixed with NAME/ unless they begin with it.")
        private List<String> inputs;

        @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where the manifest goes.")
        private Path out;

        @Option(
                names = "--classes",
                paramLabel = "SPACE",
                description = "A joint class space, of which every input's has to be a part.")
        private @Nullable String classes;

        @Option(
                names = "--name-splits",
                description =
                        "Call the splits NAME-train and so on, so that a recipe can choose the frames of one input.")
        private boolean nameSplits;

        @Mixin
        private JsonOption json;

        @Override
        protected int run(Console console) throws IOException {
            List<MergeOptions.Input> named = new ArrayList<>();
            for (String input : inputs) {
                NamedSource source = NamedSource.parse(input);
                named.add(
                        new MergeOptions.Input(source.split() == null ? "" : source.split(), Path.of(source.value())));
            }
            MergeRun.Summary summary;
            try (CountedProgress progress = new CountedProgress(console, "merge")) {
                summary = MergeRun.run(new MergeOptions(named, out, classes, nameSplits), progress::at);
            }
            if (json.isGiven()) {
                console.printJson(summary);
                return ExitCode.DONE;
            }
            console.print(summary.manifest() + ": " + summary.frames() + " frames " + summary.splits() + ", labelled "
                    + summary.labelled());
            summary.slices()
                    .forEach((space, slice) -> console.print(
                            space + " is outputs " + slice.from() + " to " + (slice.to() - 1) + " of " + classes));
            return ExitCode.DONE;
        }
    }

    /** {@code understudy dataset normals}. */
    @CommandLine.Command(
            name = "normals",
            description =
                    "Compute surface normals from depth and intrinsics, and write a manifest that names them beside the"
                            + " one that was read. Frames that have normals keep theirs.",
            footer = {
                "",
                "Examples:",
                "  understudy dataset normals data/nyud",
                "  understudy dataset normals data/nyud/train.jsonl --out train-normals.jsonl --radius 5"
            })
    static final class NormalsCommand extends Command {
        @Mixin
        private ManifestEdit edit;

        @Option(
                names = "--radius",
                paramLabel = "PIXELS",
                description =
                        "To each side, the pixels that a plane is fitted to. If not given, 9 where pictures are 640 wide,"
                                + " and in proportion; less for depth without noise.")
        private @Nullable Integer radius;

        @Option(
                names = "--tolerance",
                defaultValue = "" + NormalOptions.DEFAULT_TOLERANCE,
                paramLabel = "SHARE",
                description =
                        "How far off its plane a pixel may be, as a share of its depth. Default: ${DEFAULT-VALUE}")
        private double tolerance;

        @Option(
                names = "--intrinsics",
                split = ",",
                paramLabel = "FX,FY,CX,CY",
                description = "The camera, if the manifest does not have it.")
        private List<Double> intrinsics = List.of();

        @Mixin
        private JsonOption json;

        @Override
        protected int run(Console console) throws IOException {
            NormalsRun.Options options = new NormalsRun.Options(
                    edit.manifest(),
                    edit.out(),
                    new NormalOptions(radius, tolerance, NormalOptions.DEFAULT_STEEPEST),
                    Cameras.parse(intrinsics),
                    ImageHeader.DEFAULT_MAX_PIXELS);
            NormalsRun.Summary summary;
            try (CountedProgress progress = new CountedProgress(console, "normals")) {
                summary = NormalsRun.run(options, progress::at);
            }
            if (json.isGiven()) {
                console.printJson(summary);
                return ExitCode.DONE;
            }
            ImportReport.show(console, summary.run(), false);
            console.print("normals of " + summary.computed() + " frames come from their depth");
            if (summary.withoutCamera() > 0) {
                console.tell(summary.withoutCamera() + " frames have depth but no intrinsics, and got no normals; give"
                        + " --intrinsics");
            }
            return ExitCode.DONE;
        }
    }

    /** Which manifest a command reads, and which it writes beside it: named after the command if not told. */
    static final class ManifestEdit {
        @Parameters(paramLabel = "MANIFEST", description = "manifest.jsonl, or the folder that holds it.")
        private Path manifest;

        @Option(
                names = "--out",
                defaultValue = "${COMMAND-NAME}.jsonl",
                paramLabel = "NAME",
                description = "The manifest to write, in the same folder. Default: ${DEFAULT-VALUE}")
        private String out;

        Path manifest() {
            return manifest;
        }

        String out() {
            return out;
        }
    }

    /** {@code understudy dataset check}. */
    @CommandLine.Command(
            name = "check",
            description =
                    "Open every file of a data set and tell all that is wrong. Ends with exit code 3 if anything is.",
            footer = {"", "Example:", "  understudy dataset check data/nyud"})
    static final class CheckDatasetCommand extends Command {
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
                    result.isSound()
                            ? sound(result)
                            : result.problemCount() + " problems; correct the files they name");
        }

        private static String sound(DatasetCheck.Result result) {
            if (!result.warnings().isEmpty()) {
                return "nothing is wrong for certain; look at the warnings";
            }
            return result.notes().isEmpty() ? "nothing is wrong" : "nothing is wrong, as far as the notes are meant";
        }

        private static void showClasses(Console console, String space, DatasetCheck.Result.ClassPixels counts) {
            double all = counts.ignored()
                    + counts.pixels().stream().mapToLong(n -> n).sum();
            console.print(String.format(
                    Locale.ROOT, "classes      %s, %.1f %% ignored", space, 100 * counts.ignored() / all));
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
}
