package dev.understudy.cli.run;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.FlagSettings;
import dev.understudy.pipeline.repair.RepairConfiguration;
import dev.understudy.pipeline.repair.RepairResult;
import dev.understudy.pipeline.repair.RepairRun;
import dev.understudy.store.StorePublisher.ResumeOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code understudy repair}. */
@CommandLine.Command(
        name = "repair",
        description = {
            "Learn from few annotated frames what experts' answers mean in the target's classes, and write what that"
                    + " makes of all frames as a store that policies, calibration, ablations and training read like any"
                    + " other.",
            "Classes that the expert lacks appear where its answers, the depth and the surroundings speak for them."
                    + " Several stores of the same frames speak together, each expert weighed by class.",
            "Methods: dirichlet is a linear map of what experts say, context small networks that see the surroundings"
                    + " too. Each learns every class from nothing, and once more \"from the expert\", what is to be added"
                    + " to its answer: for few annotated frames. Of several stores, agreement is tried as well.",
            "Every method is cross-validated over scenes: annotated frames are answered by what the others taught."
                    + " Adopted is the one of the highest mean IoU among those that raise the expert's and do not lower"
                    + " its share of right pixels; of those within half a point of it the one of the least AURC. If none"
                    + " does, the first line says so, nothing is written and the exit code is 3.",
            ""
        },
        footer = {
            "",
            "Running the same command again repairs only what is missing, by what was learned the first time.",
            "",
            "Examples:",
            "  understudy repair --store store/ --manifest data/rooms --out repaired/",
            "  understudy repair --store mosaic/ --store deeplab/ --manifest data/nyudv2 --split train --annotated"
                    + " data/nyudv2/annotated.jsonl --features mobilenet_v2.pth --out repaired/",
            "  understudy repair --store store/ --manifest data/rooms --out repaired/ --extend --json",
            "  understudy repair --store new-store/ --manifest data/new-rooms --learned repaired/ --out new-repaired/"
        })
public final class RepairCommand extends Command {
    @Mixin
    private JobOptions job = new JobOptions();

    @Option(
            names = "--store",
            paramLabel = "DIR",
            description = "A label store; give the option once for each expert's, the best first.")
    private List<Path> stores = List.of();

    @Option(
            names = "--annotated",
            paramLabel = "FILE",
            description =
                    "A manifest of the frames whose segmentation may be learned from, the same frames by id; all that"
                            + " --manifest has if not given.")
    private @Nullable Path annotated;

    @Option(
            names = "--annotated-split",
            paramLabel = "NAME",
            description = "Learn only from annotated frames of this split.")
    private @Nullable String annotatedSplit;

    @Option(
            names = "--learned",
            paramLabel = "DIR",
            description =
                    "Apply what was learned for this repaired store to other frames that the same experts labelled in the"
                            + " same way. Nothing is learned, and no frame need be annotated.")
    private @Nullable Path learned;

    @Option(names = "--out", paramLabel = "DIR", description = "The store that is made.")
    private @Nullable Path out;

    @Option(
            names = "--features",
            paramLabel = "FILE",
            description = "Weights of MobileNet-v2 (ImageNet's, or a student's), whose features are looked at too.")
    private @Nullable Path features;

    @Option(
            names = "--extend",
            description =
                    "Go on with a store when frames were added at the end of the manifest; what was learned stays.")
    private boolean extend;

    @Mixin
    private JobOptions.RetryOption retry;

    @Override
    protected int run(Console console) throws IOException, InterruptedException {
        RepairResult result =
                RepairRun.run(configuration(), new ResumeOptions(extend, retry.isGiven(), false), console);
        job.print(console, result, result.lines());
        return result.store() == null ? ExitCode.BAD_DATA : ExitCode.DONE;
    }

    private RepairConfiguration configuration() {
        FlagSettings settings = job.settings();
        settings.setAll("stores", stores);
        settings.set("annotated", annotated);
        settings.set("annotatedSplit", annotatedSplit);
        settings.set("learned", learned);
        settings.set("out", out);
        settings.set("features", features);
        settings.require("--store", !stores.isEmpty());
        settings.require("--manifest", job.hasManifest());
        settings.require("--out", out != null);
        return job.load(settings, RepairConfiguration.class);
    }
}
