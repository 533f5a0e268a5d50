package dev.understudy.cli.export;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.FrameOptions;
import dev.understudy.cli.console.JsonOption;
import dev.understudy.cli.console.NetworkOptions;
import dev.understudy.cli.console.NetworkOptions.NamedPredictor;
import dev.understudy.cli.console.Version;
import dev.understudy.cli.export.sequence.SequenceExport;
import dev.understudy.cli.export.sequence.SequenceExport.Form;
import dev.understudy.cli.export.sequence.SequenceExportOptionsBuilder;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.DiskFrameSource;
import dev.understudy.dataset.frame.FrameSource;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.files.Sha256;
import dev.understudy.pipeline.RunObserver.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
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
    private NetworkOptions.Choice network;

    @Mixin
    private NetworkOptions options;

    @Mixin
    private NetworkOptions.ClassesOption classes;

    @Mixin
    private FrameOptions.Required frames;

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

    @Mixin
    private JsonOption json;

    @Override
    protected int run(Console console) throws IOException {
        FrameSource source = new DiskFrameSource(frames.read());
        List<SequenceExport.Written> written;
        try (NamedPredictor predictor = options.open(network, classes.space())) {
            written = export(source, predictor, console);
        }
        if (json.isGiven()) {
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

    private List<SequenceExport.Written> export(FrameSource source, NamedPredictor network, Console console)
            throws IOException {
        Path weights = network.file();
        ClassSpace space = network.classes();
        if (space == null) {
            throw new ConfigurationException(weights + ": says nothing of classes, expected a network that does");
        }
        TreeMap<String, String> origin = new TreeMap<>();
        origin.put("network", weights.getFileName() + " " + Sha256.of(weights));
        origin.put("classes", space.name());
        origin.put("depth", depth.name().toLowerCase(Locale.ROOT));
        try (Progress progress = console.progress("export", source.size())) {
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
                            source,
                            network.predictor(),
                            space)
                    .run(progress);
        }
    }
}
