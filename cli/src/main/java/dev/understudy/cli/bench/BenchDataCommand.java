package dev.understudy.cli.bench;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.Console.CountedProgress;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.JsonOption;
import dev.understudy.cli.console.PictureSize;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.evidence.EvidencePlanes;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.FrameRules;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.NormalFiles;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.dataset.imports.ImportRun.ImportSummary;
import dev.understudy.dataset.imports.ListImport;
import dev.understudy.dataset.imports.ListImportOptions;
import dev.understudy.dataset.imports.ListImportOptions.Source;
import dev.understudy.scenes.DatasetRenderer;
import dev.understudy.scenes.RenderOptions;
import dev.understudy.scenes.RenderOptions.SceneKind;
import dev.understudy.scenes.RenderPlan;
import dev.understudy.store.LabelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code understudy bench data}. */
@CommandLine.Command(
        name = "data",
        description = "Measure how fast frames are decoded, imported, and fed to training.",
        footer = {
            "",
            "Without --manifest, rendered rooms with sensor noise are measured. The training loader gives out crops with"
                    + " all annotations: first decoding every frame, then with the decoded ones kept as far as there is"
                    + " room in memory, then with all kept on disk.",
            "",
            "Examples:",
            "  understudy bench data",
            "  understudy bench data --manifest data/nyud --workers 2 --cache 512",
            "  understudy bench data --store stores/nyud"
        })
public final class BenchDataCommand extends Command {
    @Option(
            names = "--manifest",
            paramLabel = "FILE",
            description = "Frames to measure instead of rendered ones, all with labels and depth.")
    private @Nullable Path manifest;

    @Option(
            names = "--size",
            defaultValue = "640x480",
            paramLabel = "WxH",
            description = "Size of rendered frames; ${DEFAULT-VALUE} if not given.")
    private String size;

    @Option(
            names = "--frames",
            defaultValue = "96",
            paramLabel = "N",
            description = "Frames to measure with; ${DEFAULT-VALUE} if not given.")
    private int frames;

    @Option(
            names = "--crop",
            defaultValue = "400x400",
            paramLabel = "WxH",
            description = "Of the training loader; ${DEFAULT-VALUE} if not given.")
    private String crop;

    @Option(names = "--workers", defaultValue = "0", description = "Loader threads; all processors if not given.")
    private int workers;

    @Option(
            names = "--cache",
            defaultValue = "512",
            paramLabel = "MB",
            description = "Decoded frames that the loader may keep; ${DEFAULT-VALUE} if not given.")
    private int cache;

    @Option(
            names = "--store",
            paramLabel = "DIR",
            description = "Measure this label store instead: reading labels in sequence and in random order.")
    private @Nullable Path store;

    @Mixin
    private JsonOption json;

    /** All that was measured. */
    record Result(
            String frames,
            List<DecodeTimes.Line> decode,
            ImportRate imports,
            String crop,
            int workers,
            LoaderRate loaderDecoding,
            LoaderRate loaderKept,
            LoaderRate loaderKeptOnDisk) {}

    @Override
    protected int run(Console console) throws IOException, InterruptedException {
        if (frames < 1 || workers < 0 || cache < 0) {
            throw new ConfigurationException("--frames " + frames + ", --workers " + workers + ", --cache " + cache
                    + ": expected at least 1 frame, and no negative numbers");
        }
        if (store != null) {
            show(console, StoreRate.measure(store));
            return ExitCode.DONE;
        }
        try (ScratchFolder scratch = ScratchFolder.create()) {
            Manifest measured = manifest == null ? render(console, scratch) : given(manifest);
            show(console, measure(measured, scratch));
        }
        return ExitCode.DONE;
    }

    private Manifest render(Console console, ScratchFolder scratch) throws IOException, InterruptedException {
        PictureSize pixels = PictureSize.parse(size);
        RenderOptions options =
                new RenderOptions(SceneKind.ROOMS, pixels.width(), pixels.height(), 1, 4, false, 1, 1, 0.5, 0);
        Path folder = scratch.resolve("rooms");
        try (CountedProgress progress = new CountedProgress(console, "render")) {
            new DatasetRenderer(RenderPlan.annotated(options, frames), folder).render(progress::at);
        }
        return Manifest.read(folder);
    }

    private Manifest given(Path path) {
        Manifest all = Manifest.read(path).filter(frame -> frame.depth() != null && frame.segmentation() != null);
        if (all.size() == 0) {
            throw new ConfigurationException("--manifest " + path
                    + ": no frame has labels and depth, which the training loader is measured with");
        }
        return Manifest.of(all.folder(), all.frames().subList(0, Math.min(frames, all.size())));
    }

    private Result measure(Manifest measured, ScratchFolder scratch) throws IOException {
        int threads = workers == 0 ? Runtime.getRuntime().availableProcessors() : workers;
        PictureSize window = PictureSize.parse(crop);
        List<DecodeTimes.Line> decode = DecodeTimes.measure(measured, scratch);
        ImportRate imports = ImportRate.measure(measured, scratch);
        List<LoaderRate> loader = LoaderRate.measure(measured, window, threads, cache, scratch.resolve("cache"));
        return new Result(
                manifest == null ? "rendered rooms of " + size : manifest.toString(),
                decode,
                imports,
                crop,
                threads,
                loader.get(0),
                loader.get(1),
                loader.get(2));
    }

    private void show(Console console, StoreRate rate) {
        if (json.isGiven()) {
            console.printJson(rate);
        } else {
            console.print(String.format(
                    Locale.ROOT,
                    "%s: %d frames, labels in sequence %.0f frames/s, in random order %.0f, %.2f of that",
                    rate.store(),
                    rate.frames(),
                    rate.inSequence(),
                    rate.inRandomOrder(),
                    rate.ratio()));
        }
    }

    private void show(Console console, Result result) {
        if (json.isGiven()) {
            console.printJson(result);
            return;
        }
        List<String> lines = new ArrayList<>();
        lines.add(result.frames);
        for (DecodeTimes.Line line : result.decode) {
            lines.add(String.format(
                    Locale.ROOT, "%-28s %7.2f ms  %6.0f kB", line.format(), line.millis(), line.bytes() / 1e3));
        }
        lines.add(String.format(
                Locale.ROOT,
                "%-28s %7.1f frames/s, %d frames, decoded, checked and copied",
                "import list",
                result.imports.framesPerSecond(),
                result.imports.frames()));
        String how = ", crops of " + result.crop + " on " + result.workers + " threads";
        lines.add(line("training loader, decoding", result.loaderDecoding) + how);
        lines.add(line("training loader, cached", result.loaderKept) + how);
        lines.add(line("training loader, on disk", result.loaderKeptOnDisk) + how);
        lines.forEach(console::print);
    }

    private static String line(String name, LoaderRate rate) {
        return String.format(
                Locale.ROOT,
                "%-28s %7.1f frames/s, %.1f ms of processor time a frame, %d %% decoded",
                name,
                rate.framesPerSecond(),
                rate.processorMillis(),
                Math.round(100.0 * rate.decoded() / rate.frames()));
    }

    /** How fast {@code dataset import list} is with pictures, labels and depth: all decoded and checked, and copied. */
    record ImportRate(int frames, double framesPerSecond) {
        static ImportRate measure(Manifest manifest, ScratchFolder scratch) throws IOException {
            StringBuilder lines = new StringBuilder();
            for (FrameRecord frame : manifest.frames()) {
                lines.append(frame.rgb())
                        .append('\t')
                        .append(frame.segmentation())
                        .append('\t')
                        .append(frame.depth());
                lines.append('\n');
            }
            Path list = Files.writeString(scratch.resolve("list.tsv"), lines);
            FrameRecord first = manifest.frames().get(0);
            ListImportOptions options = ListImportOptions.of(
                            manifest.folder(), scratch.resolve("imported"), List.of(Source.ofList(null, list)))
                    .classes(Objects.requireNonNull(first.classes()))
                    .depthScale(Objects.requireNonNull(first.depthScale()))
                    .maxPixels(Integer.MAX_VALUE)
                    .build();
            long start = System.nanoTime();
            ImportSummary summary = ListImport.run(options, (done, total) -> {});
            return new ImportRate(summary.frames(), summary.frames() / ((System.nanoTime() - start) * 1e-9));
        }
    }

    /**
     * How fast labels come out of a store on one thread. Sequence and random order take turns, each with the store
     * opened anew, so that what else the machine does falls on both.
     *
     * @param inSequence frames a second in the store's order
     * @param inRandomOrder frames a second in another
     */
    record StoreRate(String store, int frames, double inSequence, double inRandomOrder) {
        private static final int ROUNDS = 4;

        /** The first round warms up and does not count. */
        static StoreRate measure(Path store) {
            double[] seconds = new double[2];
            List<String> ids = List.of();
            for (int round = 0; round < ROUNDS; round++) {
                for (int order = 0; order < 2; order++) {
                    try (LabelStore labels = LabelStore.open(store)) {
                        ids = new ArrayList<>(labels.ids());
                        if (order == 1) {
                            Collections.shuffle(ids, new Random(round));
                        }
                        long start = System.nanoTime();
                        ids.forEach(id -> labels.get(id, EvidencePlanes.LABELS));
                        seconds[order] += round == 0 ? 0 : (System.nanoTime() - start) * 1e-9;
                    }
                }
            }
            double read = (double) ids.size() * (ROUNDS - 1);
            return new StoreRate(store.toString(), ids.size(), read / seconds[0], read / seconds[1]);
        }

        /** Random order ÷ sequence. */
        double ratio() {
            return inRandomOrder / inSequence;
        }
    }

    /**
     * How long files of each kind take to decode on one thread, header checks included, from the system's file cache.
     */
    private static final class DecodeTimes {
        private static final int FILES = 24;
        private static final int WARM_UP = 3;
        private static final int ROUNDS = 5;
        private static final float JPEG_QUALITY = 0.9f;

        private DecodeTimes() {}

        /**
         * A kind of file.
         *
         * @param millis median over files and rounds
         * @param bytes mean size
         */
        record Line(String format, double millis, double bytes) {}

        /** The pictures are measured as PNG and as JPEG, whichever they are. */
        static List<Line> measure(Manifest manifest, ScratchFolder scratch) throws IOException {
            List<FrameRecord> frames = manifest.frames().subList(0, Math.min(FILES, manifest.size()));
            List<Path> png = new ArrayList<>();
            List<Path> jpeg = new ArrayList<>();
            List<Path> depth = new ArrayList<>();
            List<Path> labels = new ArrayList<>();
            List<Path> normals = new ArrayList<>();
            for (FrameRecord frame : frames) {
                RgbImage rgb = RgbFiles.read(FrameRules.resolve(manifest.folder(), frame.rgb()));
                png.add(scratch.resolve("decode" + png.size() + ".png"));
                jpeg.add(scratch.resolve("decode" + jpeg.size() + ".jpg"));
                RgbFiles.writePng(png.get(png.size() - 1), rgb);
                RgbFiles.writeJpeg(jpeg.get(jpeg.size() - 1), rgb, JPEG_QUALITY);
                depth.add(FrameRules.resolve(manifest.folder(), Objects.requireNonNull(frame.depth())));
                labels.add(FrameRules.resolve(manifest.folder(), Objects.requireNonNull(frame.segmentation())));
                if (frame.normals() != null) {
                    normals.add(FrameRules.resolve(manifest.folder(), frame.normals()));
                }
            }
            List<Line> lines = new ArrayList<>();
            lines.add(line("RGB, JPEG", jpeg, RgbFiles::read));
            lines.add(line("RGB, PNG", png, RgbFiles::read));
            lines.add(line("depth, 16-bit PNG", depth, file -> DepthFiles.read(file, 1000)));
            lines.add(line("labels, 8-bit PNG", labels, LabelFiles::read));
            if (!normals.isEmpty()) {
                lines.add(line("normals, PNG", normals, NormalFiles::read));
            }
            return lines;
        }

        private static Line line(String format, List<Path> files, Consumer<Path> decode) throws IOException {
            List<Double> millis = new ArrayList<>();
            for (int round = -WARM_UP; round < ROUNDS; round++) {
                for (Path file : files) {
                    long start = System.nanoTime();
                    decode.accept(file);
                    if (round >= 0) {
                        millis.add((System.nanoTime() - start) * 1e-6);
                    }
                }
            }
            double bytes = 0;
            for (Path file : files) {
                bytes += Files.size(file);
            }
            return new Line(format, millis.stream().sorted().toList().get(millis.size() / 2), bytes / files.size());
        }
    }
}
