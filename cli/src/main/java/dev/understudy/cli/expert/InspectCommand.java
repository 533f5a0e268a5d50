package dev.understudy.cli.expert;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.files.DataException;
import dev.understudy.model.onnx.OnnxFile;
import dev.understudy.model.onnx.OnnxTensorType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code understudy expert inspect}. */
@CommandLine.Command(
        name = "inspect",
        description =
                "Say what an ONNX or TorchScript file takes and gives, and print a card to start from. Runs nothing"
                        + " of the file.",
        footer = {"", "Example:", "  understudy expert inspect my-expert.onnx > my-expert.yaml"})
public final class InspectCommand extends Command {
    @Parameters(paramLabel = "FILE", description = "The network's file.")
    private Path file;

    @Option(names = "--json", description = "Print one JSON document, without the card.")
    private boolean json;

    /** What an ONNX file has, for machines. */
    record Found(
            String file,
            String sha256,
            String producer,
            long opset,
            List<OnnxTensorType> inputs,
            List<OnnxTensorType> outputs,
            int nodes,
            long weights,
            List<String> external) {}

    @Override
    protected int run(Console console) throws IOException {
        if (isZip(file)) {
            CardDraft.torchScript(file).forEach(console::print);
            return ExitCode.DONE;
        }
        OnnxFile onnx = OnnxFile.read(file);
        if (json) {
            console.printJson(new Found(
                    file.toString(),
                    onnx.sha256(),
                    onnx.producer(),
                    onnx.opset(),
                    onnx.inputs(),
                    onnx.outputs(),
                    onnx.nodes(),
                    onnx.weights(),
                    onnx.external().stream().map(Path::toString).toList()));
            return ExitCode.DONE;
        }
        console.print(String.format(
                Locale.ROOT,
                "# %s: ONNX, operators of version %d%s, %d nodes, %d weights",
                file.getFileName(),
                onnx.opset(),
                onnx.producer().isEmpty() ? "" : ", written by " + onnx.producer(),
                onnx.nodes(),
                onnx.weights()));
        onnx.inputs().forEach(input -> console.print("# input  " + input));
        onnx.outputs().forEach(output -> console.print("# output " + output));
        onnx.external().forEach(other -> console.print("# weights in " + other.getFileName()));
        CardDraft.onnx(onnx).forEach(console::print);
        return ExitCode.DONE;
    }

    /** TorchScript files are zip archives. */
    private static boolean isZip(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new DataException(file + (Files.exists(file) ? ": is no file" : ": there is no such file")
                    + "; give the path of a network's file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] head = in.readNBytes(2);
            return head.length == 2 && head[0] == 'P' && head[1] == 'K';
        }
    }
}
