package dev.understudy.model.external;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.model.external.InputPlacement.Fit;
import dev.understudy.model.inference.View;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a network expects as its input: a float tensor [N, 3, height, width] of (pixel · scale − mean) / deviation.
 *
 * @param size width and height, {@code 512x384}, or {@code dynamic} if it takes pictures as they come
 * @param multipleOf what both sides must be a multiple of, if {@code size} is dynamic
 * @param shortSide to which the picture's shorter side is brought if {@code size} is dynamic; null = as it is
 * @param fit what is done where the picture has another shape
 * @param pad what is filled in beside the picture, a value of 0–255 before scaling
 * @param centre share of the picture's width and height that the network is shown, around its centre
 * @param resize how pixels are made where the size changes
 * @param scale applied to pixels of 0–255
 * @param mean by channel, in {@code order}
 * @param deviation by channel, in {@code order}
 * @param order of the channels
 */
public record PictureInput(
        String size,
        @Default("1") int multipleOf,
        @Nullable Integer shortSide,
        @Default("stretch") Fit fit,
        @Default("0") double pad,
        @Default("1") double centre,
        @Default("bilinear") Resize resize,
        @Default("1") double scale,
        @Default("[0, 0, 0]") List<Double> mean,
        @Default("[1, 1, 1]") List<Double> deviation,
        @Default("rgb") ChannelOrder order) {
    /** Longest side of an input, pixels. */
    static final int MOST = 8192;

    private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,3})x([1-9]\\d{0,3})");
    private static final String DYNAMIC = "dynamic";
    private static final int CHANNELS = 3;

    /** How pixels are made where the size changes. */
    public enum Resize {
        /** From the four nearest pixels, as OpenCV does it. */
        BILINEAR,
        /** From all pixels that an output pixel covers, as Pillow and most of today's published networks do it. */
        ANTIALIASED,
        /** From the sixteen nearest pixels. */
        BICUBIC
    }

    /** Which channel comes first. */
    public enum ChannelOrder {
        RGB,
        BGR
    }

    public PictureInput {
        mean = List.copyOf(mean);
        deviation = List.copyOf(deviation);
        boolean dynamic = size.equals(DYNAMIC);
        Checks checks = new Checks()
                .that(
                        dynamic || SIZE.matcher(size).matches() && sidesOf(size)[0] <= MOST && sidesOf(size)[1] <= MOST,
                        "size",
                        "must be WIDTHxHEIGHT of at most " + MOST + ", such as 512x384, or dynamic; found '" + size
                                + "'")
                .inRange("multipleOf", multipleOf, 1, 1024)
                .that(dynamic || multipleOf == 1, "multipleOf", "goes with 'size: dynamic' only")
                .that(dynamic || shortSide == null, "shortSide", "goes with 'size: dynamic' only")
                .inRange("pad", pad, 0, 255)
                .inRange("centre", centre, 0.1, 1)
                .positive("scale", scale)
                .that(mean.size() == CHANNELS, "mean", "must have three values, found " + mean)
                .that(deviation.size() == CHANNELS, "deviation", "must have three values, found " + deviation);
        if (shortSide != null) {
            checks.inRange("shortSide", shortSide, 16, MOST);
        }
        for (int i = 0; i < deviation.size(); i++) {
            checks.positive("deviation." + i, deviation.get(i));
        }
        checks.verify();
    }

    private static int[] sidesOf(String size) {
        Matcher sides = SIZE.matcher(size);
        return sides.matches()
                ? new int[] {Integer.parseInt(sides.group(1)), Integer.parseInt(sides.group(2))}
                : new int[] {0, 0};
    }

    public boolean isDynamic() {
        return size.equals(DYNAMIC);
    }

    /** Width and height of a fixed size, pixels. */
    int[] sides() {
        return sidesOf(size);
    }

    /** Shape of the tensor [1, 3, height, width] that a picture of some size makes. */
    public long[] shapeOf(int pictureWidth, int pictureHeight) {
        InputPlacement placement = InputPlacement.of(this, View.PLAIN, pictureWidth, pictureHeight);
        return new long[] {1, CHANNELS, placement.height(), placement.width()};
    }

    /** The input for a pixel of 0–255, which need not be whole, in a channel of the tensor. */
    float value(int channel, double pixel) {
        return (float) ((pixel * scale - mean.get(channel)) / deviation.get(channel));
    }

    /** The same for the same values, and part of what a store's fingerprint is made of. */
    public String canonical() {
        return String.format(
                Locale.ROOT,
                "size %s, multiple of %d, short side %s, fit %s, pad %s, centre %s, resize %s, scale %s, mean %s, deviation %s, order %s",
                size,
                multipleOf,
                shortSide == null ? "as it is" : shortSide.toString(),
                fit,
                Double.toString(pad),
                Double.toString(centre),
                resize,
                Double.toString(scale),
                mean,
                deviation,
                order);
    }
}
