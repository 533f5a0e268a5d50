package dev.understudy.cli.bench;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.FilterOptions.StoreOption;
import dev.understudy.cli.console.FrameOptions;
import dev.understudy.cli.console.JsonOption;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.labeler.filter.FilteredStore;
import dev.understudy.model.benchmark.Durations;
import dev.understudy.pipeline.filter.StorePolicies;
import dev.understudy.pipeline.filter.StorePolicies.FilterFile;
import dev.understudy.store.LabelStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code understudy bench filter}. */
@CommandLine.Command(
        name = "filter",
        description = "Measure how fast filter policies are applied to a label store, on one thread.",
        footer = {
            "",
            "Reading the store is included; pictures and depth are decoded before, as training needs them anyway.",
            "",
            "Examples:",
            "  understudy bench filter --store stores/nyud",
            "  understudy bench filter --store stores/nyud --policy best.yaml --policy 'threshold: {probability: 0.9}'"
        })
public final class BenchFilterCommand extends Command {
    private static final List<String> USUAL = List.of(
            "none",
            "threshold: {probability: 0.9}",
            "class-balanced",
            "class-balanced: {relabel: false}",
            "entropy-percentile: {drop: 0.2}",
            "margin: {least: 0.3}",
            "view-agreement",
            "flex-match",
            "soft-match",
            "boundary-band: {width: 4}",
            "small-regions",
            "label-edges",
            "straddling",
            "surface-vote",
            "surface-vote: {pool: product}");

    @Mixin
    private StoreOption store;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "A YAML file or the policy itself; may be given several times. All usual ones if not given.")
    private List<String> policies = USUAL;

    @Option(
            names = "--frames",
            defaultValue = "24",
            paramLabel = "N",
            description = "Frames to measure with, kept in memory; ${DEFAULT-VALUE} if not given.")
    private int count;

    @Option(
            names = "--seconds",
            defaultValue = "1",
            paramLabel = "S",
            description = "How long each policy is measured, at the least; ${DEFAULT-VALUE} if not given.")
    private double seconds;

    @Mixin
    private FrameOptions frames;

    @Mixin
    private JsonOption json;

    @Override
    protected int run(Console console) throws IOException {
        if (count < 1) {
            throw new ConfigurationException("--frames " + count + ": expected at least 1");
        }
        if (!(seconds >= 0 && seconds <= 3600)) {
            throw new ConfigurationException("--seconds " + seconds + ": expected 0 to 3600");
        }
        List<PolicyRate> rates = new ArrayList<>();
        try (LabelStore labels = LabelStore.open(store.path())) {
            FrameSource stored = stored(labels);
            List<Frame> decoded = new ArrayList<>();
            for (int i = 0; i < Math.min(count, stored.size()); i++) {
                decoded.add(stored.read(i));
            }
            for (String policy : policies) {
                FilteredStore filtered = StorePolicies.apply(FilterFile.read(policy, List.of()), labels, stored);
                PolicyRate rate = PolicyRate.measure(policy, filtered, decoded, 1000 * seconds);
                rates.add(rate);
                if (!json.isGiven()) {
                    show(console, rate, decoded.get(0));
                }
            }
        }
        if (json.isGiven()) {
            console.printJson(rates);
        }
        return ExitCode.DONE;
    }

    private FrameSource stored(LabelStore labels) throws IOException {
        Path manifest = frames.manifestOf(store.path());
        FrameSource stored = labels.labelled(new DiskFrameSource(Manifest.read(manifest, frames.split())));
        if (stored.size() == 0) {
            throw new ConfigurationException(store.path() + " holds no frame of " + manifest
                    + "; give the manifest that it was labelled from with --manifest");
        }
        return stored;
    }

    private static void show(Console console, PolicyRate rate, Frame first) {
        console.print(String.format(
                Locale.ROOT,
                "%-42s %7.0f frames/s %7.2f ms a frame of %dx%d",
                rate.policy(),
                rate.framesPerSecond(),
                rate.millis(),
                first.width(),
                first.height()));
    }

    /**
     * How fast one thread applies a policy to stored evidence: reading the shard, inflating the planes that the policy
     * asks for, judging. Pictures and depth are in memory: training decodes them anyway.
     *
     * @param policy as YAML
     * @param millis for a frame, the median over passes
     */
    record PolicyRate(String policy, int frames, int passes, double millis) {
        private static final int FEWEST_PASSES = 3;

        double framesPerSecond() {
            return 1000 / millis;
        }

        /** The first pass, in which statistics are gathered and code is compiled, does not count. */
        static PolicyRate measure(String policy, FilteredStore filtered, List<Frame> frames, double leastMillis) {
            frames.forEach(filtered::get);
            Durations passes = new Durations();
            int count = 0;
            for (double spent = 0; count < FEWEST_PASSES || spent < leastMillis; count++) {
                passes.time(() -> frames.forEach(filtered::get));
                spent += passes.last();
            }
            return new PolicyRate(policy, frames.size(), count, passes.median() / frames.size());
        }
    }
}
