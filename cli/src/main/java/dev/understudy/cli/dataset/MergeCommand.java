package dev.understudy.cli.dataset;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.dataset.edit.MergeOptions;
import dev.understudy.dataset.edit.MergeRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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
public final class MergeCommand extends Command {
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
            description = "Call the splits NAME-train and so on, so that a recipe can choose the frames of one input.")
    private boolean nameSplits;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Override
    protected int run(Console console) throws IOException {
        List<MergeOptions.Input> named = new ArrayList<>();
        for (String input : inputs) {
            NamedSource source = NamedSource.parse(input);
            named.add(new MergeOptions.Input(source.split() == null ? "" : source.split(), Path.of(source.value())));
        }
        MergeRun.Summary summary;
        try (CountedProgress progress = new CountedProgress(console, "merge")) {
            summary = MergeRun.run(new MergeOptions(named, out, classes, nameSplits), progress::at);
        }
        if (json) {
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
