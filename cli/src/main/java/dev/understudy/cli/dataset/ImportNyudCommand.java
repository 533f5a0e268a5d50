package dev.understudy.cli.dataset;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.dataset.imports.nyud.NyudImport;
import dev.understudy.dataset.imports.nyud.NyudImport.NyudImportOptions;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code understudy dataset import nyud}. */
@CommandLine.Command(
        name = "nyud",
        description =
                "Import the 1,449 labelled frames of NYU Depth v2 from the files that its authors publish: labels of"
                        + " nyud40, the split into 795 and 654, and the scenes' names in scenes.tsv.",
        footer = {
            "",
            "Example:",
            "  understudy dataset import nyud --mat nyu_depth_v2_labeled.mat --classes classMapping40.mat"
                    + " --splits splits.mat --out data/nyud"
        })
public final class ImportNyudCommand extends Command {
    @Option(names = "--mat", required = true, paramLabel = "FILE", description = "nyu_depth_v2_labeled.mat, 2.8 GB.")
    private Path mat;

    @Option(
            names = "--classes",
            required = true,
            paramLabel = "FILE",
            description = "classMapping40.mat: from 894 classes to 40.")
    private Path classes;

    @Option(
            names = "--splits",
            required = true,
            paramLabel = "FILE",
            description = "splits.mat: the frames for training and for testing.")
    private Path splits;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where the manifest goes.")
    private Path out;

    @Option(names = "--raw-depth", description = "Depth as it was measured, with holes, instead of the filled one.")
    private boolean rawDepth;

    @Option(
            names = "--prefix",
            defaultValue = "nyud/",
            paramLabel = "TEXT",
            description = "Put before every frame's number, for its id. Default: ${DEFAULT-VALUE}")
    private String prefix;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Override
    protected int run(Console console) throws IOException {
        NyudImportOptions options = new NyudImportOptions(mat, classes, splits, out, rawDepth, prefix);
        try (CountedProgress progress = new CountedProgress(console, "import")) {
            ImportReport.show(console, NyudImport.run(options, progress::at), json);
        }
        return ExitCode.DONE;
    }
}
