package dev.understudy.cli.registry;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.registry.RegistryCommand.RegistryOption;
import dev.understudy.files.sealed.StrictJson;
import dev.understudy.retrain.registry.EvaluationScores;
import dev.understudy.retrain.registry.ModelVersion;
import dev.understudy.retrain.registry.ModelVersion.FileEntry;
import dev.understudy.retrain.registry.Registry;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code understudy registry show}. */
@CommandLine.Command(name = "show", description = "Show a version: where it comes from, what it scored, its files.")
final class ShowVersionCommand extends Command {
    @Mixin
    private RegistryOption registryOption;

    @Parameters(paramLabel = "VERSION", description = "v0001, champion, challenger or previous.")
    private String name;

    @Option(names = "--json", description = "For machines: what the version's record holds.")
    private boolean json;

    @Override
    protected int run(Console console) throws IOException {
        Registry registry = registryOption.open();
        ModelVersion version = registry.version(name);
        if (json) {
            console.print(StrictJson.printed(version));
            return ExitCode.DONE;
        }
        console.print(version.name() + "  " + ListCommand.names(registry.aliases(), version.name()));
        console.print("created   " + version.createdAt());
        console.print("parent    " + version.parent());
        console.print("data      " + version.lineage().data());
        console.print("store     " + version.lineage().store());
        console.print("expert    " + version.lineage().expert());
        console.print("latency   " + (version.latencyMillis() == null ? "-" : version.latencyMillis() + " ms"));
        console.print("note      " + version.note());
        console.print("");
        scores(version, console);
        Columns files = new Columns("file", "bytes", "sha256");
        for (FileEntry file : version.files()) {
            registry.file(version.name(), file.name());
            files.add(file.name(), Long.toString(file.bytes()), file.sha256());
        }
        files.print(console);
        return ExitCode.DONE;
    }

    private static void scores(ModelVersion version, Console console) {
        for (EvaluationScores evaluation : version.evaluations()) {
            console.print(
                    evaluation.set() + " (" + evaluation.frames() + " frames, digest " + evaluation.digest() + ")");
            Columns scores = new Columns("task", "metric", "value");
            evaluation
                    .metrics()
                    .forEach((task, metrics) ->
                            metrics.forEach((metric, value) -> scores.add(task, metric, CompareCommand.number(value))));
            evaluation.classIou().forEach((name, iou) -> scores.add("class", name, CompareCommand.number(iou)));
            scores.print(console);
            console.print("");
        }
    }
}
