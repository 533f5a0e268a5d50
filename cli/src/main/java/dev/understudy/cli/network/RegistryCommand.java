package dev.understudy.cli.network;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.JsonOption;
import dev.understudy.cli.network.RegistryCommand.Columns;
import dev.understudy.cli.network.RegistryCommand.RegistryOption;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.files.StrictJson;
import dev.understudy.retrain.registry.Aliases;
import dev.understudy.retrain.registry.AuditHistory.AuditEntry;
import dev.understudy.retrain.registry.ModelVersion;
import dev.understudy.retrain.registry.ModelVersion.EvaluationScores;
import dev.understudy.retrain.registry.ModelVersion.FileEntry;
import dev.understudy.retrain.registry.Registry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Groups what can be done to a registry. */
@CommandLine.Command(
        name = "registry",
        description = "Look at the models that were trained, and say which one is in use.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            RegistryCommand.ListCommand.class,
            RegistryCommand.ShowVersionCommand.class,
            CompareCommand.class,
            RegistryCommand.PromoteCommand.class,
            RegistryCommand.RollbackCommand.class,
            RegistryCommand.PruneCommand.class,
            RegistryCommand.LogCommand.class,
            RegistryCommand.VerifyCommand.class
        })
public final class RegistryCommand {

    /** Which registry; every command mixes it in. */
    static final class RegistryOption {
        @Option(names = "--registry", required = true, paramLabel = "DIR", description = "The registry's folder.")
        private Path folder;

        Registry open() {
            return Registry.existing(folder, Clock.systemUTC());
        }
    }

    /** Why something is changed. */
    static final class ReasonOption {
        @Option(
                names = "--reason",
                defaultValue = "by hand",
                paramLabel = "TEXT",
                description = "For the log; '${DEFAULT-VALUE}' if not given.")
        private String text;

        String text() {
            return text;
        }
    }

    /** {@code understudy registry rollback}. */
    @CommandLine.Command(
            name = "rollback",
            description =
                    "Make the previous champion the champion again. To go further back, promote a version by its name.")
    static final class RollbackCommand extends Command {
        @Mixin
        private RegistryOption registryOption;

        @Mixin
        private ReasonOption reason;

        @Override
        protected int run(Console console) throws IOException {
            console.print(
                    "champion " + registryOption.open().rollback(reason.text()).champion());
            return ExitCode.DONE;
        }
    }

    /** {@code understudy registry prune}. */
    @CommandLine.Command(
            name = "prune",
            description =
                    "Remove old versions: all but the newest, the champion, the challenger and the previous champion.")
    static final class PruneCommand extends Command {
        @Mixin
        private RegistryOption registryOption;

        @Option(names = "--keep", required = true, paramLabel = "N", description = "How many of the newest to keep.")
        private int keep;

        @Option(names = "--dry-run", description = "Only say what would be removed.")
        private boolean dryRun;

        @Override
        protected int run(Console console) throws IOException {
            if (keep < 0) {
                throw new ConfigurationException("--keep: found " + keep + ", expected 0 or more");
            }
            List<String> removed = registryOption.open().prune(keep, dryRun);
            removed.forEach(console::print);
            console.tell((dryRun ? "would remove " : "removed ") + removed.size() + " versions");
            return ExitCode.DONE;
        }
    }

    /** {@code understudy registry log}. */
    @CommandLine.Command(name = "log", description = "Show all changes, oldest first, after the log has been checked.")
    static final class LogCommand extends Command {
        @Mixin
        private RegistryOption registryOption;

        @Mixin
        private JsonOption json;

        @Override
        protected int run(Console console) throws IOException {
            List<AuditEntry> entries = registryOption.open().history().entries();
            if (json.isGiven()) {
                console.print(StrictJson.printed(entries));
                return ExitCode.DONE;
            }
            Columns columns = new Columns("at", "event", "version", "by", "reason");
            for (AuditEntry entry : entries) {
                columns.add(
                        entry.at().toString(),
                        entry.event().key(),
                        entry.details().getOrDefault("version", "-"),
                        entry.actor(),
                        entry.details().getOrDefault("reason", "").replaceAll("\\p{Cntrl}", " "));
            }
            columns.print(console);
            return ExitCode.DONE;
        }
    }

    /** {@code understudy registry promote}. */
    @CommandLine.Command(
            name = "promote",
            description = "Make a version the champion, whatever the gate would say of it.",
            footer = {
                "",
                "With --expect nothing happens if somebody else has promoted in the meantime (exit code 3). Example:",
                "  understudy registry promote --registry models v0007 --expect v0005 --reason 'seen in the field'"
            })
    static final class PromoteCommand extends Command {
        @Mixin
        private RegistryOption registryOption;

        @Parameters(paramLabel = "VERSION", description = "v0001, challenger or previous.")
        private String name;

        @Option(
                names = "--expect",
                paramLabel = "VERSION",
                description = "The champion that it is to replace, or none; if not given, the one that is there.")
        private @Nullable String expected;

        @Mixin
        private ReasonOption reason;

        @Override
        protected int run(Console console) throws IOException {
            Registry registry = registryOption.open();
            String replaced =
                    expected == null ? registry.aliases().champion() : expected.equals("none") ? null : expected;
            Aliases aliases = registry.promote(name, replaced, reason.text());
            console.print("champion " + aliases.champion() + ", previous " + aliases.previous());
            return ExitCode.DONE;
        }
    }

    /** {@code understudy registry verify}. */
    @CommandLine.Command(
            name = "verify",
            description = "Read every byte of the registry and say what is damaged; exit code 3 if anything is.")
    static final class VerifyCommand extends Command {
        @Mixin
        private RegistryOption registryOption;

        @Override
        protected int run(Console console) throws IOException {
            List<String> problems = registryOption.open().verify();
            problems.forEach(console::print);
            console.tell(problems.isEmpty() ? "nothing is damaged" : problems.size() + " problems");
            return problems.isEmpty() ? ExitCode.DONE : ExitCode.BAD_DATA;
        }
    }

    /** {@code understudy registry show}. */
    @CommandLine.Command(name = "show", description = "Show a version: where it comes from, what it scored, its files.")
    static final class ShowVersionCommand extends Command {
        @Mixin
        private RegistryOption registryOption;

        @Parameters(paramLabel = "VERSION", description = "v0001, champion, challenger or previous.")
        private String name;

        @Mixin
        private JsonOption json;

        @Override
        protected int run(Console console) throws IOException {
            Registry registry = registryOption.open();
            ModelVersion version = registry.version(name);
            if (json.isGiven()) {
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
                        .forEach((task, metrics) -> metrics.forEach(
                                (metric, value) -> scores.add(task, metric, CompareCommand.number(value))));
                evaluation.classIou().forEach((name, iou) -> scores.add("class", name, CompareCommand.number(iou)));
                scores.print(console);
                console.print("");
            }
        }
    }

    /** Rows of text in columns: the first line is the heading, numbers are aligned by the caller's format. */
    static final class Columns {
        private static final String GAP = "  ";

        private final List<List<String>> rows = new ArrayList<>();

        Columns(String... heading) {
            rows.add(List.of(heading));
        }

        void add(String... cells) {
            rows.add(List.of(cells));
        }

        void print(Console console) {
            int[] widths = new int[rows.get(0).size()];
            for (List<String> row : rows) {
                for (int i = 0; i < widths.length; i++) {
                    widths[i] = Math.max(widths[i], row.get(i).length());
                }
            }
            for (List<String> row : rows) {
                StringBuilder line = new StringBuilder();
                for (int i = 0; i < widths.length; i++) {
                    line.append(row.get(i))
                            .append(" ".repeat(widths[i] - row.get(i).length()))
                            .append(GAP);
                }
                console.print(line.toString().stripTrailing());
            }
        }
    }

    /** {@code understudy registry list}. */
    @CommandLine.Command(name = "list", description = "List the versions, oldest first, and which of them is what.")
    static final class ListCommand extends Command {
        @Mixin
        private RegistryOption registryOption;

        @Mixin
        private JsonOption json;

        @Override
        protected int run(Console console) throws IOException {
            Registry registry = registryOption.open();
            Aliases aliases = registry.aliases();
            List<ModelVersion> versions = registry.versions();
            if (json.isGiven()) {
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
}
