package dev.understudy.pipeline.export;

import picocli.CommandLine;

/** {@code understudy export}, which is a family of commands. */
@CommandLine.Command(
        name = "export",
        description = "Write networks for other programs to run.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ExportNetworkCommand.class})
public final class ExportCommand {}
