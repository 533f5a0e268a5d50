package dev.understudy.dataset.image;

/** The one check that every map makes of its array. */
final class Sizes {
    private Sizes() {}

    static void check(String what, int length, int width, int height, int channels) {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("a map of " + width + "×" + height + " pixels");
        }
        long expected = (long) width * height * channels;
        if (length != expected) {
            throw new IllegalArgumentException(what + " has " + length + " elements, expected " + expected + " for "
                    + width + "×" + height + "×" + channels);
        }
    }
}
