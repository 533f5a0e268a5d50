package dev.understudy.dataset.signs;

import dev.understudy.dataset.image.DepthMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Sums over the stored values of 16-bit depth maps that tell a value for "none", bits that were rotated and bytes that
 * were swapped. Maps of one scale and one origin belong in one. Safe for use by several threads at once.
 */
public final class DepthSigns {
    private static final int VALUES = 1 << 16;

    /** A share of the measured pixels that is all at one value, with nothing near it, is no surface. */
    private static final double SPIKE = 0.001;

    private static final double GAP = 0.8;

    /** Whoever lets a value mean "none" takes the largest of 8, 10, 12 or 16 bits, or a round one. */
    private static final int LEAST_NONE = 255;

    private static final double NEARLY_ALL = 0.999;
    private static final int FEWEST_VALUES = 16;

    /** Where there are fewer, a gap below the largest is no wonder, unless that is 65535. */
    private static final int MANY_VALUES = 64;

    /** Metres: how far half of what a camera sees may lie. */
    private static final double FAR = 4;

    private static final double VERY_FAR = 20;

    /** Neighbours differ by 0.2 to 0.7 % in real depth of rooms, by 5 to 50 % where its bytes are swapped. */
    private static final double ROUGH = 0.015;

    /**
     * Sound depth is never smoother with its bytes swapped; swapped depth is so 2.7 to 100 times, least in coarse
     * streets.
     */
    private static final double SMOOTHER = 2;

    private final long[] counts = new long[VALUES];
    private long level;
    private long difference;
    private long swappedLevel;
    private long swappedDifference;

    /** @param stored the file's values, 0–65535, not metres */
    public void add(DepthMap stored) {
        float[] values = stored.metres();
        int[] mine = new int[VALUES];
        long[] sums = new long[4];
        for (int i = 0; i < values.length; i++) {
            int value = Math.min(VALUES - 1, Math.round(values[i]));
            mine[value]++;
            if (i % stored.width() != 0) {
                neighbours(Math.min(VALUES - 1, Math.round(values[i - 1])), value, sums);
            }
        }
        add(mine, sums);
    }

    private static void neighbours(int left, int right, long[] sums) {
        if (left > 0 && right > 0 && left < VALUES - 1 && right < VALUES - 1) {
            sums[0] += right;
            sums[1] += Math.abs(left - right);
            int swappedRight = DepthBits.SWAPPED.decode(right);
            sums[2] += swappedRight;
            sums[3] += Math.abs(DepthBits.SWAPPED.decode(left) - swappedRight);
        }
    }

    private synchronized void add(int[] mine, long[] sums) {
        for (int value = 0; value < VALUES; value++) {
            counts[value] += mine[value];
        }
        level += sums[0];
        difference += sums[1];
        swappedLevel += sums[2];
        swappedDifference += sums[3];
    }

    /**
     * One line for each sign, with the option of the importers that it asks for; empty if there is none.
     *
     * @param scale units per metre
     */
    public synchronized List<String> lines(double scale) {
        List<String> lines = new ArrayList<>();
        long measured = 0;
        for (int value = 1; value < VALUES; value++) {
            measured += counts[value];
        }
        if (measured == 0) {
            return lines;
        }
        String none = none(measured, scale);
        add(lines, none);
        // Neighbours of such a value differ by it whatever the order of bytes; only 65535 is left out of the sums
        boolean comparable = none == null || counts[VALUES - 1] > 0;
        String swapped = comparable ? swapped(measured, scale) : null;
        add(lines, swapped);
        if (swapped == null) {
            add(lines, rotated(measured, scale));
        }
        return lines;
    }

    private static void add(List<String> lines, @Nullable String line) {
        if (line != null) {
            lines.add(line);
        }
    }

    /** The largest value stands alone. */
    private @Nullable String none(long measured, double scale) {
        int most = VALUES - 1;
        while (counts[most] == 0) {
            most--;
        }
        int next = most - 1;
        while (next > 0 && counts[next] == 0) {
            next--;
        }
        boolean usual = most == VALUES - 1 || most >= LEAST_NONE && distinct() >= MANY_VALUES;
        if (!usual || counts[most] < SPIKE * measured || next == 0 || next > GAP * most) {
            return null;
        }
        return format(
                "depth: %.1f %% of the measured pixels are exactly %d (%.2f m) and none lie between %d (%.2f m) and it, so"
                        + " it seems to mean 'none'; import with --invalid %d",
                100.0 * counts[most] / measured, most, most / scale, next, next / scale, most);
    }

    private @Nullable String swapped(long measured, double scale) {
        if (share(measured, 0xFF, 0) > NEARLY_ALL
                && median(measured) / scale > VERY_FAR
                && distinct() >= FEWEST_VALUES) {
            return format(
                    "depth: the low bytes of all values are 0 and half of the pixels lie beyond %.0f m; with the two bytes"
                            + " of each value swapped, beyond %.2f m; import with --depth-bits swapped",
                    median(measured) / scale, DepthBits.SWAPPED.decode(median(measured)) / scale);
        }
        double rough = (double) difference / Math.max(1, level);
        double swapped = (double) swappedDifference / Math.max(1, swappedLevel);
        return rough < ROUGH || rough < SMOOTHER * swapped || distinct() < FEWEST_VALUES
                ? null
                : format(
                        "depth: neighbouring pixels differ by %.1f %% on average, but by %.1f %% with the two bytes of each"
                                + " value swapped; import with --depth-bits swapped",
                        100 * rough, 100 * swapped);
    }

    /** Turned left by three bits, what is nearer than 8192 units ends in three zeros. */
    private @Nullable String rotated(long measured, double scale) {
        double eighths = share(measured, 7, 0);
        double odd = share(measured, 15, 8);
        double middle = median(measured) / scale;
        boolean likely = eighths > NEARLY_ALL && odd > 0.2 && odd < 0.8 && middle > FAR && distinct() >= FEWEST_VALUES;
        return !likely
                ? null
                : format(
                        "depth: all values are multiples of 8 and half of the pixels lie beyond %.1f m; with the bits turned"
                                + " back, as SUN RGB-D needs it, beyond %.2f m; import with --depth-bits rotated",
                        middle, DepthBits.ROTATED.decode(median(measured)) / scale);
    }

    /** Of measured values but 65535, those of which the bits {@code mask} are {@code bits}. */
    private double share(long measured, int mask, int bits) {
        long fitting = 0;
        for (int value = 1; value < VALUES - 1; value++) {
            fitting += (value & mask) == bits ? counts[value] : 0;
        }
        return (double) fitting / Math.max(1, measured - counts[VALUES - 1]);
    }

    private int median(long measured) {
        long below = 0;
        for (int value = 1; value < VALUES; value++) {
            below += counts[value];
            if (2 * below >= measured) {
                return value;
            }
        }
        return VALUES - 1;
    }

    private int distinct() {
        int distinct = 0;
        for (int value = 1; value < VALUES; value++) {
            distinct += counts[value] > 0 ? 1 : 0;
        }
        return distinct;
    }

    private static String format(String text, Object... values) {
        return String.format(Locale.ROOT, text, values);
    }

    /** How the 16 bits of a depth map's values are to be read. */
    public enum DepthBits {
        /** As they are. */
        PLAIN {
            @Override
            public int decode(int stored) {
                return stored;
            }
        },
        /** Turned left by three, as SUN RGB-D stores millimetres. */
        ROTATED {
            @Override
            public int decode(int stored) {
                return stored >> 3 | stored << 13 & 0xFFFF;
            }
        },
        /** With the low byte first, where PNG has the high one. */
        SWAPPED {
            @Override
            public int decode(int stored) {
                return stored >> 8 | stored << 8 & 0xFF00;
            }
        };

        /** @param stored 0–65535. @return 0–65535; 0 stays 0 and 65535 stays 65535 */
        public abstract int decode(int stored);
    }
}
