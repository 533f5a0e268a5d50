package dev.understudy.cli.dataset;

import picocli.CommandLine.Command;

/** Groups what makes, imports and checks data sets. */
@Command(
        name = "dataset",
        description = "Make, import and check data sets: folders with a manifest.jsonl.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            RenderCommand.class,
            ImportCommand.class,
            CheckCommand.class,
            ShowDatasetCommand.class,
            NormalsCommand.class,
            SplitCommand.class,
            ScenesCommand.class,
            MergeCommand.class
        })
public final class DatasetCommand {}
