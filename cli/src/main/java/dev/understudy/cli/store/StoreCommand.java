package dev.understudy.cli.store;

import picocli.CommandLine.Command;

/** Groups what can be done to label stores. */
@Command(
        name = "store",
        description = "Look into label stores, check and repair them.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {InfoCommand.class, VerifyCommand.class, ShowCommand.class})
public final class StoreCommand {}
