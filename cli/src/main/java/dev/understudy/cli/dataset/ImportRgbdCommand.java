package dev.understudy.cli.dataset;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.Console.CountedProgress;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.JsonOption;
import dev.understudy.cli.dataset.ImportCommand.ImportReport;
import dev.understudy.cli.dataset.ImportListCommand.ReadingOptions;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.imports.rgbd.RgbdImport;
import dev.understudy.dataset.imports.rgbd.RgbdImport.RgbdImportOptions;
import dev.understudy.dataset.imports.rgbd.RgbdLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code understudy dataset import rgbd}. */
@CommandLine.Command(
        name = "rgbd",
        description = "Import sequences of pictures with depth and no labels. Layouts:",
        footer = {
            "  nyud-raw  r-<time>-<n>.ppm and d-<time>-<n>.pgm as NYUDv2's recorder wrote them; depth becomes metres in"
                    + " the colour camera's view",
            "  tum       rgb.txt, depth.txt and groundtruth.txt; 1/5000 m",
            "  7scenes   frame-N.color.*, frame-N.depth.png and frame-N.pose.txt; mm, 65535 = none",
            "  pairs     a folder rgb, color or image beside a folder depth, files of the same name",
            "",
            "The scene of a frame is its sequence, unless --scene says otherwise.",
            "",
            "Examples:",
            "  understudy dataset import rgbd redkitchen --layout 7scenes --out data/redkitchen",
            "  understudy dataset import rgbd nyu_raw --layout nyud-raw --every 10 --split train --out data/nyud-raw",
            "  understudy dataset import rgbd SUNRGBD --layout pairs --depth-bits rotated --out data/sun"
        })
public final class ImportRgbdCommand extends Command {
    @Parameters(paramLabel = "DIR", description = "The folder with the sequences, or with one.")
    private Path root;

    @Option(names = "--layout", required = true, paramLabel = "NAME", description = "nyud-raw, tum, 7scenes or pairs.")
    private String layout;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where the manifest goes.")
    private Path out;

    @Option(
            names = "--every",
            defaultValue = "1",
            paramLabel = "N",
            description = "Of each sequence, take every Nth frame only.")
    private int every;

    @Option(
            names = "--max-gap",
            paramLabel = "SECONDS",
            description = "How far apart in time a picture and its depth may be; 0.02 if not given.")
    private @Nullable Double maxGap;

    @Option(
            names = "--depth-scale",
            paramLabel = "N",
            description =
                    "Units per metre of the depth files, if not the layout's own: tum 5000, 7scenes and pairs 1000.")
    private @Nullable Double depthScale;

    @Option(
            names = "--invalid",
            split = ",",
            defaultValue = "65535",
            paramLabel = "VALUE",
            description = "Depth values that mean 'none', besides 0. Default: ${DEFAULT-VALUE}.")
    private List<Integer> invalid;

    @Option(
            names = "--intrinsics",
            split = ",",
            paramLabel = "FX,FY,CX,CY",
            description = "The colour camera, if the sequences do not declare it.")
    private List<Double> intrinsics = List.of();

    @Mixin
    private ReadingOptions reading;

    @Option(names = "--split", paramLabel = "NAME", description = "The split of all frames.")
    private @Nullable String split;

    @Mixin
    private JsonOption json;

    @Override
    protected int run(Console console) throws IOException {
        RgbdLayout known = Arrays.stream(RgbdLayout.values())
                .filter(each -> each.key().equals(layout))
                .findFirst()
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "--layout " + layout + ": expected nyud-raw, tum, 7scenes or pairs"));
        RgbdImportOptions options = RgbdImportOptions.of(root, out, known)
                .with(given -> given.every(every)
                        .maxGap(maxGap)
                        .depthScale(depthScale)
                        .depthBits(reading.depthBits())
                        .invalid(invalid)
                        .intrinsics(Cameras.parse(intrinsics))
                        .split(split)
                        .scene(reading.scene())
                        .orientation(reading.orientation())
                        .idPrefix(reading.idPrefix()));
        try (CountedProgress progress = new CountedProgress(console, "import")) {
            ImportReport.show(console, RgbdImport.run(options, progress::at), json.isGiven());
        }
        return ExitCode.DONE;
    }

    /** {@code --intrinsics fx,fy,cx,cy}. */
    static final class Cameras {
        private Cameras() {}

        /** @param numbers as given, empty if not */
        static @Nullable Intrinsics parse(List<Double> numbers) {
            if (numbers.isEmpty()) {
                return null;
            }
            try {
                if (numbers.size() != 4) {
                    throw new IllegalArgumentException(numbers.size() + " numbers");
                }
                return new Intrinsics(numbers.get(0), numbers.get(1), numbers.get(2), numbers.get(3));
            } catch (IllegalArgumentException e) {
                throw new ConfigurationException(
                        "--intrinsics: found " + e.getMessage()
                                + ", expected fx,fy,cx,cy in pixels, for example 585,585,320,240",
                        e);
            }
        }
    }
}
