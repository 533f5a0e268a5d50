package dev.understudy.cli.export;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.JsonOption;
import dev.understudy.cli.console.NetworkOptions;
import dev.understudy.cli.console.PictureSize;
import dev.understudy.conf.ConfigurationException;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.AtomicFile.WrittenFile;
import dev.understudy.model.export.HalfPrecision;
import dev.understudy.model.export.OnnxExport;
import dev.understudy.pipeline.label.ExportedNetwork;
import dev.understudy.pipeline.label.ModelFile;
import dev.understudy.pipeline.label.ModelFile.OutputClasses;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
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
            "With --torchscript it is a TorchScript file, *.pt, for libtorch: the bare network, of any size, whose outputs are a"
                    + " dictionary.",
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
            "  understudy export network --checkpoint best.pth --torchscript \\",
            "      --out student.pt",
            "  understudy label --expert student.yaml --manifest data/ \\",
            "      --store store/"
        })
public final class ExportNetworkCommand extends Command {
    @Option(names = "--checkpoint", required = true, paramLabel = "FILE", description = "The network's weights.")
    private Path checkpoint;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "Where to write; ends in .onnx, or .pt with --torchscript.")
    private Path out;

    @Mixin
    private NetworkOptions.ArchitectureOption architecture;

    @Mixin
    private NetworkOptions.ClassesOption classes;

    @Option(
            names = "--size",
            paramLabel = "WxH",
            description = "One size of picture, which some runtimes need or are faster with; any size if not given.")
    private @Nullable String size;

    @Option(names = "--torchscript", description = "Write a TorchScript file instead.")
    private boolean torchScript;

    @Option(names = "--whole", description = "Put normalisation, resizing and decision inside.")
    private boolean whole;

    @Option(
            names = "--precision",
            defaultValue = "float32",
            paramLabel = "TYPE",
            description = "float32 or float16: what weights are kept and calculated in; inputs and outputs stay as they"
                    + " are. With float16 made pictures are labelled both ways, and as many of the first layers stay in"
                    + " float32 as it takes to keep the labels, which is told. ${DEFAULT-VALUE} if not given.")
    private String precision;

    @Mixin
    private JsonOption json;

    @Override
    protected int run(Console console) throws IOException {
        String ending = torchScript ? ".pt" : ".onnx";
        if (!out.toString().endsWith(ending)) {
            throw new ParameterException(
                    spec.commandLine(), "--out " + out + ": expected a name that ends in " + ending);
        }
        if (!precision.equals("float32") && !precision.equals("float16")) {
            throw new ConfigurationException("--precision " + precision + ": expected float32 or float16");
        }
        if (torchScript && (whole || size != null || !precision.equals("float32"))) {
            throw new ConfigurationException("--torchscript: writes the bare network in float32, of any size; leave out"
                    + " --whole, --size and --precision, or write ONNX");
        }
        @Nullable PictureSize pictures = size == null ? null : PictureSize.parse(size);
        ModelFile model = architecture.read(checkpoint);
        ExportedNetwork network = new ExportedNetwork(model, OutputClasses.of(model.heads(), classes.space()));
        Map<String, Object> result = new LinkedHashMap<>();
        WrittenFile written = torchScript
                ? network.writeTorchScript(out)
                : kept(
                                network.onnx(
                                        pictures == null ? null : pictures.width(),
                                        pictures == null ? null : pictures.height(),
                                        whole,
                                        precision.equals("float16")),
                                console,
                                result)
                        .write(out);
        result.put(torchScript ? "torchscript" : "onnx", written.path().toString());
        result.put("bytes", written.size());
        result.put("sha256", written.sha256());
        if (!whole && network.canBeAnExpert()) {
            String name = out.getFileName().toString();
            Path card = out.resolveSibling(name.substring(0, name.length() - ending.length()) + ".yaml");
            AtomicFile.write(card, torchScript ? network.torchScriptCard(name) : network.onnxCard(name, size));
            result.put("card", card.toString());
        }
        if (json.isGiven()) {
            console.printJson(result);
        } else {
            console.print(written.path() + "  " + written.size() + " bytes  sha256 " + written.sha256());
            if (result.containsKey("card")) {
                console.print(result.get("card") + "  expert card");
            }
        }
        return ExitCode.DONE;
    }

    /** With the layers in 32 bits that need them, which is told and goes into the result. */
    private OnnxExport kept(OnnxExport export, Console console, Map<String, Object> result) throws IOException {
        if (!export.half()) {
            return export;
        }
        HalfPrecision precision = HalfPrecision.of(export);
        result.put("float16", precision);
        if (!json.isGiven()) {
            console.print(String.format(
                    Locale.ROOT,
                    "float16: %d of %d layers; %.2f %% of the labels of made pictures stay%s",
                    precision.layers() - precision.singles(),
                    precision.layers(),
                    100 * precision.kept(),
                    precision.singles() == 0
                            ? ""
                            : String.format(
                                    Locale.ROOT,
                                    "; with all layers it would be %.2f %%, so the first %d are in float32",
                                    100 * precision.keptByAllInHalf(),
                                    precision.singles())));
        }
        return precision.applied(export);
    }
}
