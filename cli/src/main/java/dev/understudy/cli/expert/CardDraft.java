package dev.understudy.cli.expert;

import dev.understudy.dataset.classes.ClassSpace;
import dev.understudy.model.onnx.OnnxFile;
import dev.understudy.model.onnx.OnnxTensorType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** A card to start from, guessed from the shapes of a file's inputs and outputs. */
final class CardDraft {
    /** Built-in ones by their number of classes. */
    private static final Map<Long, String> SPACES =
            Map.of(19L, "cityscapes19", 40L, "nyud40", 150L, "ade20k150", 171L, "cocostuff171");

    private CardDraft() {}

    static List<String> onnx(OnnxFile file) {
        List<String> lines = new ArrayList<>();
        lines.add("network: {onnx: " + quoted(file.path()) + "}");
        lines.addAll(input(file.inputs().isEmpty() ? null : file.inputs().get(0)));
        lines.add("outputs:");
        List<String> outputs = outputs(file.outputs());
        lines.addAll(
                outputs.isEmpty() ? List.of("  # none of the outputs has the shape of classes or depth") : outputs);
        if (outputs.stream().anyMatch(line -> line.startsWith("  segmentation"))) {
            lines.addAll(classes(numberOfClasses(file.outputs())));
        }
        return lines;
    }

    static List<String> torchScript(Path file) {
        List<String> lines = new ArrayList<>();
        lines.add("# " + file.getFileName()
                + ": a zip archive, TorchScript if it was saved by torch.jit.save. It is a program:");
        lines.add(
                "# set 'trusted' if you know who made it. Outputs are 0, 1, ... by place, or what a dictionary calls them.");
        lines.add("network: {torchscript: " + quoted(file) + ", trusted: false}");
        lines.addAll(input(null));
        lines.add("outputs:");
        lines.add("  segmentation: {tensor: \"0\", kind: logits}");
        lines.addAll(classes(-1));
        return lines;
    }

    /** As it was given, since that holds for a card that is written into the working directory. */
    private static String quoted(Path file) {
        return "'" + file.toString().replace("'", "''") + "'";
    }

    private static List<String> input(@Nullable OnnxTensorType input) {
        boolean fixed = input != null && input.rank() == 4 && !input.isDynamic(2) && !input.isDynamic(3);
        List<String> lines = new ArrayList<>();
        lines.add("input:");
        lines.add("  size: " + (fixed ? input.side(3) + "x" + input.side(2) : "dynamic"));
        if (!fixed) {
            lines.add("  multipleOf: 32");
        }
        lines.add("  fit: stretch                         # or pad (keep the aspect), or crop (centre)");
        lines.add(
                "  scale: 0.00392156862745098           # value = (pixel * scale - mean) / deviation; these are ImageNet's,");
        lines.add("  mean: [0.485, 0.456, 0.406]          # put what your network was trained with");
        lines.add("  deviation: [0.229, 0.224, 0.225]");
        return lines;
    }

    private static List<String> outputs(List<OnnxTensorType> outputs) {
        List<String> lines = new ArrayList<>();
        OnnxTensorType rows = first(outputs, 3, OnnxTensorType::isReal);
        OnnxTensorType masks = rows == null ? null : first(outputs, 4, o -> o.isReal() && o.side(1) == rows.side(1));
        OnnxTensorType scores = first(outputs, 4, o -> o.isReal() && o.side(1) != 1);
        OnnxTensorType decisions = first(outputs, 3, o -> !o.isReal());
        OnnxTensorType depth = first(outputs, 4, o -> o.isReal() && o.side(1) == 1);
        if (rows != null && masks != null) {
            lines.add("  segmentation: {kind: {queries: {classes: " + text(rows.name()) + ", masks: "
                    + text(masks.name()) + "}}}   # " + (rows.side(2) - 1) + " classes and none");
        } else if (scores != null) {
            lines.add("  segmentation: {tensor: " + text(scores.name()) + ", kind: logits}   # or probabilities; "
                    + (scores.side(1) < 0 ? "some" : scores.side(1)) + " classes");
        } else if (decisions != null) {
            lines.add("  segmentation: {tensor: " + text(decisions.name()) + ", kind: classes}");
        }
        if (depth != null) {
            lines.add("  depth: {tensor: " + text(depth.name())
                    + ", kind: metres}   # or {inverse: {scale: 1, shift: 0}}");
        }
        return lines;
    }

    private interface Test {
        boolean of(OnnxTensorType output);
    }

    private static @Nullable OnnxTensorType first(List<OnnxTensorType> outputs, int rank, Test test) {
        return outputs.stream()
                .filter(output -> output.rank() == rank && test.of(output))
                .findFirst()
                .orElse(null);
    }

    private static String text(String name) {
        return "'" + name.replace("'", "''") + "'";
    }

    /** Of the segmentation that is drafted; −1 if the file does not tell. */
    private static long numberOfClasses(List<OnnxTensorType> outputs) {
        OnnxTensorType rows = first(outputs, 3, OnnxTensorType::isReal);
        OnnxTensorType masks = rows == null ? null : first(outputs, 4, o -> o.isReal() && o.side(1) == rows.side(1));
        OnnxTensorType scores = first(outputs, 4, o -> o.isReal() && o.side(1) != 1);
        return rows != null && masks != null ? rows.side(2) - 1 : scores != null ? scores.side(1) : -1;
    }

    /** The class space of so many classes, if there is one; else a list that runs, for names to be put into. */
    private static List<String> classes(long number) {
        String space = SPACES.get(number);
        if (space != null || number < 1 || number > ClassSpace.MAX_CLASSES) {
            return List.of(
                    "classes: " + (space == null ? "cityscapes19" : space)
                            + "                  # a class space, or a list in the order of the outputs",
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
