package dev.understudy.dataset.image;

import java.util.Arrays;
import java.util.List;

/**
 * A colour for every class index from 0 to 255, as 0xRRGGBB. Indices without a class are black, ignored pixels are
 * pale. Immutable.
 */
public final class Palette {
    /** As Pascal VOC draws what is not scored; no class of the built-in spaces has this colour. */
    public static final int IGNORE_COLOUR = 0xE0E0C0;

    private final int[] colours = new int[256];

    /** @param colours of the indices from 0 on; at most 256, each 0xRRGGBB */
    public Palette(List<Integer> colours) {
        if (colours.size() > 256) {
            throw new IllegalArgumentException(colours.size() + " colours for 256 indices");
        }
        this.colours[LabelMap.IGNORE] = IGNORE_COLOUR;
        for (int i = 0; i < colours.size(); i++) {
            this.colours[i] = colours.get(i) & 0xFFFFFF;
        }
    }

    public int colour(int index) {
        return colours[index];
    }

    /** Draws a label map in its colours. */
    public RgbImage paint(LabelMap labels) {
        byte[] rgb = new byte[Math.multiplyExact(labels.classes().length, 3)];
        for (int i = 0; i < labels.classes().length; i++) {
            int colour = colours[labels.classAt(i)];
            rgb[3 * i] = (byte) (colour >> 16);
            rgb[3 * i + 1] = (byte) (colour >> 8);
            rgb[3 * i + 2] = (byte) colour;
        }
        return new RgbImage(labels.width(), labels.height(), rgb);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Palette palette && Arrays.equals(colours, palette.colours);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(colours);
    }
}
