package dev.understudy.labeler;

import dev.understudy.files.DataException;
import dev.understudy.model.external.NetworkOutputs;
import dev.understudy.model.external.NetworkOutputs.Kind;
import dev.understudy.model.external.NetworkOutputs.Segmentation;
import dev.understudy.model.external.PictureInput;
import dev.understudy.model.onnx.OnnxFile;
import dev.understudy.model.onnx.OnnxTensorType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Whether an ONNX file is what its card says. */
final class OnnxFit {
    private static final int CHANNELS = 3;

    private final OnnxFile file;
    private final List<String> problems = new ArrayList<>();
    /** What the file would have to have, where no card can mend it. */
    private final Set<String> exportAgain = new LinkedHashSet<>();

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
                    + (fit.exportAgain.isEmpty()
                            ? "; see what it has with 'understudy expert inspect' and correct the card"
                            : "; export it again with " + String.join(" and ", fit.exportAgain)));
        }
    }

    private void input(OnnxTensorType found, PictureInput input) {
        if (!found.takesPictures()) {
            problems.add("its input is " + found + ", which no picture is");
            exportAgain.add("an input of float32");
        }
        if (found.hasBytes() && !isPlain(input)) {
            problems.add("its input is " + found + ", a picture's values of 0 to 255 as they are, and the card changes"
                    + " them by scale, mean or deviation");
        }
        if (found.rank() == 0) {
            return;
        }
        if (found.rank() != 4 || !found.hasChannelsLast() && !found.isDynamic(1) && found.side(1) != CHANNELS) {
            problems.add("its input is " + found);
            exportAgain.add("an input of [1, 3, height, width], a picture");
            return;
        }
        if (found.sides().contains("0")) {
            problems.add("its input is " + found + ", of which no picture can be");
            exportAgain.add("sizes that are numbers, or free");
            return;
        }
        if (!found.isDynamic(0) && found.side(0) != 1) {
            problems.add("its input is " + found + ", always " + found.side(0) + " pictures");
            exportAgain.add("one picture, or any number of them");
        }
        int heightAt = found.hasChannelsLast() ? 1 : 2;
        String[] sides = input.size().split("x");
        boolean fits = input.isDynamic()
                ? found.isDynamic(heightAt) && found.isDynamic(heightAt + 1)
                : fits(found, heightAt, sides[1]) && fits(found, heightAt + 1, sides[0]);
        if (!fits) {
            problems.add("its input is " + found + ", the card expects one of "
                    + (input.isDynamic() ? "any size" : input.size()));
        }
    }

    private static boolean fits(OnnxTensorType found, int dimension, String side) {
        return found.isDynamic(dimension) || found.side(dimension) == Long.parseLong(side);
    }

    private static boolean isPlain(PictureInput input) {
        return input.scale() == 1
                && input.mean().stream().allMatch(mean -> mean == 0)
                && input.deviation().stream().allMatch(deviation -> deviation == 1);
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

    /** @param sides numbers must be as they are; one channel may be left out, or channels may come last */
    private void output(String name, List<String> sides, boolean real) {
        OnnxTensorType found = file.output(name).orElse(null);
        if (found == null) {
            problems.add("it has no output '" + name + "', it has " + file.outputs());
            return;
        }
        if (!found.hasNumbers() || real && !found.isReal()) {
            problems.add("its output is " + found + ", expected " + (real ? "float32 or another kind of real" : "")
                    + " numbers");
        }
        boolean oneChannel = sides.get(1).equals("1");
        boolean squeezed = found.rank() == 3 && sides.size() == 4 && oneChannel;
        boolean fits = found.rank() == 0
                || squeezed
                || found.rank() == sides.size()
                        && (fits(found, sides)
                                || sides.size() == 4 && sides.get(1).equals(Long.toString(found.side(3))));
        if (!fits) {
            problems.add("its output is " + found + ", the card expects [" + String.join(", ", sides) + "]");
            if (found.rank() == sides.size() - 1 || oneChannel && found.rank() == 2) {
                exportAgain.add("the batch as its outputs' first dimension");
            }
        }
    }

    private static boolean fits(OnnxTensorType found, List<String> sides) {
        boolean fits = true;
        for (int i = 1; i < sides.size(); i++) {
            boolean number = Character.isDigit(sides.get(i).charAt(0));
            fits &= !number || found.isDynamic(i) || found.side(i) == Long.parseLong(sides.get(i));
        }
        return fits;
    }
}
