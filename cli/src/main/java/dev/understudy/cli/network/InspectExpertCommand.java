package dev.understudy.cli.network;

import dev.understudy.cli.console.Command;
import dev.understudy.cli.console.Console;
import dev.understudy.cli.console.ExitCode;
import dev.understudy.cli.console.JsonOption;
import dev.understudy.dataset.image.ClassSpace;
import dev.understudy.files.DataException;
import dev.understudy.model.onnx.OnnxFile;
import dev.understudy.model.onnx.OnnxTensorType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code understudy expert inspect}. */
@CommandLine.Command(
        name = "inspect",
        description =
                "Say what an ONNX or TorchScript file takes and gives, and print a card to start from, which --json leaves out. Runs nothing"
                        + " of the file.",
        footer = {"", "Example:", "  understudy expert inspect my-expert.onnx > my-expert.yaml"})
public final class InspectExpertCommand extends Command {
    @Parameters(paramLabel = "FILE", description = "The network's file.")
    private Path file;

    @Mixin
    private JsonOption json;

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
        if (json.isGiven()) {
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

    /** A card to start from, guessed from the shapes of a file's inputs and outputs. */
    private static final class CardDraft {
        /** Built-in ones by their number of classes. */
        private static final Map<Long, String> SPACES =
                Map.of(19L, "cityscapes19", 40L, "nyud40", 150L, "ade20k150", 171L, "cocostuff171");

        /** Rows of a map; of fewer there may be queries. */
        private static final int SMALLEST_MAP = 16;

        private CardDraft() {}

        static List<String> onnx(OnnxFile file) {
            List<String> lines = new ArrayList<>();
            // As it was given, since that holds for a card that is written into the working directory.
            lines.add("network: {onnx: " + text(file.path().toString()) + "}");
            OnnxTensorType input =
                    file.inputs().isEmpty() ? null : file.inputs().get(0);
            lines.addAll(input(input));
            lines.add("outputs:");
            boolean channelsLast = input != null && input.hasChannelsLast();
            List<String> outputs = outputs(file.outputs(), channelsLast);
            lines.addAll(
                    outputs.isEmpty() ? List.of("  # none of the outputs has the shape of classes or depth") : outputs);
            if (outputs.stream().anyMatch(line -> line.startsWith("  segmentation"))) {
                lines.addAll(classes(numberOfClasses(file.outputs(), channelsLast)));
            }
            return lines;
        }

        static List<String> torchScript(Path file) {
            List<String> lines = new ArrayList<>();
            lines.add("# " + file.getFileName()
                    + ": a zip archive, TorchScript if it was saved by torch.jit.save. It is a program:");
            lines.add(
                    "# set 'trusted' if you know who made it. Outputs are 0, 1, ... by place, or what a dictionary calls them.");
            lines.add("network: {torchscript: " + text(file.toString()) + ", trusted: false}");
            lines.addAll(input(null));
            lines.add("outputs:");
            lines.add("  segmentation: {tensor: \"0\", kind: logits}");
            lines.addAll(classes(-1));
            return lines;
        }

        private static List<String> input(@Nullable OnnxTensorType input) {
            int heightAt = input != null && input.hasChannelsLast() ? 1 : 2;
            boolean fixed =
                    input != null && input.rank() == 4 && input.side(heightAt) > 0 && input.side(heightAt + 1) > 0;
            List<String> lines = new ArrayList<>();
            lines.add("input:");
            lines.add("  size: " + (fixed ? input.side(heightAt + 1) + "x" + input.side(heightAt) : "dynamic"));
            if (!fixed) {
                lines.add("  multipleOf: 32");
            }
            lines.add("  fit: stretch                         # or pad (keep the aspect), or crop (centre)");
            if (input != null && input.hasBytes()) {
                lines.add("  # scale, mean and deviation are left out: it takes 0 to 255 as they are");
                return lines;
            }
            lines.add(
                    "  scale: 0.00392156862745098           # value = (pixel * scale - mean) / deviation; these are ImageNet's,");
            lines.add("  mean: [0.485, 0.456, 0.406]          # put what your network was trained with");
            lines.add("  deviation: [0.229, 0.224, 0.225]");
            return lines;
        }

        private static List<String> outputs(List<OnnxTensorType> outputs, boolean channelsLast) {
            List<String> lines = new ArrayList<>();
            OnnxTensorType rows = first(outputs, o -> o.rank() == 3 && o.isReal());
            OnnxTensorType masks = masks(outputs, rows);
            OnnxTensorType scores = first(outputs, o -> o.rank() == 4 && o.isReal() && channels(o, channelsLast) != 1);
            OnnxTensorType decisions = first(outputs, o -> isPlane(o, channelsLast) && o.hasNumbers() && !o.isReal());
            OnnxTensorType depth =
                    first(outputs, o -> isPlane(o, channelsLast) && o.isReal() && (masks == null || o != rows));
            if (rows != null && masks != null) {
                lines.add("  segmentation: {kind: {queries: {classes: " + text(rows.name()) + ", masks: "
                        + text(masks.name()) + "}}}   # " + (rows.isDynamic(2) ? "some" : rows.side(2) - 1)
                        + " classes and none");
            } else if (scores != null) {
                long classes = channels(scores, channelsLast);
                lines.add("  segmentation: {tensor: " + text(scores.name()) + ", kind: logits}   # or probabilities; "
                        + (classes < 0 ? "some" : classes) + " classes");
            } else if (decisions != null) {
                lines.add("  segmentation: {tensor: " + text(decisions.name()) + ", kind: classes}");
            }
            OnnxTensorType shapeless = first(outputs, o -> o.rank() == 0 && o.isReal());
            if (lines.isEmpty() && depth == null && shapeless != null) {
                lines.add("  segmentation: {tensor: " + text(shapeless.name())
                        + ", kind: logits}   # a guess: the file does not tell its shape");
            }
            if (depth != null) {
                lines.add("  depth: {tensor: " + text(depth.name())
                        + ", kind: metres}   # or {inverse: {scale: 1, shift: 0}}");
            }
            return lines;
        }

        /** Of a query's masks there are as many as there are rows of classes. */
        private static @Nullable OnnxTensorType masks(List<OnnxTensorType> outputs, @Nullable OnnxTensorType rows) {
            return rows == null ? null : first(outputs, o -> o.rank() == 4 && o.isReal() && o.side(1) == rows.side(1));
        }

        /** Of a map [N, channels, h, w], or [N, h, w, channels] where the input is so too; −1 if it is not told. */
        private static long channels(OnnxTensorType output, boolean channelsLast) {
            return output.side(channelsLast || output.side(3) == 1 ? 3 : 1);
        }

        /** One value a pixel: [N, h, w], or a map of one channel. */
        private static boolean isPlane(OnnxTensorType output, boolean channelsLast) {
            return output.rank() == 3 && (output.isDynamic(1) || output.side(1) >= SMALLEST_MAP)
                    || output.rank() == 4 && channels(output, channelsLast) == 1;
        }

        private static @Nullable OnnxTensorType first(List<OnnxTensorType> outputs, Predicate<OnnxTensorType> test) {
            return outputs.stream().filter(test).findFirst().orElse(null);
        }

        /** Between quotes, whatever it holds. */
        private static String text(String name) {
            if (name.chars().noneMatch(Character::isISOControl)) {
                return "'" + name.replace("'", "''") + "'";
            }
            StringBuilder quoted = new StringBuilder("\"");
            name.chars().forEach(c -> {
                if (Character.isISOControl(c)) {
                    quoted.append(String.format(Locale.ROOT, "\\x%02x", c));
                } else {
                    quoted.append(c == '"' || c == '\\' ? "\\" : "").append((char) c);
                }
            });
            return quoted.append('"').toString();
        }

        /** Of the segmentation that is drafted; −1 if the file does not tell. */
        private static long numberOfClasses(List<OnnxTensorType> outputs, boolean channelsLast) {
            OnnxTensorType rows = first(outputs, o -> o.rank() == 3 && o.isReal());
            if (rows != null && masks(outputs, rows) != null) {
                return rows.isDynamic(2) ? -1 : rows.side(2) - 1;
            }
            OnnxTensorType scores = first(outputs, o -> o.rank() == 4 && o.isReal() && channels(o, channelsLast) != 1);
            return scores == null ? -1 : channels(scores, channelsLast);
        }

        /** The class space of so many classes, if there is one; else a list that runs, for names to be put into. */
        private static List<String> classes(long number) {
            String space = SPACES.get(number);
            if (space != null || number < 1 || number > ClassSpace.MAX_CLASSES) {
                return List.of(
                        "classes: " + (space == null ? "cityscapes19" : space)
                                + "                  # a class space, or a list in the order of the outputs"
                                + (number > ClassSpace.MAX_CLASSES
                                        ? ", of at most " + ClassSpace.MAX_CLASSES + " and not " + number
                                        : ""),
                        "# mapTo: nyud40                        # class space of the labels, if it is another one",
                        "# map: {windowpane: window}            # the same names map by themselves; what is left is none");
            }
            return List.of(
                    "classes: ["
                            + LongStream.range(0, number)
                                    .mapToObj(index -> "class" + index)
                                    .collect(Collectors.joining(", "))
                            + "]   # put their names, in the order of the outputs",
                    "mapTo: nyud40                          # class space of the labels",
                    "map: {class0: wall}                    # which of yours is which of theirs; the same names map by themselves");
        }
    }
}
