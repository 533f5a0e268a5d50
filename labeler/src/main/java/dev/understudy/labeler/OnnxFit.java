package dev.understudy.labeler;

import dev.understudy.files.DataException;
import dev.understudy.model.external.NetworkOutputs;
import dev.understudy.model.external.NetworkOutputs.Kind;
import dev.understudy.model.external.NetworkOutputs.Segmentation;
import dev.understudy.model.external.PictureInput;
import dev.understudy.model.onnx.OnnxFile;
import dev.understudy.model.onnx.OnnxTensorType;
import java.util.ArrayList;
import java.util.List;

/** Whether an ONNX file is what its card says. */
final class OnnxFit {
    private final OnnxFile file;
    private final List<String> problems = new ArrayList<>();

    private OnnxFit(OnnxFile file) {
        this.file = file;
    }

    /**
     * @param classes that the card lists; 0 without segmentation
     * @throws DataException that says what the file has, if it does not fit
     */
    static void check(OnnxFile file, PictureInput input, NetworkOutputs outputs, int classes) {
        OnnxFit fit = new OnnxFit(file);
        fit.input(file.input(), input);
        if (outputs.segmentation() != null) {
            fit.segmentation(outputs.segmentation(), classes);
        }
        if (outputs.depth() != null) {
            fit.output(outputs.depth().tensor(), List.of("N", "1", "h", "w"), true);
        }
        if (!fit.problems.isEmpty()) {
            throw new DataException(file.path() + ": " + String.join("; ", fit.problems)
                    + "; see what it has with 'understudy expert inspect' and correct the card");
        }
    }

    private void input(OnnxTensorType found, PictureInput input) {
        if (!found.isFloat() && !found.isHalf()) {
            problems.add("its input is " + found + ", expected float32 or float16");
        }
        if (found.rank() == 0) {
            return;
        }
        String width = input.isDynamic() ? "w" : input.size().split("x")[0];
        String height = input.isDynamic() ? "h" : input.size().split("x")[1];
        List<String> expected = List.of("N", "3", height, width);
        boolean fits = found.rank() == 4;
        for (int i = 1; fits && i < 4; i++) {
            String side = expected.get(i);
            boolean any = side.equals("w") || side.equals("h");
            fits = any ? found.isDynamic(i) : found.isDynamic(i) || found.side(i) == Long.parseLong(side);
        }
        if (!fits) {
            problems.add("its input is " + found + ", the card expects [" + String.join(", ", expected) + "]"
                    + (input.isDynamic() ? " of any size" : ""));
        }
    }

    private void segmentation(Segmentation segmentation, int classes) {
        if (segmentation.kind() instanceof Kind.Queries queries) {
            output(queries.classes(), List.of("N", "queries", Integer.toString(classes + 1)), true);
            output(queries.masks(), List.of("N", "queries", "h", "w"), true);
        } else if (segmentation.kind() instanceof Kind.Classes) {
            output(String.valueOf(segmentation.tensor()), List.of("N", "1", "h", "w"), false);
        } else {
            output(String.valueOf(segmentation.tensor()), List.of("N", Integer.toString(classes), "h", "w"), true);
        }
    }

    /** @param sides numbers must be as they are; one channel may be left out */
    private void output(String name, List<String> sides, boolean real) {
        OnnxTensorType found = file.output(name).orElse(null);
        if (found == null) {
            problems.add("it has no output '" + name + "', it has " + file.outputs());
            return;
        }
        if (real && !found.isReal()) {
            problems.add("its output is " + found + ", expected float32 or float16");
        }
        boolean squeezed =
                found.rank() == 3 && sides.size() == 4 && sides.get(1).equals("1");
        boolean fits = found.rank() == 0 || squeezed || found.rank() == sides.size();
        for (int i = 1; fits && !squeezed && i < found.rank(); i++) {
            boolean number = Character.isDigit(sides.get(i).charAt(0));
            fits = !number || found.isDynamic(i) || found.side(i) == Long.parseLong(sides.get(i));
        }
        if (!fits) {
            problems.add("its output is " + found + ", the card expects [" + String.join(", ", sides) + "]");
        }
    }
}
