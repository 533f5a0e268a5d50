package dev.understudy.pipeline.export;

import dev.understudy.conf.ConfigurationException;
import dev.understudy.dataset.file.AtomicFile;
import dev.understudy.dataset.file.WrittenFile;
import dev.understudy.pipeline.console.Command;
import dev.understudy.pipeline.console.Console;
import dev.understudy.pipeline.console.ExitCode;
import dev.understudy.pipeline.console.PictureSize;
import dev.understudy.pipeline.predict.ModelFile;
import dev.understudy.pipeline.predict.OutputClasses;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code understudy export network}. */
@CommandLine.Command(
        name = "network",
        description = {
            "Write a student or a built-in expert as an ONNX file, operator set 17, for ONNX Runtime, TensorRT, OpenVINO"
                    + " and others.",
            "Input 'image' is a normalised float32 N×3×H×W; outputs 'segmentation', 'depth' and 'normals' are raw, at the"
                    + " network's stride, as 'predict --tensor' gives them.",
            "With --whole 'image' is uint8 1×H×W×3 as a camera gives it; outputs are 'labels' (uint8 1×H×W), 'depth'"
                    + " (float32 1×H×W, metres) and 'normals' (float32 1×H×W×3), at the picture's size.",
            ""
        },
        footer = {
            "",
            "Class names and colours, normalisation, recipe and the checkpoint's SHA-256 travel in the file's metadata."
                    + " Beside a file without --whole stands an expert card of the same name, ready for --expert.",
            "",
            "Examples:",
            "  understudy export network --checkpoint runs/nyud/best.pth \\",
            "      --out student.onnx",
            "  understudy export network --checkpoint best.pth --whole \\",
            "      --size 640x480 --precision float16 --out robot.onnx",
            "  understudy label --expert student.yaml --manifest data/ \\",
            "      --store store/"
        })
public final class ExportNetworkCommand extends Command {
    @Option(names = "--checkpoint", required = true, paramLabel = "FILE", description = "The network's weights.")
    private Path checkpoint;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where to write; ends in .onnx.")
    private Path out;

    @Option(
            names = "--arch",
            paramLabel = "ARCH",
            description = "The network's architecture; told by the checkpoint if not given.")
    private @Nullable String architecture;

    @Option(
            names = "--classes",
            paramLabel = "SPACE",
            description = "Class space of the segmentation; told by the number of classes if not given.")
    private @Nullable String classes;

    @Option(
            names = "--size",
            paramLabel = "WxH",
            description = "One size of picture, which some runtimes need or are faster with; any size if not given.")
    private @Nullable String size;

    @Option(names = "--whole", description = "Put normalisation, resizing and decision inside.")
    private boolean whole;

    @Option(
            names = "--precision",
            defaultValue = "float32",
            paramLabel = "TYPE",
            description = "float32 or float16: what weights are kept and calculated in; inputs and outputs stay as they"
                    + " are. ${DEFAULT-VALUE} if not given.")
    private String precision;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Override
    protected int run(Console console) throws IOException {
        if (!out.toString().endsWith(".onnx")) {
            throw new ParameterException(spec.commandLine(), "--out " + out + ": expected a name that ends in .onnx");
        }
        if (!precision.equals("float32") && !precision.equals("float16")) {
            throw new ConfigurationException("--precision " + precision + ": expected float32 or float16");
        }
        @Nullable PictureSize pictures = size == null ? null : PictureSize.parse(size);
        ModelFile model = ModelFile.read(checkpoint, architecture);
        ExportedNetwork network = new ExportedNetwork(model, OutputClasses.of(model.heads(), classes));
        WrittenFile written =
                network.onnx(pictures, whole, precision.equals("float16")).write(out);
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("onnx", written.path().toString());
        result.put("bytes", written.size());
        result.put("sha256", written.sha256());
        if (!whole && network.canBeAnExpert()) {
            Path card = out.resolveSibling(out.getFileName().toString().replaceFirst("\\.onnx$", ".yaml"));
            AtomicFile.write(card, network.card(out.getFileName().toString(), size));
            result.put("card", card.toString());
        }
        if (json) {
            console.printJson(result);
        } else {
            console.print(written.path() + "  " + written.size() + " bytes  sha256 " + written.sha256());
            if (result.containsKey("card")) {
                console.print(result.get("card") + "  expert card");
            }
        }
        return ExitCode.DONE;
    }
}
