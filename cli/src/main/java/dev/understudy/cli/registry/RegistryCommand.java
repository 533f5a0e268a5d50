package dev.understudy.cli.registry;

import picocli.CommandLine.Command;

/** Groups what can be done to a registry. */
@Command(
        name = "registry",
        description = "Look at the models that were trained, and say which one is in use.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ListCommand.class,
            ShowVersionCommand.class,
            CompareCommand.class,
            PromoteCommand.class,
            RollbackCommand.class,
            PruneCommand.class,
            LogCommand.class,
            VerifyCommand.class
        })
public final class RegistryCommand {}
