package dev.understudy.cli.bench;

import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.PictureSize;
import dev.understudy.conf.ConfigurationException;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Groups the benchmarks. */
@Command(
        name = "bench",
        description = "Measure how fast this machine is.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            BenchClusterCommand.class,
            BenchDataCommand.class,
            BenchCommand.BenchExpertCommand.class,
            BenchFilterCommand.class,
            BenchLabelCommand.class,
            BenchCommand.BenchStudentCommand.class,
            BenchTrainCommand.class
        })
public final class BenchCommand {

    /** {@code understudy bench student}. */
    @CommandLine.Command(
            name = "student",
            description =
                    "Measure the student network stage by stage, beside its plain form and the machine's matrix product.",
            footer = {"", "Example:", "  understudy bench student --size 640x480"})
    static final class BenchStudentCommand extends BenchNetworkCommand {
        @Override
        String architecture() {
            return "mt-lw-refinenet";
        }
    }

    /** {@code understudy bench expert}. */
    @CommandLine.Command(
            name = "expert",
            description =
                    "Measure an expert network stage by stage, beside its plain form and the machine's matrix product.",
            footer = {
                "",
                "Examples:",
                "  understudy bench expert --arch wide-resnet38 --size 1242x375",
                "  understudy bench expert --card my-expert.yaml"
            })
    static final class BenchExpertCommand extends BenchNetworkCommand {
        @Option(
                names = "--arch",
                defaultValue = "lw-refinenet152",
                description = "Which network; ${DEFAULT-VALUE} if not given.")
        private String architecture;

        @Option(
                names = "--card",
                paramLabel = "FILE",
                description =
                        "Instead, the expert of a card, on the whole way of a frame: decode, network, reduce, encode, write.")
        private @Nullable Path card;

        @Override
        String architecture() {
            return architecture;
        }

        @Override
        protected int run(Console console) throws IOException {
            if (card == null) {
                return super.run(console);
            }
            if (isSoak()) {
                throw new ConfigurationException("--soak: goes with --arch only");
            }
            LabelStages stages =
                    LabelStages.ofMadePicture(card, precision(), PictureSize.parse(size()), threads(), rounds());
            print(console, stages, stages.lines());
            return ExitCode.DONE;
        }
    }

    /** How long is measured, and with how many threads. */
    static final class RoundOptions {
        @Option(names = "--threads", defaultValue = "0", description = "Threads to use; all processors if not given.")
        private int threads;

        @Option(
                names = "--rounds",
                defaultValue = "5",
                description = "Rounds to measure (when training, steps); ${DEFAULT-VALUE} if not given.")
        private int rounds;

        int threads() {
            if (threads < 0) {
                throw new ConfigurationException("--threads " + threads + ": expected 1 or more, or 0 for all");
            }
            return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
        }

        int rounds() {
            if (rounds < 1) {
                throw new ConfigurationException("--rounds " + rounds + ": expected at least 1");
            }
            return rounds;
        }
    }
}
