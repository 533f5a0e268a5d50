package dev.understudy.dataset.classes;

/**
 * The outputs of the segmentation head that one data set uses, when several share a head: NYUD-40 the outputs 0–39 and
 * KITTI-6 the outputs 40–45 of 46. A frame's class c is output {@code from + c}.
 *
 * @param from first output
 * @param to one past the last
 */
public record ClassSlice(int from, int to) {
    /** Of a head of any size. */
    public static final ClassSlice ALL = new ClassSlice(0, Integer.MAX_VALUE);

    public ClassSlice {
        if (from < 0 || to <= from) {
            throw new IllegalArgumentException("classes " + from + " to " + to + " (exclusive): none");
        }
    }

    /** All of a head with {@code classes} outputs. */
    public static ClassSlice all(int classes) {
        return new ClassSlice(0, classes);
    }

    public int size() {
        return to - from;
    }
}
