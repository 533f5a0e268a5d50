package dev.understudy.cli.dataset;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.FrameOptions;
import dev.understudy.cli.console.JsonOption;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.files.DataException;
import dev.understudy.labeler.filter.FilteredStore;
import dev.understudy.labeler.filter.NoFilter;
import dev.understudy.pipeline.filter.StorePolicies;
import dev.understudy.pipeline.filter.TruthScores;
import dev.understudy.pipeline.label.LabelRun.LabelResult;
import dev.understudy.store.LabelStore;
import dev.understudy.store.LabelStore.QuarantinedFrame;
import dev.understudy.store.StoreDescription;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code understudy store info}. */
@CommandLine.Command(
        name = "info",
        description =
                "Say what a complete store holds and what made it; with annotated frames also how right its labels are.",
        footer = {
            "",
            "Examples:",
            "  understudy store info store/",
            "  understudy store info store/ --manifest data/nyud --split test"
        })
public final class InfoCommand extends Command {
    @Parameters(paramLabel = "DIR", description = "The store.")
    private Path store;

    @Mixin
    private JsonOption json;

    @Mixin
    private FrameOptions frames;

    /**
     * @param fingerprint of all that the evidence depends on
     * @param truth how right its labels are; null without annotated frames
     */
    record Info(
            String fingerprint,
            StoreDescription description,
            LabelResult result,
            List<QuarantinedFrame> quarantined,
            @Nullable TruthScores truth) {}

    @Override
    protected int run(Console console) {
        Info info;
        List<String> neverSaid;
        try (LabelStore labels = LabelStore.open(store)) {
            info = new Info(
                    labels.description().fingerprint().digest(),
                    labels.description(),
                    LabelResult.of(store, labels.totals()),
                    labels.quarantined(),
                    frames.manifest() == null ? null : scores(labels, frames.manifest()));
            neverSaid = neverSaid(labels);
        }
        if (json.isGiven()) {
            console.printJson(info);
        } else {
            show(console, info, neverSaid);
        }
        return ExitCode.DONE;
    }

    /** Of the most probable class of every pixel. */
    private @Nullable TruthScores scores(LabelStore labels, Path manifest) {
        ClassSpace classes = StorePolicies.classSpace(labels);
        FrameSource stored = labels.labelled(new DiskFrameSource(Manifest.read(manifest, frames.split())));
        FilteredStore all = StorePolicies.apply(new NoFilter(), labels, stored);
        TruthScores.Counter counter = new TruthScores.Counter(labels, classes);
        for (int i = 0; i < stored.size(); i++) {
            if (stored.record(i).segmentation() != null) {
                Frame frame = stored.read(i);
                counter.add(frame, all.get(frame).labels());
            }
        }
        return counter.scores();
    }

    private static List<String> neverSaid(LabelStore labels) {
        try {
            return StorePolicies.neverSaidInWords(labels);
        } catch (DataException e) {
            return List.of("class names    not known: " + e.getMessage());
        }
    }

    private static void show(Console console, Info info, List<String> neverSaid) {
        StoreDescription description = info.description();
        info.result().lines().forEach(console::print);
        console.print("fingerprint    " + info.fingerprint());
        description
                .fingerprint()
                .parts()
                .forEach((name, value) ->
                        console.print(String.format(Locale.ROOT, "  %-20s %s", name, StoreDescription.inWords(value))));
        neverSaid.forEach(console::print);
        if (info.truth() != null) {
            info.truth().lines().forEach(console::print);
        }
        console.print("shard size     " + description.shardSize());
        console.print("calibration    "
                + (description.calibration() == null
                        ? "none"
                        : description.calibration().method()));
        info.quarantined().forEach(frame -> console.print("quarantined    " + frame.id() + ": " + frame.reason()));
    }
}
