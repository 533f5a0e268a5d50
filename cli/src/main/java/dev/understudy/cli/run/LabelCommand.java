package dev.understudy.cli.run;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.ExpertOptions;
import dev.understudy.cli.console.FlagSettings;
import dev.understudy.pipeline.RunObserver.Progress;
import dev.understudy.pipeline.label.LabelConfiguration;
import dev.understudy.pipeline.label.LabelConfiguration.QuarantineLimit;
import dev.understudy.pipeline.label.LabelRun;
import dev.understudy.pipeline.label.LabelRun.LabelResult;
import dev.understudy.store.LabelStore;
import dev.understudy.store.StoreDescription.StoreTotals;
import dev.understudy.store.StorePublisher.ResumeOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code understudy label}. */
@CommandLine.Command(
        name = "label",
        description = {
            "Label frames with an expert network, as a Spark job; writes its evidence into a label store.",
            "Running the same command again labels only what is missing.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  understudy label --expert my-expert.yaml --manifest data/nyud --store store/",
            "  understudy label --expert lw-refinenet152 --checkpoint 152_nyud.pth.tar --manifest data/nyud --store store/",
            "  understudy label --expert a.yaml --store a/ --also b.yaml=b/ --manifest data/nyud",
            "  understudy label --expert mt-lw-refinenet --checkpoint depth.pth --manifest data/kitti --frames without-depth"
                    + " --set expert.mirror=true --store depths/",
            "  understudy label --config conf/label-kitti.yaml --set expert.mirror=false --master spark://host:7077",
            "  understudy label --config conf/label-kitti.yaml --extend --retry-quarantined"
        })
public final class LabelCommand extends Command {
    @Mixin
    private JobOptions job = new JobOptions();

    @Option(
            names = "--expert",
            paramLabel = "CARD|ARCH",
            description = "A card, a YAML file that says what your network is; or with --checkpoint lw-refinenet50,"
                    + " lw-refinenet101, lw-refinenet152, wide-resnet38 or mt-lw-refinenet.")
    private @Nullable String expert;

    @Option(
            names = "--also",
            paramLabel = "CARD=STORE",
            description = "Another expert by its card, which labels the same frames in the same job into a store of its"
                    + " own; every frame is read once. May be repeated.")
    private Map<Path, Path> also = Map.of();

    @Mixin
    private ExpertOptions options;

    @Option(
            names = "--frames",
            paramLabel = "WHICH",
            description =
                    "unlabelled (without segmentation), depth-only, without-depth or all; unlabelled if not given.")
    private @Nullable String frames;

    @Option(names = "--store", paramLabel = "DIR", description = "The label store; made if missing.")
    private @Nullable Path store;

    @Option(
            names = "--max-quarantined",
            paramLabel = "N|P%%",
            description = "Unreadable frames that are tolerated, a number or a share; 50%% if not given.")
    private @Nullable String maxQuarantined;

    @Option(
            names = "--max-pixels",
            paramLabel = "N",
            description = "Width times height of the largest picture that is decoded; 50000000 if not given.")
    private @Nullable Long maxPixels;

    @Option(
            names = "--send-checkpoint",
            description = "Let Spark bring the checkpoint to the executors; not needed when they see its path.")
    private boolean sendCheckpoint;

    @Option(names = "--extend", description = "Go on with a store when frames were added to its manifest.")
    private boolean extend;

    @Mixin
    private JobOptions.RetryOption retry;

    @Override
    protected int run(Console console) throws IOException, InterruptedException {
        LabelConfiguration configuration = configuration();
        StoreTotals totals = LabelRun.run(
                configuration,
                new ResumeOptions(extend, retry.isGiven(), false),
                count -> started(console, configuration, count));
        LabelResult result = LabelResult.of(configuration.store(), totals);
        job.print(console, result, result.lines());
        QuarantineLimit limit = QuarantineLimit.parse(configuration.maxQuarantined());
        if (limit.isExceededBy(totals)) {
            console.tell(String.format(
                    Locale.ROOT,
                    "understudy: %d of %d frames are in quarantine and maxQuarantined allows %s; see %s",
                    totals.quarantined(),
                    totals.frames() + totals.quarantined(),
                    limit,
                    configuration.store().resolve("quarantine")));
            tellOne(console, configuration.store());
            return ExitCode.TOO_MANY_QUARANTINED;
        }
        return ExitCode.DONE;
    }

    private static void tellOne(Console console, Path store) {
        try (LabelStore labels = LabelStore.open(store)) {
            labels.quarantined().stream()
                    .findFirst()
                    .ifPresent(frame -> console.tell("understudy: the first, " + frame.id() + ": " + frame.reason()));
        }
    }

    /** Says where the work is done once all that was asked for has been found in order. */
    private static Progress started(Console console, LabelConfiguration configuration, int frames) {
        console.tell(String.format(
                Locale.ROOT,
                "label: %s on device %s, Spark on %s, %d threads a task",
                configuration.each().stream().map(one -> one.expert().name()).collect(Collectors.joining(" and ")),
                configuration.expert().device(),
                configuration.spark().asSubmitted().master(),
                configuration.spark().threadsPerTask()));
        return console.progress("label", frames);
    }

    private LabelConfiguration configuration() {
        // The architectures have no dots; what is no card, a network itself for example, is told by whoever reads it.
        boolean card = expert != null && expert.contains(".");
        FlagSettings settings = job.settings();
        settings.set(card ? "expert.card" : "expert.architecture", expert);
        settings.set("expert.checkpoint", options.checkpoint());
        settings.set("expert.classes", options.classes());
        settings.set("expert.mapTo", options.mapTo());
        settings.set("frames", frames);
        settings.set("store", store);
        settings.set("maxQuarantined", maxQuarantined);
        settings.set("maxPixels", maxPixels);
        settings.set("sendCheckpoint", sendCheckpoint ? true : null);
        if (!also.isEmpty()) {
            settings.setYaml("also", alsoInYaml());
        }
        settings.require("--expert", expert != null);
        settings.require("--checkpoint", card || options.checkpoint() != null);
        settings.require("--manifest", job.hasManifest());
        settings.require("--store", store != null);
        return job.load(settings, LabelConfiguration.class);
    }

    private String alsoInYaml() {
        return also.entrySet().stream()
                .map(entry -> "{expert: {card: " + FlagSettings.quoted(entry.getKey()) + "}, store: "
                        + FlagSettings.quoted(entry.getValue()) + "}")
                .collect(Collectors.joining(", ", "[", "]"));
    }
}
