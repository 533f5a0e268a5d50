package dev.understudy.cli.bench;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.FrameOptions;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.labeler.ExpertConfiguration;
import dev.understudy.model.engine.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code understudy bench label}. */
@CommandLine.Command(
        name = "label",
        description = "Measure how fast frames are labelled, stage by stage, in one task of the label job.",
        footer = {
            "",
            "Stages are decode, network, reduction, encode and write; nothing is kept.",
            "",
            "Examples:",
            "  understudy bench label --expert my-expert.yaml --manifest rooms",
            "  understudy bench label --expert lw-refinenet152 --checkpoint nyud.pth \\",
            "    --manifest rooms --mirror"
        })
public final class BenchLabelCommand extends Command {
    @Option(
            names = "--expert",
            required = true,
            paramLabel = "CARD|ARCH",
            description = "A card, or with --checkpoint a built-in architecture.")
    private String expert;

    @Option(names = "--checkpoint", paramLabel = "FILE", description = "The expert's weights.")
    private @Nullable Path checkpoint;

    @Option(names = "--classes", paramLabel = "SPACE", description = "Class space of the expert's outputs.")
    private @Nullable String classes;

    @Option(names = "--map-to", paramLabel = "SPACE", description = "Class space of the labels, if it is another one.")
    private @Nullable String mapTo;

    @Option(
            names = "--precision",
            defaultValue = "auto",
            paramLabel = "TYPE",
            description = "What the network calculates in: auto, float32 or bfloat16; ${DEFAULT-VALUE} if not given.")
    private String precision;

    @Option(names = "--mirror", description = "Show it every frame mirrored as well.")
    private boolean mirror;

    @Option(
            names = "--top-k",
            defaultValue = "3",
            paramLabel = "K",
            description = "Classes kept per pixel; ${DEFAULT-VALUE} if not given.")
    private int topK;

    @Mixin
    private FrameOptions frames;

    @Option(
            names = "--frames",
            defaultValue = "8",
            paramLabel = "N",
            description = "Frames of a round, spread over all; ${DEFAULT-VALUE} if not given.")
    private int count;

    @Option(names = "--threads", defaultValue = "0", description = "Threads to use; all processors if not given.")
    private int threads;

    @Option(names = "--rounds", defaultValue = "5", description = "Rounds to measure; ${DEFAULT-VALUE} if not given.")
    private int rounds;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Override
    protected int run(Console console) throws IOException {
        Path manifest = frames.manifest();
        if (manifest == null) {
            throw new ConfigurationException("--manifest: must be there, the frames to label");
        }
        if (count < 1 || rounds < 1 || threads < 0) {
            throw new ConfigurationException("--frames " + count + ", --rounds " + rounds + ", --threads " + threads
                    + ": expected at least 1 frame and 1 round");
        }
        LabelStages stages = LabelStages.measure(
                configuration(),
                pictures(manifest),
                threads == 0 ? Runtime.getRuntime().availableProcessors() : threads,
                rounds);
        if (json) {
            console.printJson(stages);
        } else {
            stages.lines().forEach(console::print);
        }
        return ExitCode.DONE;
    }

    private ExpertConfiguration configuration() {
        var look = checkpoint == null
                ? ExpertConfiguration.ofCard(Path.of(expert))
                : ExpertConfiguration.of(expert, checkpoint);
        return look.classes(classes)
                .mapTo(mapTo)
                .mirror(mirror)
                .topK(topK)
                .precision(Precision.parse(precision))
                .build();
    }

    private List<Path> pictures(Path manifest) {
        DiskFrameSource source = new DiskFrameSource(Manifest.read(manifest, frames.split()));
        int taken = Math.min(count, source.size());
        if (taken == 0) {
            throw new ConfigurationException(
                    manifest + ": found no frame" + (frames.split() == null ? "" : " of this split"));
        }
        return IntStream.range(0, taken)
                .mapToObj(i -> source.picture((int) ((long) i * source.size() / taken)))
                .toList();
    }
}
