package dev.understudy.cli.dataset;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.FrameOptions;
import dev.understudy.cli.report.FrameView;
import dev.understudy.cli.report.PageOptions;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.evidence.DepthEvidence;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.files.DataException;
import dev.understudy.labeler.filter.FilteredStore;
import dev.understudy.labeler.filter.Judgement;
import dev.understudy.pipeline.RunObserver.Progress;
import dev.understudy.pipeline.filter.StorePolicies;
import dev.understudy.pipeline.filter.StorePolicies.FilterFile;
import dev.understudy.store.LabelStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code understudy store show}. */
@CommandLine.Command(
        name = "show",
        description = {
            "Make pages to leaf through a store: pictures, the expert's labels, how likely they are right, and its depth; the"
                    + " frames with the least reliability first, with filters by class and by reliability. index.html works"
                    + " without a server; its pictures stand beside it.",
            ""
        },
        footer = {
            "",
            "A frame's reliability is the mean over its labelled pixels: what 'calibrate --method learned' has learned of them,"
                    + " or else the expert's own probability.",
            "",
            "Examples:",
            "  understudy store show store/ --out pages",
            "  understudy store show store/ --policy p.yaml --frames 200 \\",
            "      --out pages"
        })
public final class ShowStoreCommand extends Command {
    private static final EvidencePlanes DEPTH = new EvidencePlanes(1, false, false, true);
    private static final String LABELS = "labels";
    private static final String KEPT = "kept";
    private static final String RELIABILITY = "reliability";
    private static final String TRUTH = "annotation";
    private static final String DEPTH_CAPTION = "depth";

    @Parameters(paramLabel = "DIR", description = "The store.")
    private Path store;

    @Mixin
    private PageOptions pages;

    @Mixin
    private FrameOptions frameOptions;

    @Option(names = "--frames", paramLabel = "N", description = "How many, the worst; all if not given.")
    private @Nullable Integer frames;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description =
                    "Also show what a policy keeps, and order by its confidence: a YAML file, or the policy itself.")
    private @Nullable String policy;

    @Override
    protected int run(Console console) throws IOException {
        if (frames != null && frames < 1) {
            throw new ConfigurationException("--frames " + frames + ": expected at least 1");
        }
        int width = pages.width();
        try (LabelStore labels = LabelStore.open(store)) {
            Manifest manifest = Manifest.read(frameOptions.manifestOf(store), frameOptions.split())
                    .filter(frame -> pages.asksFor(frame.id()));
            FrameSource stored = labels.labelled(new DiskFrameSource(manifest));
            pages.requireAll(
                    IntStream.range(0, stored.size())
                            .mapToObj(i -> stored.record(i).id())
                            .toList(),
                    store.toString());
            if (stored.size() == 0) {
                throw new DataException(store + ": none of its " + labels.ids().size()
                        + " frames is in the manifest; check --manifest and --split");
            }
            ClassSpace classes = labels.classSpace();
            FilteredStore judged = classes == null ? null : judged(labels, stored);
            boolean whole = pages.write(
                    pages.head(
                            store.toString(),
                            lead(labels, stored.size(), judged != null),
                            judged == null ? null : RELIABILITY,
                            List.of(FrameView.PICTURE, LABELS, KEPT, RELIABILITY, TRUTH, DEPTH_CAPTION)),
                    classes,
                    chosen(stored, judged, console),
                    number -> view(stored.read(number), labels, classes, judged, width),
                    console);
            return whole ? ExitCode.DONE : ExitCode.BAD_DATA;
        }
    }

    private FilteredStore judged(LabelStore labels, FrameSource stored) {
        return policy == null
                ? StorePolicies.mostReliable(labels, stored)
                : StorePolicies.apply(FilterFile.read(policy, List.of()), labels, stored);
    }

    private String lead(LabelStore labels, int found, boolean ordered) {
        return (frames == null || frames >= found ? found : frames) + " of "
                + labels.totals().frames() + " frames"
                + (ordered ? ", the least reliable first. Reliability: dark is low, bright is high." : ".")
                + " Depth: near is dark, far is bright.";
    }

    /** The worst that are asked for, by reading the evidence of all; as they come where nothing tells. */
    private List<Integer> chosen(FrameSource stored, @Nullable FilteredStore judged, Console console) {
        if (frames == null || frames >= stored.size()) {
            return IntStream.range(0, stored.size()).boxed().toList();
        }
        if (judged == null) {
            return IntStream.range(0, frames).boxed().toList();
        }
        double[] reliability = new double[stored.size()];
        try (Progress progress = console.progress("rank", stored.size())) {
            IntStream.range(0, stored.size()).parallel().forEach(i -> {
                reliability[i] = judged.judge(stored.read(i)).meanConfidence();
                progress.step(1);
            });
        }
        return IntStream.range(0, stored.size())
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(i -> reliability[i]).thenComparing(i -> i))
                .limit(frames)
                .toList();
    }

    private FrameView view(
            Frame frame, LabelStore labels, @Nullable ClassSpace classes, @Nullable FilteredStore judged, int width) {
        FrameView view = new FrameView(frame, width);
        if (classes != null && judged != null) {
            Judgement judgement = judged.judge(frame);
            LabelMap answers = new LabelMap(frame.width(), frame.height(), judgement.classes());
            view.labels(LABELS, answers, classes)
                    .share(RELIABILITY, judgement.confidence())
                    .value(judgement.meanConfidence());
            if (policy != null) {
                LabelMap kept = judgement.kept().labels();
                view.others(KEPT, kept, classes).fact(percent(keptShare(kept)) + " kept");
            }
            if (frame.segmentation() != null
                    && classes.name().equals(frame.record().classes())) {
                view.others(TRUTH, frame.segmentation(), classes)
                        .fact(percent(FrameView.right(answers, frame.segmentation())) + " right");
            }
        }
        Evidence evidence = labels.description().hasDepth() ? labels.get(frame.id(), DEPTH) : null;
        DepthEvidence depth = evidence == null ? null : evidence.depth();
        if (evidence != null && depth != null) {
            if (evidence.width() != frame.width() || evidence.height() != frame.height()) {
                throw new DataException("frame " + frame.id() + " is " + frame.width() + "×" + frame.height() + ", but "
                        + evidence.width() + "×" + evidence.height()
                        + " in the store; its picture has changed since it was labelled");
            }
            view.depth(DEPTH_CAPTION, new DepthMap(evidence.width(), evidence.height(), depth.metres()));
        }
        return view;
    }

    private static double keptShare(LabelMap kept) {
        return IntStream.range(0, kept.classes().length)
                .mapToDouble(i -> kept.classAt(i) == LabelMap.IGNORE ? 0 : 1)
                .average()
                .orElse(0);
    }

    private static String percent(double share) {
        return Double.isNaN(share) ? "–" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}
