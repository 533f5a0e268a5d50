package dev.understudy.cli.export;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.FrameOptions;
import dev.understudy.cli.console.JsonOption;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.DataException;
import dev.understudy.labeler.calibration.CalibratedStore;
import dev.understudy.labeler.filter.FilteredStore;
import dev.understudy.labeler.filter.Judgement;
import dev.understudy.labeler.filter.PolicyRecipe;
import dev.understudy.labeler.filter.PseudoLabel;
import dev.understudy.labeler.filter.SegmentQueue;
import dev.understudy.labeler.filter.SegmentQueue.PixelDoubt;
import dev.understudy.labeler.filter.SegmentQueue.QueuedSegment;
import dev.understudy.pipeline.RunObserver.Progress;
import dev.understudy.pipeline.filter.Provenance;
import dev.understudy.pipeline.filter.StorePolicies;
import dev.understudy.pipeline.filter.StorePolicies.FilterFile;
import dev.understudy.pipeline.filter.StorePolicies.OtherStores;
import dev.understudy.store.LabelStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code understudy store queue}. */
@CommandLine.Command(
        name = "queue",
        description = {
            "List the segments of a store whose correction should help most, and write just these as an archive for CVAT"
                    + " (\"Segmentation mask\"), each an object of its own; everything else there is background.",
            "A segment is worth the pixels that are expected to be wrong in it: by the policy's confidence, by the views that"
                    + " agreed, by other experts' stores; more if its class is rare.",
            ""
        },
        footer = {
            "",
            "queue.csv names the segments, worth most first: frame, object in the archive, class, pixels, box, expected wrong"
                    + " pixels. What is corrected comes back with 'understudy dataset import cvat'.",
            "",
            "Examples:",
            "  understudy store queue store/ --budget 200 --out review/",
            "  understudy store queue store/ --budget 200 --policy p.yaml \\",
            "      --other deeplab=store2/ --out review/",
            "  understudy dataset import cvat --archive task_7.zip \\",
            "      --manifest data/ --store store/ --out corrected/"
        })
public final class QueueCommand extends Command {
    private static final int MOST_SEGMENTS = 100_000;

    @CommandLine.Parameters(paramLabel = "DIR", description = "A complete label store.")
    private Path store;

    @Option(names = "--budget", required = true, paramLabel = "N", description = "Segments that people will correct.")
    private int budget;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "Folder for labels.zip and queue.csv; made if missing.")
    private Path out;

    @Option(
            names = "--policy",
            defaultValue = "none",
            paramLabel = "FILE",
            description =
                    "Whose answers and confidence count: a YAML file, or the policy itself. ${DEFAULT-VALUE} if not"
                            + " given.")
    private String policy;

    @Mixin
    private FrameOptions frames;

    @Option(
            names = "--other",
            paramLabel = "NAME=DIR",
            description = "A store of the same frames by another expert; where it differs, a label is doubted.")
    private Map<String, Path> others = Map.of();

    @Option(
            names = "--smallest",
            defaultValue = "64",
            paramLabel = "PIXELS",
            description = "Segments that are smaller are left alone; ${DEFAULT-VALUE} if not given.")
    private int smallest;

    @Option(
            names = "--rarity",
            defaultValue = "0.25",
            paramLabel = "SHARE",
            description =
                    "0–1, how much it counts that a class is rare; 0 removes most wrong pixels. ${DEFAULT-VALUE} if"
                            + " not given.")
    private double rarity;

    @Option(
            names = "--simulate",
            description =
                    "Of annotated frames: also tell how many wrong pixels a perfect corrector would remove, against"
                            + " segments in random order and the largest segments. The annotation is not used for the queue.")
    private boolean simulate;

    @Mixin
    private JsonOption json;

    /**
     * What was written.
     *
     * @param expectedWrong pixels in the queue
     * @param simulation null if it was not asked for
     */
    record Summary(
            String archive,
            int segments,
            int frames,
            double expectedWrong,
            @Nullable Simulation simulation) {}

    /**
     * What a perfect corrector removes.
     *
     * @param wrong wrong pixels in all segments that are large enough
     * @param of segments that are large enough
     * @param removed wrong pixels in the queue
     * @param perSegment wrong pixels in a segment of the queue, on average
     * @param perRandomSegment the same of all segments, what a random order gives
     * @param perLargestSegment the same of the largest segments, as many as are in the queue
     * @param wrongShare of the queue's pixels, 0–1
     * @param randomWrongShare of all segments' pixels
     * @param largestWrongShare of the largest segments' pixels
     */
    record Simulation(
            long wrong,
            long of,
            long removed,
            double perSegment,
            double perRandomSegment,
            double perLargestSegment,
            double wrongShare,
            double randomWrongShare,
            double largestWrongShare) {
        static Simulation of(SegmentQueue queue, List<QueuedSegment> best) {
            long removed = wrong(best);
            List<QueuedSegment> largest = queue.largest();
            return new Simulation(
                    queue.wrong(),
                    queue.segments(),
                    removed,
                    (double) removed / best.size(),
                    (double) queue.wrong() / queue.segments(),
                    (double) wrong(largest) / largest.size(),
                    (double) removed / pixels(best),
                    (double) queue.wrong() / queue.area(),
                    (double) wrong(largest) / pixels(largest));
        }

        private static long wrong(List<QueuedSegment> segments) {
            return segments.stream().mapToLong(QueuedSegment::wrong).sum();
        }

        private static long pixels(List<QueuedSegment> segments) {
            return segments.stream().mapToLong(QueuedSegment::pixels).sum();
        }

        List<String> lines() {
            return List.of(
                    String.format(
                            Locale.ROOT,
                            "corrected by the annotation: %d of %d wrong pixels removed, %.0f a segment, %.1f %% of the"
                                    + " segments' pixels",
                            removed,
                            wrong,
                            perSegment,
                            100 * wrongShare),
                    String.format(
                            Locale.ROOT,
                            "in random order: %.0f a segment, %.1f %% of the pixels, over %d segments; of the largest ones"
                                    + " %.0f a segment, %.1f %%",
                            perRandomSegment,
                            100 * randomWrongShare,
                            of,
                            perLargestSegment,
                            100 * largestWrongShare));
        }
    }

    @Override
    protected int run(Console console) throws IOException {
        check();
        PolicyRecipe recipe = FilterFile.read(policy, List.of());
        try (LabelStore labels = LabelStore.open(store);
                OtherStores compared = OtherStores.open(others)) {
            ClassSpace classes = StorePolicies.classSpace(labels);
            Manifest manifest = Manifest.read(frames.manifestOf(store), frames.split());
            FrameSource stored = labels.labelled(new DiskFrameSource(manifest));
            FilteredStore filtered = StorePolicies.apply(recipe, labels, stored, compared);
            PixelDoubt doubt = new PixelDoubt(
                    new CalibratedStore(labels), compared.byName().values());
            SegmentQueue queue = new SegmentQueue(budget, smallest, rarity);
            try (Progress progress = console.progress("queue", stored.size())) {
                IntStream.range(0, stored.size()).parallel().forEach(index -> {
                    Frame frame = stored.read(index);
                    Judgement judgement = filtered.judge(frame);
                    queue.add(index, judgement, doubt.of(frame, judgement), simulate ? truth(frame, classes) : null);
                    progress.step(1);
                });
            }
            List<QueuedSegment> best = queue.best();
            if (best.isEmpty()) {
                throw new DataException(store + ": found no segment of at least " + smallest + " pixels in "
                        + stored.size() + " frames; give a smaller --smallest, or check --manifest");
            }
            Map<Integer, List<QueuedSegment>> byFrame = new LinkedHashMap<>();
            best.forEach(segment -> byFrame.computeIfAbsent(segment.frame(), key -> new ArrayList<>())
                    .add(segment));
            Provenance made = Provenance.of(labels, recipe);
            List<Integer> order = List.copyOf(byFrame.keySet());
            Path archive = new CvatLabels()
                    .write(
                            out,
                            classes,
                            made,
                            IntStream.range(0, order.size())
                                    .mapToObj(i -> queued(
                                            i,
                                            manifest.folder(),
                                            stored.read(order.get(i)),
                                            filtered,
                                            byFrame.get(order.get(i))))
                                    .iterator());
            AtomicFile.write(out.resolve("queue.csv"), csv(best, byFrame, stored, classes));
            report(console, archive, best, byFrame.size(), queue);
        }
        return ExitCode.DONE;
    }

    private void check() {
        if (budget < 1 || budget > MOST_SEGMENTS) {
            throw new ConfigurationException("--budget " + budget + ": expected 1–" + MOST_SEGMENTS);
        }
        if (smallest < 1) {
            throw new ConfigurationException("--smallest " + smallest + ": expected at least 1");
        }
        if (!(rarity >= 0 && rarity <= 1)) {
            throw new ConfigurationException("--rarity " + rarity + ": expected 0–1");
        }
    }

    private static LabelMap truth(Frame frame, ClassSpace classes) {
        LabelMap truth = frame.segmentation();
        if (truth == null || !classes.name().equals(frame.record().classes())) {
            throw new DataException("--simulate: frame " + frame.id() + ": found "
                    + (truth == null
                            ? "no annotation"
                            : "annotation in " + frame.record().classes())
                    + ", expected one in " + classes.name() + "; give a manifest of annotated frames");
        }
        return truth;
    }

    /** Just the queued segments of a frame, each an object of its own. */
    private static LabelledFrame queued(
            int place, Path folder, Frame frame, FilteredStore filtered, List<QueuedSegment> segments) {
        Judgement judgement = filtered.judge(frame);
        int[] region = SegmentQueue.regions(judgement).region();
        Map<Integer, Integer> numbers = new HashMap<>();
        segments.forEach(segment -> numbers.put(segment.region(), numbers.size() + 1));
        byte[] labels = new byte[region.length];
        byte[] objects = new byte[region.length];
        float[] weights = new float[region.length];
        Arrays.fill(labels, (byte) LabelMap.IGNORE);
        for (int i = 0; i < region.length; i++) {
            Integer number = numbers.get(region[i]);
            if (number != null) {
                labels[i] = judgement.classes()[i];
                objects[i] = (byte) object(number);
                weights[i] = 1;
            }
        }
        return new LabelledFrame(
                place,
                frame.record(),
                folder,
                new PseudoLabel(new LabelMap(frame.width(), frame.height(), labels), weights),
                judgement.meanConfidence(),
                new LabelMap(frame.width(), frame.height(), objects));
    }

    /** A picture has room for this many objects; further ones share their numbers. */
    private static int object(int number) {
        return (number - 1) % CvatLabels.MOST_OBJECTS + 1;
    }

    private static String csv(
            List<QueuedSegment> best,
            Map<Integer, List<QueuedSegment>> byFrame,
            FrameSource stored,
            ClassSpace classes) {
        StringBuilder csv = new StringBuilder("frame,object,class,pixels,left,top,width,height,expected_wrong\n");
        for (QueuedSegment segment : best) {
            csv.append(String.format(
                    Locale.ROOT,
                    "%s,%d,%s,%d,%d,%d,%d,%d,%.1f\n",
                    quoted(stored.record(segment.frame()).id()),
                    object(byFrame.get(segment.frame()).indexOf(segment) + 1),
                    quoted(classes.className(segment.label())),
                    segment.pixels(),
                    segment.left(),
                    segment.top(),
                    segment.right() - segment.left() + 1,
                    segment.bottom() - segment.top() + 1,
                    segment.doubt()));
        }
        return csv.toString();
    }

    private static String quoted(String text) {
        return text.contains(",") || text.contains("\"") ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }

    private void report(Console console, Path archive, List<QueuedSegment> best, int inFrames, SegmentQueue queue) {
        Simulation simulation = null;
        if (simulate) {
            simulation = Simulation.of(queue, best);
        }
        double expected = best.stream().mapToDouble(QueuedSegment::doubt).sum();
        Summary summary = new Summary(archive.toString(), best.size(), inFrames, expected, simulation);
        if (json.isGiven()) {
            console.printJson(summary);
            return;
        }
        console.print(String.format(
                Locale.ROOT,
                "%d segments in %d frames, %.0f pixels of them expected to be wrong; %s",
                best.size(),
                inFrames,
                expected,
                archive));
        if (simulation != null) {
            simulation.lines().forEach(console::print);
        }
    }
}
