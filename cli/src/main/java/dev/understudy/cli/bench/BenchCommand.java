package dev.understudy.cli.bench;

import picocli.CommandLine.Command;

/** Groups the benchmarks. */
@Command(
        name = "bench",
        description = "Measure how fast this machine is.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            BenchClusterCommand.class,
            BenchDataCommand.class,
            BenchExpertCommand.class,
            BenchFilterCommand.class,
            BenchLabelCommand.class,
            BenchStudentCommand.class,
            BenchTrainCommand.class
        })
public final class BenchCommand {}
