package dev.understudy.cli.export;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.NetworkOptions;
import dev.understudy.cli.console.Version;
import dev.understudy.cli.export.sequence.SequenceExport;
import dev.understudy.cli.export.sequence.SequenceExport.Form;
import dev.understudy.cli.export.sequence.SequenceExportOptionsBuilder;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.FramePredictor;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.frame.Manifest;
import dev.understudy.files.Sha256;
import dev.understudy.labeler.ExpertConfiguration;
import dev.understudy.labeler.ExpertPlan;
import dev.understudy.labeler.ExpertPredictor;
import dev.understudy.pipeline.RunObserver.Progress;
import dev.understudy.pipeline.predict.ModelFile;
import dev.understudy.pipeline.predict.ModelFile.OutputClasses;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code understudy export sequence}. */
@CommandLine.Command(
        name = "sequence",
        description = {
            "Write posed frames with labels and depth that a student predicts, for systems that build maps of what they see:",
            "tum   OUT/SCENE/: rgb/, depth/ (16 bits, 5000 to the metre), label/, lists, groundtruth.txt, classes.txt",
            "mcap  OUT/SCENE.mcap: a recording for ROS 2 of pictures, depth, labels, camera, poses and class list",
            ""
        },
        footer = {
            "",
            "Poses are camera to world, x to the right, y down, z ahead. Times are those that ids tell with a decimal point,"
                    + " or else counted by --rate.",
            "",
            "Examples:",
            "  understudy export sequence --checkpoint runs/nyud/best.pth --manifest data/kitchen --out sequences/",
            "  understudy export sequence --expert my-expert.yaml --depth measured --manifest data/kitchen \\",
            "      --format mcap --out sequences/"
        })
public final class ExportSequenceCommand extends Command {
    /** What {@code --depth} may say. */
    public enum Depth {
        PREDICTED,
        MEASURED
    }

    @ArgGroup(multiplicity = "1")
    private Network network;

    static final class Network {
        @Option(names = "--checkpoint", required = true, paramLabel = "FILE", description = "A student's weights.")
        private @Nullable Path checkpoint;

        @Option(names = "--expert", required = true, paramLabel = "CARD", description = "An expert by its card.")
        private @Nullable Path expert;
    }

    @Mixin
    private NetworkOptions options;

    @Option(
            names = "--classes",
            paramLabel = "SPACE",
            description = "Class space of the labels; told by the number of classes if not given.")
    private @Nullable String classes;

    @Option(
            names = "--manifest",
            required = true,
            paramLabel = "FILE",
            description = "The frames: manifest.jsonl or its folder.")
    private Path manifest;

    @Option(names = "--split", paramLabel = "NAME", description = "Only frames of this split.")
    private @Nullable String split;

    @Option(names = "--scene", paramLabel = "NAME", description = "Only this scene; all if not given.")
    private @Nullable String scene;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder for the sequences.")
    private Path out;

    @Option(
            names = "--format",
            split = ",",
            defaultValue = "tum,mcap",
            paramLabel = "NAME",
            description = "tum, mcap or both. Default: ${DEFAULT-VALUE}.")
    private List<Form> formats;

    @Option(
            names = "--depth",
            defaultValue = "predicted",
            paramLabel = "WHICH",
            description = "predicted or measured. Default: ${DEFAULT-VALUE}.")
    private Depth depth;

    @Option(
            names = "--rate",
            defaultValue = "30",
            paramLabel = "HZ",
            description = "Frames a second, where ids tell no times. Default: ${DEFAULT-VALUE}.")
    private double rate;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Override
    protected int run(Console console) throws IOException {
        FrameSource frames = new DiskFrameSource(Manifest.read(manifest, split));
        List<SequenceExport.Written> written;
        if (network.expert != null) {
            ExpertPlan plan =
                    options.plan(ExpertConfiguration.ofCard(network.expert).mapTo(classes));
            try (FramePredictor predictor = ExpertPredictor.of(plan)) {
                written = export(frames, predictor, plan.labels(), network.expert, console);
            }
        } else {
            Path checkpoint = Objects.requireNonNull(network.checkpoint);
            ModelFile model = options.model(checkpoint);
            try (FramePredictor predictor = model.predictor(options.device())) {
                written = export(frames, predictor, OutputClasses.of(model.heads(), classes), checkpoint, console);
            }
        }
        if (json) {
            console.printJson(written);
            return ExitCode.DONE;
        }
        for (SequenceExport.Written one : written) {
            console.print(one.scene() + ": " + one.frames() + " frames; " + String.join(", ", one.files()));
            if (one.without() > 0) {
                console.tell(one.scene() + ": " + one.without() + " frames left out, which cannot be placed");
            }
            if (one.clamped() > 0) {
                console.tell(one.scene() + ": the depth of " + one.clamped()
                        + " pixels is beyond 13.1 m and was clamped in depth/");
            }
        }
        return ExitCode.DONE;
    }

    private List<SequenceExport.Written> export(
            FrameSource frames, FramePredictor predictor, @Nullable ClassSpace space, Path weights, Console console)
            throws IOException {
        if (space == null) {
            throw new ConfigurationException(weights + ": says nothing of classes, expected a network that does");
        }
        TreeMap<String, String> origin = new TreeMap<>();
        origin.put("network", weights.getFileName() + " " + Sha256.of(weights));
        origin.put("classes", space.name());
        origin.put("depth", depth.name().toLowerCase(Locale.ROOT));
        try (Progress progress = console.progress("export", frames.size())) {
            return new SequenceExport(
                            SequenceExportOptionsBuilder.builder()
                                    .out(out)
                                    .scene(scene)
                                    .forms(EnumSet.copyOf(formats))
                                    .rate(rate)
                                    .measured(depth == Depth.MEASURED)
                                    .library(Version.name())
                                    .origin(origin)
                                    .build(),
                            frames,
                            predictor,
                            space)
                    .run(progress);
        }
    }
}
