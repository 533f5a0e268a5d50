package dev.understudy.model.inference;

/**
 * Where the picture lies in a feature map, in the map's samples from its upper left corner. It need not begin or end at
 * a sample, and it reaches beyond the map where the network was shown a part of the picture only.
 */
public record MapWindow(double left, double top, double width, double height) {
    public MapWindow {
        if (!(width > 0 && height > 0) || !Double.isFinite(left + top + width + height)) {
            throw new IllegalArgumentException(
                    "a picture of " + width + "×" + height + " samples at " + left + ", " + top);
        }
    }

    /** The map shows the picture, no more and no less. */
    static MapWindow whole(int width, int height) {
        return new MapWindow(0, 0, width, height);
    }

    /** The same place in a map whose first {@code columns} and {@code rows} are cut off. */
    public MapWindow shifted(int columns, int rows) {
        return new MapWindow(left - columns, top - rows, width, height);
    }

    /** First of {@code pixels} columns of the picture whose centre lies in a map of {@code samples} columns. */
    int firstColumn(int samples, int pixels) {
        return first(left, width, samples, pixels);
    }

    /** One past the last of them. */
    int endColumn(int samples, int pixels) {
        return end(left, width, samples, pixels);
    }

    int firstRow(int samples, int pixels) {
        return first(top, height, samples, pixels);
    }

    int endRow(int samples, int pixels) {
        return end(top, height, samples, pixels);
    }

    private static int first(double start, double extent, int samples, int pixels) {
        int first = 0;
        while (first < pixels && start + (first + 0.5) * extent / pixels < 0) {
            first++;
        }
        return first;
    }

    private static int end(double start, double extent, int samples, int pixels) {
        int end = pixels;
        while (end > 0 && start + (end - 0.5) * extent / pixels > samples) {
            end--;
        }
        return end;
    }
}
