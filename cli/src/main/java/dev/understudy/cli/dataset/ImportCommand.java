package dev.understudy.cli.dataset;

import picocli.CommandLine.Command;

/** Groups the importers. */
@Command(
        name = "import",
        description = "Turn the files that a data set's authors publish into one with a manifest.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ImportNyudCommand.class,
            ImportRgbdCommand.class,
            ImportKittiCommand.class,
            ImportListCommand.class,
            ImportCvatCommand.class,
            ImportCocoCommand.class,
            ImportPosesCommand.class
        })
public final class ImportCommand {}
