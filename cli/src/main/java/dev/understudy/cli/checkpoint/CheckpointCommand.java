package dev.understudy.cli.checkpoint;

import picocli.CommandLine.Command;

/** Groups what can be done to checkpoint files. */
@Command(
        name = "checkpoint",
        description = "Look into checkpoint files, or write them in another container.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {InspectCommand.class, ConvertCommand.class})
public final class CheckpointCommand {}
