package dev.understudy.cli.checkpoint;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.files.AtomicFile.WrittenFile;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.CheckpointReader;
import dev.understudy.model.checkpoint.PyTorchZipWriter;
import dev.understudy.model.checkpoint.SafetensorsWriter;
import dev.understudy.model.checkpoint.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code understudy checkpoint convert}. */
@CommandLine.Command(
        name = "convert",
        description =
                "Write a checkpoint's tensors as PyTorch zip, which torch.load reads with weights_only=True, or as"
                        + " safetensors. The ending of OUT says which.",
        footer = {
            "",
            "Examples:",
            "  understudy checkpoint convert 152_nyud.pth.tar 152_nyud.safetensors",
            "  understudy checkpoint convert best.pth.tar ema.pth --set state_dict_ema",
            "  understudy checkpoint convert rn38-a1.params rn38-a1.pth --type float16"
        })
public final class ConvertCommand extends Command {
    private static final Map<String, TensorType> TYPES = Map.of(
            "float64", TensorType.FLOAT64,
            "float32", TensorType.FLOAT32,
            "float16", TensorType.FLOAT16,
            "bfloat16", TensorType.BFLOAT16);

    @Parameters(index = "0", paramLabel = "IN", description = "The checkpoint to read.")
    private Path in;

    @Parameters(index = "1", paramLabel = "OUT", description = "Where to write; ends in .pth, .pt or .safetensors.")
    private Path out;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            description = "Element type of floating-point tensors: float64, float32, float16, bfloat16."
                    + " As they are if not given.")
    private @Nullable String type;

    @Option(
            names = "--set",
            paramLabel = "NAME",
            description = "Which of several sets of weights in the file, such as state_dict_ema.")
    private @Nullable String set;

    @Override
    protected int run(Console console) throws IOException {
        TensorType wanted = type == null ? null : TYPES.get(type);
        if (type != null && wanted == null) {
            throw new ParameterException(
                    spec.commandLine(), "--type " + type + ": expected float64, float32, float16 or bfloat16");
        }
        String name = out.toString();
        boolean safetensors = name.endsWith(".safetensors");
        if (!safetensors && !name.endsWith(".pth") && !name.endsWith(".pt")) {
            throw new ParameterException(
                    spec.commandLine(), out + ": the ending says no format; use .pth, .pt or .safetensors");
        }
        Checkpoint read = set == null ? CheckpointReader.read(in) : CheckpointReader.readSet(in, set);
        read.faults().forEach(fault -> console.tell("understudy: " + in + ": " + fault + "; it is written as it is"));
        Checkpoint checkpoint = wanted == null ? read : read.withFloatsAs(wanted);
        WrittenFile written =
                safetensors ? SafetensorsWriter.write(out, checkpoint) : PyTorchZipWriter.write(out, checkpoint);
        console.print(written.path() + "  " + written.size() + " bytes  sha256 " + written.sha256());
        return ExitCode.DONE;
    }
}
