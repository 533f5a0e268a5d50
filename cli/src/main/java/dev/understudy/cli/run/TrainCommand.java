package dev.understudy.cli.run;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.JsonOption;
import dev.understudy.cli.console.RecipeOptions;
import dev.understudy.pipeline.train.TrainConfiguration;
import dev.understudy.pipeline.train.TrainRun;
import dev.understudy.pipeline.train.TrainingProgress;
import dev.understudy.trainer.Trainer.TrainingSummary;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code understudy train}. */
@CommandLine.Command(
        name = "train",
        description = "Train a student on real and pseudo-labelled frames by a recipe.",
        footer = {
            "",
            "Examples:",
            "  understudy train --config conf/nyud.yaml",
            "  understudy train --config conf/nyud.yaml --set trainer.seed=2 --set out=runs/seed-2",
            "  understudy train --config conf/nyud.yaml --resume",
            "  understudy train --config conf/nyud.yaml --set sources.synthetic.labels.soft=3",
            "",
            "  understudy train --config conf/nyud.yaml --set trainer.loss.temporal.agreement=5 --set trainer.loss.temporal.tgm=3",
            "  understudy train --config conf/nyud.yaml --set trainer.precision=bfloat16",
            "  understudy train --config conf/nyud.yaml --set trainer.loader.diskCacheMegabytes=20000",
            "",
            "labels.soft of a source with a store teaches the probabilities of that many",
            "of each pixel's stored classes in place of the label alone (1, the default).",
            "",
            "loss.temporal puts frames of one scene that are neighbours in time beside each",
            "other in a batch, and weighs what two views say of the same surface: agreement",
            "of segmentation's posteriors, and tgm, by how many metres depth changes from",
            "view to view otherwise than measured. 0, the default, is off. Frames need scene,",
            "depth, pose and intrinsics for it; others are counted and train as before.",
            "",
            "trainer.precision: bfloat16 calculates a step's passes in half the bits;",
            "weights and losses stay float32. It needs AVX-512 or a GPU, and is faster",
            "where there are instructions for it (AVX512-BF16, AMX). float16 is for GPUs",
            "without bfloat16: the loss is multiplied on the way back, and a step whose",
            "gradients leave float16's range is left out. auto, the default, is float32.",
            "",
            "loader.diskCacheMegabytes keeps decoded frames, and what policies made of their",
            "labels, in cache/ beside the weights until training ends: for frames that memory",
            "has no room for. What is learned is the same. Off by default.",
            "",
            "device: gpu:0,gpu:1 shares the frames of a batch between the GPUs of one machine.",
            "Several machines do not train one student together: train one a machine, with",
            "other seeds or recipes, or raise a stage's accumulate for batches that do not fit."
        })
public final class TrainCommand extends Command {
    @Mixin
    private RecipeOptions.Required recipe;

    @Option(names = "--resume", description = "Go on with an interrupted run from its newest whole checkpoint.")
    private boolean resume;

    @Mixin
    private JsonOption json;

    @Override
    protected int run(Console console) throws IOException {
        TrainConfiguration configuration = recipe.load(TrainConfiguration.class);
        TrainingSummary summary =
                new TrainRun(configuration).run(resume, List.of(new TrainingProgress(console, "train")));
        if (json.isGiven()) {
            console.printJson(summary);
        } else {
            console.print(summary.steps() + " steps; last " + summary.last()
                    + (summary.bestScores().isEmpty() ? "" : ", best " + summary.best() + " " + summary.bestScores()));
        }
        return ExitCode.DONE;
    }
}
