package dev.understudy.model.inference;

import dev.understudy.conf.ConfigurationException;

/**
 * One way of showing a picture to a network.
 *
 * @param scale of the picture's sides, 0.25–4
 * @param mirrored left to right
 */
public record View(double scale, boolean mirrored) {
    /** The picture as it is. */
    public static final View PLAIN = new View(1, false);

    public View {
        if (!(scale >= 0.25 && scale <= 4)) {
            throw new ConfigurationException("scale: " + scale + ", expected 0.25 to 4");
        }
    }

    /** A side of the picture as this view shows it, pixels. */
    public int sized(int side) {
        return Math.max(1, (int) Math.round(side * scale));
    }
}
