package dev.understudy.cli.checkpoint;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.model.checkpoint.CheckpointFile;
import dev.understudy.model.checkpoint.CheckpointReader;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code understudy checkpoint inspect}. */
@CommandLine.Command(
        name = "inspect",
        description = "Say what a checkpoint file holds. Reads PyTorch (zip and stream), MXNet params and safetensors;"
                + " runs no code from the file.",
        footer = {"", "Example:", "  understudy checkpoint inspect 152_nyud.pth.tar"})
public final class InspectCommand extends Command {
    @Parameters(paramLabel = "FILE", description = "The checkpoint.")
    private Path file;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Override
    protected int run(Console console) {
        CheckpointFile found = CheckpointReader.inspect(file);
        Inspection inspection = Inspection.of(found);
        if (json) {
            console.printJson(inspection);
        } else {
            inspection.lines().forEach(console::print);
        }
        return ExitCode.DONE;
    }
}
