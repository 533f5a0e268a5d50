package dev.understudy.cli.run;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.labeler.ExpertConfiguration;
import dev.understudy.labeler.ExpertPlan;
import dev.understudy.labeler.ExpertPredictor;
import dev.understudy.labeler.NetworkExpert;
import dev.understudy.model.engine.Precision;
import dev.understudy.pipeline.predict.ModelFile;
import dev.understudy.pipeline.predict.OutputClasses;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
            "For each picture, as far as the network has heads: NAME.labels.png (palette), NAME.overlay.png,"
                    + " NAME.depth.png (16 bits, millimetres), NAME.depth-picture.png, NAME.normals.png.",
            "For a tensor its raw outputs, before any resizing: segmentation.npy, depth.npy, normals.npy.",
            "",
            "Examples:",
            "  understudy predict --checkpoint runs/nyud/best.pth --image kitchen.png --image office.jpg --out seen/",
            "  understudy predict --expert my-expert.yaml --image kitchen.png --out seen/",
            "  understudy predict --arch mt-lw-refinenet --checkpoint student.ckpt --tensor in.npy --out raw/"
        })
public final class PredictCommand extends Command {
    @ArgGroup(multiplicity = "1")
    private Network network;

    static final class Network {
        @Option(names = "--checkpoint", required = true, paramLabel = "FILE", description = "The network's weights.")
        private @Nullable Path checkpoint;

        @Option(
                names = "--expert",
                required = true,
                paramLabel = "CARD",
                description = "An expert by its card; for pictures, labelled as it would label frames.")
        private @Nullable Path expert;
    }

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
                names = "--image",
                required = true,
                arity = "1..*",
                paramLabel = "FILE",
                description = "8-bit PNG or JPEG; may be repeated.")
        private List<Path> images = List.of();

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

    @Option(
            names = "--classes",
            paramLabel = "SPACE",
            description = "Class space of the labels, for their colours; told by the number of classes if not given.")
    private @Nullable String classes;

    @Option(
            names = "--depth-scale",
            defaultValue = "1000",
            paramLabel = "N",
            description = "Units per metre of the 16-bit depth; ${DEFAULT-VALUE} if not given.")
    private double depthScale;

    @Option(names = "--device", defaultValue = "cpu", description = "cpu, gpu or gpu:N; ${DEFAULT-VALUE} if not given.")
    private String device;

    @Option(
            names = "--precision",
            defaultValue = "auto",
            paramLabel = "TYPE",
            description =
                    "What the network calculates in: auto, float32, or bfloat16 where the processor has it; float16 on GPUs;"
                            + " ${DEFAULT-VALUE} if not given.")
    private String precision;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Override
    protected int run(Console console) throws IOException {
        if (!(depthScale > 0)) {
            throw new ConfigurationException("--depth-scale " + depthScale + ": expected units per metre above 0");
        }
        if (network.expert != null) {
            return runExpert(console, network.expert);
        }
        ModelFile model = ModelFile.read(Objects.requireNonNull(network.checkpoint), architecture)
                .in(Precision.parse(precision));
        if (input.tensor != null) {
            runTensor(console, model, input.tensor);
        } else {
            runImages(console, model);
        }
        return ExitCode.DONE;
    }

    private int runExpert(Console console, Path card) throws IOException {
        if (input.tensor != null) {
            throw new ConfigurationException("--tensor: goes with --checkpoint only; a card's expert takes pictures");
        }
        ExpertPlan plan = ExpertPlan.of(ExpertConfiguration.ofCard(card)
                .mapTo(classes)
                .topK(1)
                .precision(Precision.parse(precision))
                .device(device)
                .build());
        int threads = Runtime.getRuntime().availableProcessors();
        NetworkExpert expert = new NetworkExpert(plan.build(threads), plan, threads);
        try (ImagePrediction prediction =
                new ImagePrediction(new ExpertPredictor(expert, plan.tasks()), plan.labels(), depthScale, out)) {
            runImages(console, prediction);
        }
        return ExitCode.DONE;
    }

    private void runTensor(Console console, ModelFile model, Path tensor) throws IOException {
        Map<String, long[]> shapes = TensorPrediction.run(model, device, tensor, out);
        if (json) {
            console.printJson(shapes);
        } else {
            shapes.forEach((name, shape) -> console.print(out.resolve(name) + "  " + java.util.Arrays.toString(shape)));
        }
    }

    private void runImages(Console console, ModelFile model) throws IOException {
        try (ImagePrediction prediction = new ImagePrediction(
                model.predictor(device), OutputClasses.of(model.heads(), classes), depthScale, out)) {
            runImages(console, prediction);
        }
    }

    private void runImages(Console console, ImagePrediction prediction) throws IOException {
        List<String> names = names(input.images);
        List<ImagePrediction.Written> all = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            ImagePrediction.Written written = prediction.write(input.images.get(i), names.get(i));
            all.add(written);
            if (!json) {
                written.files().forEach(console::print);
            }
            if (written.clamped() > 0) {
                console.tell(written.image() + ": the depth of " + written.clamped() + " pixels is beyond "
                        + 65535 / depthScale + " m and was clamped; use a smaller --depth-scale");
            }
        }
        if (json) {
            console.printJson(all);
        }
    }

    /** The pictures' names without their endings; two that would write the same files are refused. */
    private static List<String> names(List<Path> images) {
        List<String> names = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Path image : images) {
            String name = String.valueOf(image.getFileName()).replaceFirst("\\.[A-Za-z]+$", "");
            if (!seen.add(name)) {
                throw new ConfigurationException(
                        image + ": another picture is called " + name + " too; give them to two runs with two --out");
            }
            names.add(name);
        }
        return names;
    }
}
