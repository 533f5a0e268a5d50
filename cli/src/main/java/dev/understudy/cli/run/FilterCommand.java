package dev.understudy.cli.run;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.FilterOptions;
import dev.understudy.cli.console.JsonOption;
import dev.understudy.conf.ConfigurationWriter;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.files.AtomicFile;
import dev.understudy.labeler.filter.PolicyRecipe;
import dev.understudy.pipeline.RunObserver.Progress;
import dev.understudy.pipeline.filter.FilteredExport;
import dev.understudy.pipeline.filter.Provenance;
import dev.understudy.pipeline.filter.StorePolicies;
import dev.understudy.pipeline.filter.StorePolicies.OtherStores;
import dev.understudy.pipeline.filter.TruthScores;
import dev.understudy.store.LabelStore;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/** {@code understudy filter}. */
@CommandLine.Command(
        name = "filter",
        description =
                "Write a store's labels as a policy keeps them: PNG labels (255 = dropped), PNG weights, and the"
                        + " tab-separated list that other trainers, and 'dataset import list', read. Runs no expert. Where frames are annotated, says how right the kept labels are.",
        footer = {
            "",
            "surface-vote makes labels better on rendered rooms and worse on real frames: on NYUDv2 and CamVid, by the mean and"
                    + " by the product, its ranking is worse beyond noise than the expert's own confidence, and so is that"
                    + " of boundary-band; straddling and label-edges gain nothing there. 'ablate --select' tells what helps"
                    + " on frames of yours; on real ones so far: repair, then reliability.",
            "",
            "Examples:",
            "  understudy filter --store store/ --policy none --out labels/",
            "  understudy filter --store store/ --policy 'threshold: {probability: 0.8}' --out labels/",
            "  understudy filter --store store/ --policy policy.yaml --out labels/",
            "  understudy filter --store store/ --policy 'reliability: {least: 0.7}' --out labels/",
            "  understudy filter --store store/ --policy 'promise: {wrong: 0.1, confidence: 0.9, examples: rooms/}' --out"
                    + " labels/",
            "  understudy filter --store store/ --other student=students/ --policy 'agreement-with: {store: student}'"
                    + " --out labels/"
        })
public final class FilterCommand extends Command {
    @Mixin
    private FilterOptions options;

    @Mixin
    private JsonOption json;

    /** @param neverSaid classes that the labels could have and the store's expert cannot say */
    record Kept(
            int frames,
            double keptShare,
            @Nullable TruthScores truth,
            String list,
            String root,
            List<String> neverSaid) {
        static Kept of(FilteredExport.Summary summary, List<String> neverSaid) {
            return new Kept(
                    summary.frames(), summary.keptShare(), summary.truth(), summary.list(), summary.root(), neverSaid);
        }
    }

    @Override
    protected int run(Console console) throws IOException {
        PolicyRecipe recipe = options.recipe();
        try (LabelStore labels = LabelStore.open(options.store());
                OtherStores compared = OtherStores.open(options.others())) {
            ClassSpace classes = StorePolicies.classSpace(labels);
            Manifest manifest = Manifest.read(options.manifest(), options.split());
            FrameSource stored = labels.labelled(new DiskFrameSource(manifest));
            FilteredExport export = new FilteredExport(
                    StorePolicies.apply(recipe, labels, stored, compared),
                    classes,
                    new TruthScores.Counter(labels, classes),
                    Provenance.of(labels, recipe),
                    options.out());
            FilteredExport.Summary summary;
            try (Progress progress = console.progress("filter", stored.size())) {
                summary = export.write(manifest.folder(), stored, progress);
            }
            AtomicFile.write(options.out().resolve("policy.yaml"), ConfigurationWriter.toYaml((Record) recipe));
            show(console, summary, labels);
        }
        return ExitCode.DONE;
    }

    private void show(Console console, FilteredExport.Summary summary, LabelStore labels) {
        if (json.isGiven()) {
            console.printJson(Kept.of(summary, StorePolicies.neverSaid(labels)));
        } else {
            console.print(String.format(
                    Locale.ROOT,
                    "%d frames, %.1f %% of the pixels kept; %s, with paths relative to %s",
                    summary.frames(),
                    100 * summary.keptShare(),
                    summary.list(),
                    summary.root()));
            if (summary.truth() != null) {
                summary.truth().lines().forEach(console::print);
            }
            StorePolicies.neverSaidInWords(labels).forEach(console::print);
        }
    }
}
