package dev.understudy.model.onnx;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * An input or output of a network.
 *
 * @param element type of its elements, as ONNX numbers them; 0 if it is not told, or no tensor
 * @param sides its shape, dimension by dimension: a number, or the name of what is not known yet, {@code ?} without
 *     one; empty also if no shape is told
 */
public record OnnxTensorType(String name, int element, List<String> sides) {
    private static final int FLOAT = 1;
    private static final int FLOAT16 = 10;
    private static final int BFLOAT16 = 16;
    private static final int BYTE = 2;
    private static final int STRING = 8;
    private static final int DOUBLE = 11;
    private static final int CHANNELS = 3;

    private static final Map<Integer, String> ELEMENTS = Map.ofEntries(
            Map.entry(1, "float32"),
            Map.entry(2, "uint8"),
            Map.entry(3, "int8"),
            Map.entry(4, "uint16"),
            Map.entry(5, "int16"),
            Map.entry(6, "int32"),
            Map.entry(7, "int64"),
            Map.entry(8, "string"),
            Map.entry(9, "bool"),
            Map.entry(10, "float16"),
            Map.entry(11, "float64"),
            Map.entry(12, "uint32"),
            Map.entry(13, "uint64"),
            Map.entry(16, "bfloat16"));

    public OnnxTensorType {
        sides = List.copyOf(sides);
    }

    /** Whether its elements are uint8. */
    public boolean hasBytes() {
        return element == BYTE;
    }

    /** Whether a picture can be given as its elements. */
    public boolean takesPictures() {
        return isReal() || hasBytes();
    }

    /** Whether its elements are real numbers. */
    public boolean isReal() {
        return isReal(element);
    }

    static boolean isReal(int element) {
        return element == FLOAT || element == FLOAT16 || element == BFLOAT16 || element == DOUBLE;
    }

    /** Whether it is a tensor of numbers, or of yes and no, at all. */
    public boolean hasNumbers() {
        return ELEMENTS.containsKey(element) && element != STRING;
    }

    /** Whether it is [N, height, width, 3] and not [N, 3, height, width]. */
    public boolean hasChannelsLast() {
        return rank() == 4 && side(3) == CHANNELS && side(1) != CHANNELS;
    }

    /** Its shape for pictures that would be [N, 3, height, width]. */
    long[] shapeOf(long[] nchw) {
        return hasChannelsLast() ? new long[] {nchw[0], nchw[2], nchw[3], nchw[1]} : nchw.clone();
    }

    static String elementName(int element) {
        return ELEMENTS.getOrDefault(element, "type " + element);
    }

    public int rank() {
        return sides.size();
    }

    /** Whether a dimension may have any size. */
    public boolean isDynamic(int dimension) {
        return dimension >= sides.size() || !isNumber(sides.get(dimension));
    }

    /** Size of a dimension; −1 if it may have any. */
    public long side(int dimension) {
        return isDynamic(dimension) ? -1 : Long.parseLong(sides.get(dimension));
    }

    private static boolean isNumber(String side) {
        return side.matches("[0-9]{1,18}");
    }

    /** For example {@code float32 [N, 3, 512, 512]}. */
    public String shape() {
        return elementName(element) + " [" + String.join(", ", sides) + "]";
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "'%s' %s", name.replaceAll("\\p{Cntrl}", "?"), shape());
    }
}
