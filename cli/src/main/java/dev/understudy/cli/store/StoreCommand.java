package dev.understudy.cli.store;

import dev.understudy.cli.export.QueueCommand;
import picocli.CommandLine.Command;

/** Groups what can be done to label stores. */
@Command(
        name = "store",
        description = "Look into label stores, check and repair them, and queue what people should correct.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {InfoCommand.class, VerifyCommand.class, ShowStoreCommand.class, QueueCommand.class})
public final class StoreCommand {}
