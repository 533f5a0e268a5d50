package dev.understudy.cli.export;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.FilterOptions;
import dev.understudy.cli.console.JsonOption;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.labeler.filter.FilteredStore;
import dev.understudy.labeler.filter.Judgement;
import dev.understudy.labeler.filter.PolicyRecipe;
import dev.understudy.pipeline.RunObserver.Progress;
import dev.understudy.pipeline.filter.Provenance;
import dev.understudy.pipeline.filter.StorePolicies;
import dev.understudy.pipeline.filter.StorePolicies.OtherStores;
import dev.understudy.store.LabelStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code understudy export labels}. */
@CommandLine.Command(
        name = "labels",
        description = {
            "Write a store's labels as a policy keeps them, in a format that other tools read:",
            "coco        labels.json: segments as run lengths, with area, box and mean weight",
            "webdataset  tar shards of picture, labels, weights, depth and JSON",
            "cvat        labels.zip, CVAT's \"Segmentation mask\", to be corrected there",
            "'understudy filter' writes PNGs and a list.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  understudy export labels --store store/ --policy none \\",
            "      --format coco --out coco/",
            "  understudy export labels --store store/ --policy p.yaml \\",
            "      --format webdataset --frames-per-shard 500 --out shards/",
            "  understudy export labels --store store/ --policy none \\",
            "      --format cvat --out review/"
        })
public final class ExportLabelsCommand extends Command {
    /** What {@code --format} may say. */
    public enum Format {
        COCO,
        WEBDATASET,
        CVAT
    }

    @Mixin
    private FilterOptions options;

    @Option(names = "--format", required = true, paramLabel = "NAME", description = "coco, webdataset or cvat.")
    private Format format;

    @Option(
            names = "--frames-per-shard",
            defaultValue = "1000",
            paramLabel = "N",
            description = "Frames in a tar of webdataset; ${DEFAULT-VALUE} if not given.")
    private int framesPerShard;

    @Mixin
    private JsonOption json;

    /** What was written. */
    record Summary(int frames, String file) {}

    @Override
    protected int run(Console console) throws IOException {
        if (framesPerShard < 1) {
            throw new ConfigurationException("--frames-per-shard " + framesPerShard + ": expected at least 1");
        }
        PolicyRecipe recipe = options.recipe();
        try (LabelStore labels = LabelStore.open(options.store());
                OtherStores compared = OtherStores.open(options.others())) {
            ClassSpace classes = StorePolicies.classSpace(labels);
            Manifest manifest = Manifest.read(options.manifest(), options.split());
            FrameSource stored = labels.labelled(new DiskFrameSource(manifest));
            FilteredStore filtered = StorePolicies.apply(recipe, labels, stored, compared);
            Provenance made = Provenance.of(labels, recipe);
            Path written;
            try (Progress progress = console.progress("export", stored.size())) {
                written = writer().write(
                                options.out(),
                                classes,
                                made,
                                new LabelledFrames(manifest.folder(), stored, filtered, progress));
            }
            Summary summary = new Summary(stored.size(), written.toString());
            if (json.isGiven()) {
                console.printJson(summary);
            } else {
                console.print(summary.frames() + " frames; " + summary.file());
            }
        }
        return ExitCode.DONE;
    }

    private LabelFormat writer() {
        return switch (format) {
            case COCO -> new CocoLabels();
            case WEBDATASET -> new WebDatasetLabels(framesPerShard);
            case CVAT -> new CvatLabels();
        };
    }

    /**
     * Frames in their order with what a policy makes of them, some of them side by side ahead of whoever takes them.
     */
    private static final class LabelledFrames implements Iterator<LabelledFrame> {
        private static final int AHEAD = 2 * Runtime.getRuntime().availableProcessors();

        private final Path folder;
        private final FrameSource frames;
        private final FilteredStore labels;
        private final Progress progress;
        private final Queue<LabelledFrame> ready = new ArrayDeque<>();
        private int next;

        LabelledFrames(Path folder, FrameSource frames, FilteredStore labels, Progress progress) {
            this.folder = folder;
            this.frames = frames;
            this.labels = labels;
            this.progress = progress;
        }

        @Override
        public boolean hasNext() {
            return !ready.isEmpty() || next < frames.size();
        }

        @Override
        public LabelledFrame next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            if (ready.isEmpty()) {
                int end = Math.min(frames.size(), next + AHEAD);
                ready.addAll(IntStream.range(next, end)
                        .parallel()
                        .mapToObj(this::labelled)
                        .toList());
                next = end;
            }
            progress.step(1);
            return ready.remove();
        }

        private LabelledFrame labelled(int index) {
            Frame frame = frames.read(index);
            Judgement judgement = labels.judge(frame);
            return new LabelledFrame(index, frame.record(), folder, judgement.kept(), judgement.meanConfidence(), null);
        }
    }

    /** A way in which other tools keep labels. */
    interface LabelFormat {
        /**
         * Writes all frames into a folder. The same frames give the same bytes. A file appears whole or not at all.
         *
         * @param frames in their order; each is held only until the next is taken
         * @return what a user should open first
         */
        Path write(Path out, ClassSpace classes, Provenance made, Iterator<LabelledFrame> frames) throws IOException;
    }
}
