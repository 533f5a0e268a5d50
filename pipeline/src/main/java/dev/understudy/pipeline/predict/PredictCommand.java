package dev.understudy.pipeline.predict;

import dev.understudy.pipeline.console.Command;
import dev.understudy.pipeline.console.Console;
import dev.understudy.pipeline.console.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** {@code understudy predict}. */
@CommandLine.Command(
        name = "predict",
        description = "Run a network on pictures, or on a tensor as it is.",
        footer = {
            "",
            "Example, a network's raw outputs for a float32 NCHW array of normalised pictures, before any resizing:",
            "  understudy predict --arch mt-lw-refinenet --checkpoint student.ckpt --tensor in.npy --out raw/",
            "  writes raw/segmentation.npy, raw/depth.npy, raw/normals.npy, as many as the network has heads."
        })
public final class PredictCommand extends Command {
    @Option(names = "--checkpoint", required = true, paramLabel = "FILE", description = "The network's weights.")
    private Path checkpoint;

    @Option(
            names = "--arch",
            paramLabel = "ARCH",
            description =
                    "lw-refinenet50, lw-refinenet101, lw-refinenet152, wide-resnet38 or mt-lw-refinenet. Told by the"
                            + " checkpoint if not given; so are tasks and number of classes.")
    private @Nullable String architecture;

    @ArgGroup(multiplicity = "1")
    private Input input;

    static final class Input {
        @Option(
                names = "--tensor",
                required = true,
                paramLabel = "NPY",
                description = "A float32 NCHW array, already normalised.")
        private @Nullable Path tensor;
    }

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "Folder for the results; made if missing.")
    private Path out;

    @Option(names = "--device", defaultValue = "cpu", description = "cpu, gpu or gpu:N; ${DEFAULT-VALUE} if not given.")
    private String device;

    @Override
    protected int run(Console console) throws IOException {
        ModelFile model = ModelFile.read(checkpoint, architecture);
        SortedMap<String, long[]> shapes = TensorPrediction.run(model, device, input.tensor, out);
        shapes.forEach((name, shape) -> console.print(out.resolve(name) + "  " + Arrays.toString(shape)));
        return ExitCode.DONE;
    }
}
