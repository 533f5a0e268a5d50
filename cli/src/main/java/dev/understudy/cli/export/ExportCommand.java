package dev.understudy.cli.export;

import picocli.CommandLine;

/** {@code understudy export}, which is a family of commands. */
@CommandLine.Command(
        name = "export",
        description = "Write networks and labels for other programs.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ExportNetworkCommand.class, ExportLabelsCommand.class, ExportSequenceCommand.class})
public final class ExportCommand {}
