package dev.understudy.cli.report;

/**
 * Viridis (Smith and van der Walt, 2015) by linear interpolation between nine of its colours: even in lightness, so that
 * it survives a grey printer and colour-blind eyes.
 */
final class Colormap {
    private static final int[] VIRIDIS = {
        0x440154, 0x472D7B, 0x3B528B, 0x2C728E, 0x21918C, 0x28AE80, 0x5EC962, 0xADDC30, 0xFDE725
    };

    private Colormap() {}

    /** Packed 0xRRGGBB for a share of the range, clamped to [0, 1]. */
    static int at(double share) {
        double position = Math.min(Math.max(share, 0), 1) * (VIRIDIS.length - 1);
        int low = Math.min((int) position, VIRIDIS.length - 2);
        double part = position - low;
        return mix(VIRIDIS[low], VIRIDIS[low + 1], part);
    }

    /** {@code first·(1−part) + second·part}, channel by channel. */
    static int mix(int first, int second, double part) {
        int mixed = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            double a = first >> shift & 0xFF;
            double b = second >> shift & 0xFF;
            mixed |= (int) Math.round(a + (b - a) * part) << shift;
        }
        return mixed;
    }
}
