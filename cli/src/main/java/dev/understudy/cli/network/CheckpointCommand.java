package dev.understudy.cli.network;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.JsonOption;
import dev.understudy.files.AtomicFile.WrittenFile;
import dev.understudy.model.checkpoint.Checkpoint;
import dev.understudy.model.checkpoint.CheckpointReader;
import dev.understudy.model.checkpoint.CheckpointReader.CheckpointFile;
import dev.understudy.model.checkpoint.PyTorchZipWriter;
import dev.understudy.model.checkpoint.SafetensorsWriter;
import dev.understudy.model.checkpoint.Tensor;
import dev.understudy.model.checkpoint.TensorType;
import dev.understudy.model.network.Architecture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Groups what can be done to checkpoint files. */
@CommandLine.Command(
        name = "checkpoint",
        description = "Look into checkpoint files, or write them in another container.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {CheckpointCommand.InspectCommand.class, CheckpointCommand.ConvertCommand.class})
public final class CheckpointCommand {

    /** {@code understudy checkpoint inspect}. */
    @CommandLine.Command(
            name = "inspect",
            description =
                    "Say what a checkpoint file holds. Reads PyTorch (zip and stream), MXNet params and safetensors;"
                            + " runs no code from the file.",
            footer = {"", "Example:", "  understudy checkpoint inspect 152_nyud.pth.tar"})
    static final class InspectCommand extends Command {
        @Parameters(paramLabel = "FILE", description = "The checkpoint.")
        private Path file;

        @Mixin
        private JsonOption json;

        @Override
        protected int run(Console console) {
            CheckpointFile found = CheckpointReader.inspect(file);
            Inspection inspection = Inspection.of(found);
            json.print(console, inspection, inspection.lines());
            return ExitCode.DONE;
        }

        /**
         * What is to be said of a checkpoint file.
         *
         * @param architecture what the tensors' names look like; null if nothing known
         * @param heads tasks of that architecture whose heads are in the file, each with its output channels
         * @param parameters trained values
         * @param faults values that no network can compute with, one line a tensor
         */
        private record Inspection(
                String file,
                String container,
                long bytes,
                String sha256,
                @Nullable String architecture,
                List<String> heads,
                long parameters,
                List<String> faults,
                List<TensorLine> tensors) {

            record TensorLine(String name, String type, long[] shape) {}

            static Inspection of(CheckpointFile file) {
                Checkpoint checkpoint = file.checkpoint();
                Optional<Architecture.Guess> guess = Architecture.guess(checkpoint.normalised());
                List<TensorLine> tensors = new ArrayList<>();
                checkpoint.tensors().forEach((name, tensor) -> tensors.add(line(name, tensor)));
                return new Inspection(
                        file.path().toString(),
                        file.container().title(),
                        file.bytes(),
                        file.sha256(),
                        guess.map(g -> g.architecture().key()).orElse(null),
                        guess.map(Inspection::heads).orElse(List.of()),
                        checkpoint.parameterCount(),
                        checkpoint.faults(),
                        tensors);
            }

            private static List<String> heads(Architecture.Guess guess) {
                return guess.heads().tasks().stream()
                        .map(task -> task.key() + " (" + guess.heads().channels(task) + ")")
                        .toList();
            }

            private static TensorLine line(String name, Tensor tensor) {
                return new TensorLine(name, tensor.type().name().toLowerCase(Locale.ROOT), tensor.shape());
            }

            List<String> lines() {
                List<String> lines = new ArrayList<>();
                lines.add("file          " + file);
                lines.add("container     " + container);
                lines.add(String.format(Locale.ROOT, "size          %,d bytes", bytes));
                lines.add("sha256        " + sha256);
                lines.add("architecture  " + (architecture == null ? "none that is known here" : architecture));
                if (!heads.isEmpty()) {
                    lines.add("heads         " + String.join(", ", heads));
                }
                lines.add(String.format(Locale.ROOT, "parameters    %,d in %,d tensors", parameters, tensors.size()));
                faults.forEach(fault -> lines.add("damaged       " + fault));
                lines.add("");
                int width =
                        tensors.stream().mapToInt(t -> t.name.length()).max().orElse(0);
                for (TensorLine tensor : tensors) {
                    lines.add(String.format(
                            Locale.ROOT,
                            "%-" + Math.max(1, width) + "s  %-8s  %s",
                            tensor.name,
                            tensor.type,
                            sizes(tensor.shape)));
                }
                return lines;
            }

            private static String sizes(long[] shape) {
                return shape.length == 0
                        ? "scalar"
                        : String.join(
                                "×",
                                Arrays.stream(shape).mapToObj(Long::toString).toList());
            }
        }
    }

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
    static final class ConvertCommand extends Command {
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
            read.faults()
                    .forEach(fault -> console.tell("understudy: " + in + ": " + fault + "; it is written as it is"));
            Checkpoint checkpoint = wanted == null ? read : read.withFloatsAs(wanted);
            WrittenFile written =
                    safetensors ? SafetensorsWriter.write(out, checkpoint) : PyTorchZipWriter.write(out, checkpoint);
            console.print(written.path() + "  " + written.size() + " bytes  sha256 " + written.sha256());
            return ExitCode.DONE;
        }
    }
}
