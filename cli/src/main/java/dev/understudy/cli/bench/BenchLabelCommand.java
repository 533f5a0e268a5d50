package dev.understudy.cli.bench;

import dev.understudy.cli.bench.BenchCommand.RoundOptions;
import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.ExpertOptions;
import dev.understudy.cli.console.FrameOptions;
import dev.understudy.cli.console.JsonOption;
import dev.understudy.cli.console.NetworkOptions;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.labeler.ExpertConfiguration;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
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

    @Mixin
    private ExpertOptions options;

    @Mixin
    private NetworkOptions.PrecisionOption precision;

    @Option(names = "--mirror", description = "Show it every frame mirrored as well.")
    private boolean mirror;

    @Option(
            names = "--top-k",
            defaultValue = "3",
            paramLabel = "K",
            description = "Classes kept per pixel; ${DEFAULT-VALUE} if not given.")
    private int topK;

    @Mixin
    private FrameOptions.Required frames;

    @Option(
            names = "--frames",
            defaultValue = "8",
            paramLabel = "N",
            description = "Frames of a round, spread over all; ${DEFAULT-VALUE} if not given.")
    private int count;

    @Mixin
    private RoundOptions measured;

    @Mixin
    private JsonOption json;

    @Override
    protected int run(Console console) throws IOException {
        if (count < 1) {
            throw new ConfigurationException("--frames " + count + ": expected at least 1");
        }
        LabelStages stages = LabelStages.measure(configuration(), pictures(), measured.threads(), measured.rounds());
        json.print(console, stages, stages.lines());
        return ExitCode.DONE;
    }

    private ExpertConfiguration configuration() {
        var look = options.checkpoint() == null
                ? ExpertConfiguration.ofCard(Path.of(expert))
                : ExpertConfiguration.of(expert, options.checkpoint());
        return look.classes(options.classes())
                .mapTo(options.mapTo())
                .mirror(mirror)
                .topK(topK)
                .precision(precision.parsed())
                .build();
    }

    private List<Path> pictures() {
        DiskFrameSource source = new DiskFrameSource(frames.read());
        int taken = Math.min(count, source.size());
        if (taken == 0) {
            throw new ConfigurationException(
                    frames.manifest() + ": found no frame" + (frames.split() == null ? "" : " of this split"));
        }
        return IntStream.range(0, taken)
                .mapToObj(i -> source.picture((int) ((long) i * source.size() / taken)))
                .toList();
    }
}
