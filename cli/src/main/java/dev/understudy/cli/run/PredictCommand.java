package dev.understudy.cli.run;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.JsonOption;
import dev.understudy.cli.console.NetworkOptions;
import dev.understudy.cli.console.NetworkOptions.NamedPredictor;
import dev.understudy.cli.report.MapPictures;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.FramePredictor;
import dev.understudy.dataset.frame.FramePredictor.Prediction;
import dev.understudy.dataset.frame.FrameRecord;
import dev.understudy.dataset.frame.Task;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.LabelFiles;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.NormalFiles;
import dev.understudy.dataset.image.NpyFile;
import dev.understudy.dataset.image.NpyFile.NpyArray;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.DataException;
import dev.understudy.model.engine.Tensors;
import dev.understudy.model.inference.InferenceNetwork;
import dev.understudy.pipeline.label.ModelFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
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
    private NetworkOptions.Choice network;

    @Mixin
    private NetworkOptions options;

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

    @Mixin
    private NetworkOptions.ClassesOption classes;

    @Option(
            names = "--depth-scale",
            defaultValue = "1000",
            paramLabel = "N",
            description = "Units per metre of the 16-bit depth; ${DEFAULT-VALUE} if not given.")
    private double depthScale;

    @Mixin
    private JsonOption json;

    @Override
    protected int run(Console console) throws IOException {
        if (!(depthScale > 0)) {
            throw new ConfigurationException("--depth-scale " + depthScale + ": expected units per metre above 0");
        }
        if (input.tensor != null) {
            if (network.checkpoint() == null) {
                throw new ConfigurationException(
                        "--tensor: goes with --checkpoint only; a card's expert takes pictures");
            }
            runTensor(console, options.model(network.checkpoint()), input.tensor);
            return ExitCode.DONE;
        }
        try (NamedPredictor predictor = options.open(network, classes.space())) {
            runImages(console, new ImagePrediction(predictor.predictor(), predictor.classes(), depthScale, out));
        }
        return ExitCode.DONE;
    }

    private void runTensor(Console console, ModelFile model, Path tensor) throws IOException {
        Map<String, long[]> shapes = TensorPrediction.run(model, options.device(), tensor, out);
        if (json.isGiven()) {
            console.printJson(shapes);
        } else {
            shapes.forEach((name, shape) -> console.print(out.resolve(name) + "  " + java.util.Arrays.toString(shape)));
        }
    }

    private void runImages(Console console, ImagePrediction prediction) throws IOException {
        List<String> names = names(input.images);
        List<ImagePrediction.Written> all = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            ImagePrediction.Written written = prediction.write(input.images.get(i), names.get(i));
            all.add(written);
            if (!json.isGiven()) {
                written.files().forEach(console::print);
            }
            if (written.clamped() > 0) {
                console.tell(written.image() + ": the depth of " + written.clamped() + " pixels is beyond "
                        + 65535 / depthScale + " m and was clamped; use a smaller --depth-scale");
            }
        }
        if (json.isGiven()) {
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

    /** Runs a network on a tensor that is already normalised and keeps its outputs as they are. */
    private static final class TensorPrediction {
        private TensorPrediction() {}

        /**
         * @param input float32 NCHW {@code .npy}
         * @param out folder for one {@code <task>.npy} a head
         * @return the shape of each output
         */
        static SortedMap<String, long[]> run(ModelFile model, String device, Path input, Path out) throws IOException {
            NpyArray images = NpyFile.read(input);
            long[] shape = images.shape();
            if (shape.length != 4 || shape[1] != 3 || images.values().length == 0) {
                throw new DataException(input + ": shape " + Arrays.toString(shape)
                        + ", expected [N, 3, H, W] with no size of 0, pictures that are normalised already");
            }
            SortedMap<String, long[]> shapes = new TreeMap<>();
            try (InferenceNetwork network =
                            model.build(device, Runtime.getRuntime().availableProcessors());
                    NDManager manager = network.newManager()) {
                NDArray imagesNchw = Tensors.create(manager, images.values(), new Shape(shape));
                for (Map.Entry<Task, NDArray> output :
                        network.forward(imagesNchw).entrySet()) {
                    float[] values = output.getValue().toFloatArray();
                    requireFinite(input, output.getKey(), values);
                    long[] outputShape = output.getValue().getShape().getShape();
                    String name = output.getKey().key() + ".npy";
                    NpyFile.write(out.resolve(name), new NpyArray(outputShape, values));
                    shapes.put(name, outputShape);
                }
            }
            return shapes;
        }

        private static void requireFinite(Path input, Task task, float[] values) {
            for (float value : values) {
                if (!Float.isFinite(value)) {
                    throw new DataException(
                            input + ": the network's " + task.key() + " is not finite somewhere; look at the"
                                    + " weights with 'understudy checkpoint inspect', and at the array");
                }
            }
        }
    }

    /** Runs a network on pictures and writes what it says of them as pictures. One thread. */
    private static final class ImagePrediction {
        private static final double OPACITY = 0.6;

        private final FramePredictor network;
        private final @Nullable ClassSpace classes;
        private final double depthScale;
        private final Path out;

        /**
         * @param classes class space of the segmentation; null if there is none
         * @param depthScale units per metre of the 16-bit depth
         */
        ImagePrediction(FramePredictor network, @Nullable ClassSpace classes, double depthScale, Path out) {
            this.network = network;
            this.classes = classes;
            this.depthScale = depthScale;
            this.out = out;
        }

        /**
         * What was written for one picture.
         *
         * @param clamped pixels whose depth 16 bits cannot hold at the chosen scale
         */
        record Written(String image, List<String> files, int clamped) {}

        /** @param name what the files' names start with */
        Written write(Path image, String name) throws IOException {
            RgbImage rgb = RgbFiles.read(image);
            FrameRecord record = FrameRecord.of(image.toString(), String.valueOf(image.getFileName()))
                    .build();
            Prediction prediction = network.predict(new Frame(record, rgb, null, null, null));
            List<String> files = new ArrayList<>();
            int clamped = 0;
            if (prediction.segmentation() != null && classes != null) {
                writeLabels(name, rgb, prediction.segmentation(), classes, files);
            }
            if (prediction.depth() != null) {
                clamped = writeDepth(name, prediction.depth(), files);
            }
            if (prediction.normals() != null) {
                NormalFiles.write(file(name, "normals", files), prediction.normals());
            }
            return new Written(image.toString(), files, clamped);
        }

        private void writeLabels(String name, RgbImage rgb, LabelMap labels, ClassSpace space, List<String> files)
                throws IOException {
            LabelFiles.write(file(name, "labels", files), labels, space.palette());
            RgbFiles.writePng(file(name, "overlay", files), MapPictures.overlay(rgb, labels, space, OPACITY));
        }

        private int writeDepth(String name, DepthMap depth, List<String> files) throws IOException {
            int clamped = DepthFiles.write(file(name, "depth", files), depth, depthScale)
                    .clamped();
            double farthest = 0;
            for (float metres : depth.metres()) {
                farthest = Math.max(farthest, metres);
            }
            RgbFiles.writePng(file(name, "depth-picture", files), MapPictures.depth(depth, Math.max(1e-3, farthest)));
            return clamped;
        }

        private Path file(String name, String what, List<String> files) {
            Path file = out.resolve(name + "." + what + ".png");
            files.add(file.toString());
            return file;
        }
    }
}
