package dev.understudy.cli.registry;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.registry.RegistryCommand.Columns;
import dev.understudy.cli.registry.RegistryCommand.RegistryOption;
import dev.understudy.files.sealed.StrictJson;
import dev.understudy.retrain.registry.Aliases;
import dev.understudy.retrain.registry.EvaluationScores;
import dev.understudy.retrain.registry.ModelVersion;
import dev.understudy.retrain.registry.Registry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code understudy registry list}. */
@CommandLine.Command(name = "list", description = "List the versions, oldest first, and which of them is what.")
final class ListCommand extends Command {
    @Mixin
    private RegistryOption registryOption;

    @Option(names = "--json", description = "For machines: what the versions' records hold, and the aliases.")
    private boolean json;

    @Override
    protected int run(Console console) throws IOException {
        Registry registry = registryOption.open();
        Aliases aliases = registry.aliases();
        List<ModelVersion> versions = registry.versions();
        if (json) {
            console.print(StrictJson.printed(new Listing(aliases, versions)));
            return ExitCode.DONE;
        }
        Columns columns = new Columns("version", "is", "created", "parent", "scores");
        for (ModelVersion version : versions) {
            String parent = version.parent();
            columns.add(
                    version.name(),
                    names(aliases, version.name()),
                    version.createdAt().toString(),
                    parent == null ? "-" : parent,
                    scores(version));
        }
        columns.print(console);
        return ExitCode.DONE;
    }

    private record Listing(Aliases aliases, List<ModelVersion> versions) {}

    static String names(Aliases aliases, String version) {
        String names = Stream.of("champion", "challenger", "previous")
                .filter(alias -> version.equals(aliases.of(alias)))
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? "-" : names;
    }

    private static String scores(ModelVersion version) {
        List<String> scores = new ArrayList<>();
        for (EvaluationScores evaluation : version.evaluations()) {
            evaluation
                    .metrics()
                    .values()
                    .forEach(metrics -> metrics.forEach((metric, value) -> {
                        if (metric.equals("miou") || metric.equals("rmse") || metric.equals("mean-angle")) {
                            scores.add(evaluation.set() + " " + metric + " " + CompareCommand.number(value));
                        }
                    }));
        }
        return scores.isEmpty() ? "-" : String.join(", ", scores);
    }
}
