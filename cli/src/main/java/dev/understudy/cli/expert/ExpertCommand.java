package dev.understudy.cli.expert;

import picocli.CommandLine.Command;

/** Groups what can be done to experts of one's own. */
@Command(
        name = "expert",
        description = "Look into a network's file, or try a card on a picture.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {InspectCommand.class, CheckCommand.class})
public final class ExpertCommand {}
