package dev.understudy.cli.dataset;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.dataset.image.ImageHeader;
import dev.understudy.dataset.normals.NormalsRun;
import dev.understudy.dataset.normals.NormalsRun.NormalOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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
public final class NormalsCommand extends Command {
    @Parameters(paramLabel = "MANIFEST", description = "manifest.jsonl, or the folder that holds it.")
    private Path manifest;

    @Option(
            names = "--out",
            defaultValue = "normals.jsonl",
            paramLabel = "NAME",
            description = "The manifest to write, in the same folder. Default: ${DEFAULT-VALUE}")
    private String out;

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
            description = "How far off its plane a pixel may be, as a share of its depth. Default: ${DEFAULT-VALUE}")
    private double tolerance;

    @Option(
            names = "--intrinsics",
            split = ",",
            paramLabel = "FX,FY,CX,CY",
            description = "The camera, if the manifest does not have it.")
    private List<Double> intrinsics = List.of();

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Override
    protected int run(Console console) throws IOException {
        NormalsRun.Options options = new NormalsRun.Options(
                manifest,
                out,
                new NormalOptions(radius, tolerance, NormalOptions.DEFAULT_STEEPEST),
                Cameras.parse(intrinsics),
                ImageHeader.DEFAULT_MAX_PIXELS);
        NormalsRun.Summary summary;
        try (CountedProgress progress = new CountedProgress(console, "normals")) {
            summary = NormalsRun.run(options, progress::at);
        }
        if (json) {
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
