package dev.understudy.cli;

import dev.understudy.cli.bench.BenchCommand;
import dev.understudy.cli.console.Command.GlobalOptions;
import dev.understudy.cli.console.Command.GlobalOptions.Logging;
import dev.understudy.cli.console.Failures;
import dev.understudy.cli.console.Failures.Interruption;
import dev.understudy.cli.console.Version;
import dev.understudy.cli.dataset.DatasetCommand;
import dev.understudy.cli.dataset.InfoCommand;
import dev.understudy.cli.dataset.ShowStoreCommand;
import dev.understudy.cli.dataset.VerifyStoreCommand;
import dev.understudy.cli.demo.DemoCommand;
import dev.understudy.cli.export.ExportLabelsCommand;
import dev.understudy.cli.export.ExportNetworkCommand;
import dev.understudy.cli.export.ExportSequenceCommand;
import dev.understudy.cli.export.QueueCommand;
import dev.understudy.cli.network.CheckExpertCommand;
import dev.understudy.cli.network.CheckpointCommand;
import dev.understudy.cli.network.InspectExpertCommand;
import dev.understudy.cli.network.RegistryCommand;
import dev.understudy.cli.run.AblateCommand;
import dev.understudy.cli.run.CalibrateCommand;
import dev.understudy.cli.run.EvaluateCommand;
import dev.understudy.cli.run.FilterCommand;
import dev.understudy.cli.run.FuseCommand;
import dev.understudy.cli.run.LabelCommand;
import dev.understudy.cli.run.PredictCommand;
import dev.understudy.cli.run.RepairCommand;
import dev.understudy.cli.run.RetrainCommand;
import dev.understudy.cli.run.TrainCommand;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.conf.PathText;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/** The root of the command line. */
@Command(
        name = "understudy",
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Turns frames that carry only depth into training data: expert networks label them, a filter keeps the labels"
                    + " that can be trusted, and one small network learns segmentation, depth and normals from the mix."
        },
        footer = {
            "",
            "Exit codes: 0 done; 1 internal error; 2 wrong usage or configuration; 3 bad input data; 4 too many frames"
                    + " quarantined; 130 interrupted.",
            "Run 'understudy COMMAND --help' for a command's options and examples."
        },
        subcommands = {
            DemoCommand.class,
            DatasetCommand.class,
            Understudy.ExpertCommand.class,
            LabelCommand.class,
            FuseCommand.class,
            RepairCommand.class,
            Understudy.StoreCommand.class,
            CalibrateCommand.class,
            FilterCommand.class,
            AblateCommand.class,
            TrainCommand.class,
            EvaluateCommand.class,
            PredictCommand.class,
            Understudy.ExportCommand.class,
            CheckpointCommand.class,
            BenchCommand.class,
            RetrainCommand.class,
            RegistryCommand.class
        })
public final class Understudy {
    @Mixin(name = GlobalOptions.MIXIN)
    private final GlobalOptions global = new GlobalOptions();

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version and exit.")
    private boolean version;

    private Understudy() {}

    public static void main(String[] arguments) {
        // For libraries that ask the machine how to write numbers; this program itself never does.
        Locale.setDefault(Locale.ROOT);
        PrintWriter err = utf8(System.err);
        int exitCode;
        try (Interruption interruption = Interruption.watch(err)) {
            exitCode = run(utf8(System.out), err, arguments);
        }
        System.exit(exitCode);
    }

    /**
     * Runs one command, as {@link #main} does, and leaves the JVM running.
     *
     * @return the exit code
     */
    public static int run(PrintWriter out, PrintWriter err, String... arguments) {
        Understudy root = new Understudy();
        Failures failures = new Failures(root.global);
        CommandLine command = commands(root)
                .setOut(out)
                .setErr(err)
                .setExecutionStrategy(root::execute)
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures);
        try {
            return command.execute(arguments);
        } catch (Error e) {
            return failures.report(e, err);
        }
    }

    /** All commands, for whoever wants to look at them. */
    static CommandLine commands() {
        return commands(new Understudy());
    }

    private static CommandLine commands(Understudy root) {
        CommandLine command =
                new CommandLine(root).setCaseInsensitiveEnumValuesAllowed(true).setUsageHelpAutoWidth(true);
        command.registerConverter(Path.class, Understudy::path);
        Examples.breakLines(command);
        return command;
    }

    /** Of this machine, or by its URI of a storage. */
    private static Path path(String text) {
        try {
            return PathText.parse(text);
        } catch (ConfigurationException | InvalidPathException e) {
            throw new CommandLine.TypeConversionException(String.valueOf(e.getMessage()));
        }
    }

    private int execute(ParseResult parsed) {
        Logging.configure(global.verbose());
        return new RunLast().execute(parsed);
    }

    private static PrintWriter utf8(java.io.PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    /**
     * Breaks the examples of a command's help so that they can be pasted: a terminal of 80 columns would break them
     * elsewhere, and a shell would then run half of a command. A line of an example begins with two blanks and the
     * program's name.
     */
    static final class Examples {
        private static final String EXAMPLE = "  understudy ";
        private static final String MORE = "      ";
        private static final String GOES_ON = " \\";

        /** Of 80 columns picocli leaves the last one free. */
        private static final int WIDTH = 78;

        private Examples() {}

        /** Of the command and all below it. */
        static void breakLines(CommandLine command) {
            UsageMessageSpec usage = command.getCommandSpec().usageMessage();
            usage.footer(Stream.of(usage.footer())
                    .flatMap(line -> broken(line).stream())
                    .toArray(String[]::new));
            command.getSubcommands().values().forEach(Examples::breakLines);
        }

        /** A line as several, of which all but the last end with a backslash; words in quotes stay whole. */
        static List<String> broken(String line) {
            if (!line.startsWith(EXAMPLE) || line.length() <= WIDTH) {
                return List.of(line);
            }
            List<String> lines = new ArrayList<>();
            StringBuilder current = new StringBuilder("  ");
            for (String word : words(line.strip())) {
                boolean fits = current.length() + 1 + word.length() + GOES_ON.length() <= WIDTH;
                if (!fits && !current.toString().isBlank()) {
                    lines.add(current + GOES_ON);
                    current = new StringBuilder(MORE);
                }
                current.append(current.toString().isBlank() ? "" : " ").append(word);
            }
            lines.add(current.toString());
            return lines;
        }

        private static List<String> words(String line) {
            List<String> words = new ArrayList<>();
            StringBuilder word = new StringBuilder();
            char quote = 0;
            for (char c : line.toCharArray()) {
                if (c == ' ' && quote == 0) {
                    words.add(word.toString());
                    word.setLength(0);
                } else {
                    quote = c == quote ? 0 : quote == 0 && (c == '\'' || c == '"') ? c : quote;
                    word.append(c);
                }
            }
            words.add(word.toString());
            words.removeIf(String::isEmpty);
            return words;
        }
    }

    /** Groups what can be done to label stores. */
    @Command(
            name = "store",
            description = "Look into label stores, check and repair them, and queue what people should correct.",
            synopsisSubcommandLabel = "COMMAND",
            subcommands = {InfoCommand.class, VerifyStoreCommand.class, ShowStoreCommand.class, QueueCommand.class})
    static final class StoreCommand {}

    /** Groups what can be done to experts of one's own. */
    @Command(
            name = "expert",
            description = "Look into a network's file, or try a card on a picture.",
            synopsisSubcommandLabel = "COMMAND",
            subcommands = {InspectExpertCommand.class, CheckExpertCommand.class})
    static final class ExpertCommand {}

    /** {@code understudy export}, which is a family of commands. */
    @CommandLine.Command(
            name = "export",
            description = "Write networks and labels for other programs.",
            synopsisSubcommandLabel = "COMMAND",
            subcommands = {ExportNetworkCommand.class, ExportLabelsCommand.class, ExportSequenceCommand.class})
    static final class ExportCommand {}
}
