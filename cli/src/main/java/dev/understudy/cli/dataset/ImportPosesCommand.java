package dev.understudy.cli.dataset;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.JsonOption;
import dev.understudy.cli.dataset.DatasetCommand.ManifestEdit;
import dev.understudy.cli.dataset.ImportListCommand.NamedSource;
import dev.understudy.dataset.imports.rgbd.PosesRun;
import dev.understudy.dataset.imports.rgbd.PosesRun.Options.Form;
import dev.understudy.dataset.imports.rgbd.PosesRunOptionsBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code understudy dataset import poses}. */
@CommandLine.Command(
        name = "poses",
        description = {
            "Give frames the poses that a SLAM system found, in a new manifest beside the one that is read, which stays as it"
                    + " is. Every frame of the scenes named is placed anew; one that gets no pose has none.",
            "Poses are camera to world: where the camera was, x to the right, y down, z ahead, metres. Where they are world"
                    + " to camera, give --invert.",
            ""
        },
        footer = {
            "",
            "A frame's time is the first number with a decimal point in the last part of its id, or else the last number"
                    + " there. A matrix is four lines of four numbers, or a line of 16 or of the first 12.",
            "",
            "Examples:",
            "  understudy dataset import poses data/robot --tum CameraTrajectory.txt",
            "  understudy dataset import poses data/office --matrices seq-01=poses/ --matrices seq-02=b.log --invert"
        })
public final class ImportPosesCommand extends Command {
    @Mixin
    private ManifestEdit edit;

    @Option(
            names = "--tum",
            paramLabel = "[SCENE=]FILE",
            description =
                    "A trajectory: lines of 'seconds tx ty tz qx qy qz qw'. Frames take the pose nearest in time.")
    private List<String> trajectories = List.of();

    @Option(
            names = "--matrices",
            paramLabel = "[SCENE=]PATH",
            description =
                    "4×4 matrices: a file with one for each frame, in the order of ids; or a folder with NAME.txt or"
                            + " NAME.pose.txt for each, NAME being the last part of its id.")
    private List<String> matrices = List.of();

    @Option(
            names = "--max-gap",
            defaultValue = "0.02",
            paramLabel = "SECONDS",
            description = "How far apart in time a frame and its pose may be. Default: ${DEFAULT-VALUE}.")
    private double maxGap;

    @Option(
            names = "--unit",
            defaultValue = "1",
            paramLabel = "SECONDS",
            description =
                    "What the times in ids count: 1 for seconds, 1e-9 for nanoseconds. Default: ${DEFAULT-VALUE}.")
    private double unit;

    @Option(
            names = "--offset",
            defaultValue = "0",
            paramLabel = "SECONDS",
            description = "Added to a frame's time before it is looked up. Default: ${DEFAULT-VALUE}.")
    private double offset;

    @Option(names = "--invert", description = "The files say world to camera.")
    private boolean invert;

    @Mixin
    private JsonOption json;

    @Override
    protected int run(Console console) throws IOException {
        List<PosesRun.Options.Source> sources = new ArrayList<>();
        trajectories.forEach(each -> sources.add(source(Form.TRAJECTORY, each)));
        matrices.forEach(each -> sources.add(source(Form.MATRICES, each)));
        PosesRun.Summary summary = PosesRun.run(PosesRunOptionsBuilder.builder()
                .manifest(edit.manifest())
                .out(edit.out())
                .sources(sources)
                .maxGap(maxGap)
                .unit(unit)
                .offset(offset)
                .invert(invert)
                .build());
        if (json.isGiven()) {
            console.printJson(summary);
            return ExitCode.DONE;
        }
        console.print(summary.manifest() + ": " + summary.posed() + " of " + summary.frames() + " frames have a pose");
        for (PosesRun.Placed placed : summary.sources()) {
            if (!placed.without().isEmpty()) {
                console.tell(placed.path() + ": of " + placed.frames() + " frames, " + PosesRun.told(placed.without()));
            }
            if (placed.badLines() > 0) {
                console.tell(placed.firstBad() + "; left out, with " + (placed.badLines() - 1) + " more");
            }
            if (placed.timeless() > 0) {
                console.tell(placed.path() + ": " + placed.timeless() + " lines tell no time; left out");
            }
        }
        return ExitCode.DONE;
    }

    private static PosesRun.Options.Source source(Form form, String text) {
        NamedSource named = NamedSource.parse(text);
        return new PosesRun.Options.Source(form, named.split(), Path.of(named.value()));
    }
}
