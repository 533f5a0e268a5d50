package dev.understudy.dataset.image;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * How a camera was held, as a JPEG's EXIF says it: 1 to 8, where 1 means that the first row of pixels is the top of the
 * picture and the first column its left. Viewers and most tools for annotation show a picture turned by it, so labels
 * drawn there fit the turned pixels.
 */
public final class ExifOrientation {
    /** Nothing to turn. */
    public static final int UPRIGHT = 1;

    private static final byte[] HEAD = "Exif\0\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final int TAG = 0x0112;
    private static final int ENTRY_BYTES = 12;
    private static final int BYTE = 1;
    private static final int SHORT = 3;
    private static final int LONG = 4;

    private ExifOrientation() {}

    /**
     * @param segment the content of an APP1 segment
     * @return 1 to 8; 1 if it says nothing, or is no EXIF, or is broken: pixels count more than what is said of them
     */
    static int of(byte[] segment) {
        for (int i = 0; i < HEAD.length; i++) {
            if (i >= segment.length || segment[i] != HEAD[i]) {
                return UPRIGHT;
            }
        }
        try {
            int found = find(ByteBuffer.wrap(segment, HEAD.length, segment.length - HEAD.length)
                    .slice());
            return found >= 1 && found <= 8 ? found : UPRIGHT;
        } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
            return UPRIGHT;
        }
    }

    /** The first directory is read once, from front to back, so it takes no longer than the segment is. */
    private static int find(ByteBuffer tiff) {
        int order = tiff.getShort(0);
        if (order == 0x4949) {
            tiff.order(ByteOrder.LITTLE_ENDIAN);
        } else if (order != 0x4D4D) {
            return UPRIGHT;
        }
        if (tiff.getShort(2) != 42) {
            return UPRIGHT;
        }
        tiff.position(tiff.getInt(4));
        int entries = tiff.getShort() & 0xFFFF;
        for (int i = 0; i < entries; i++) {
            int at = tiff.position();
            if ((tiff.getShort(at) & 0xFFFF) == TAG) {
                return value(tiff, at);
            }
            tiff.position(at + ENTRY_BYTES);
        }
        return UPRIGHT;
    }

    private static int value(ByteBuffer tiff, int at) {
        int count = tiff.getInt(at + 4);
        return switch (tiff.getShort(at + 2)) {
            case SHORT -> count == 1 ? tiff.getShort(at + 8) & 0xFFFF : UPRIGHT;
            case LONG -> count == 1 ? tiff.getInt(at + 8) : UPRIGHT;
            case BYTE -> count == 1 ? tiff.get(at + 8) & 0xFF : UPRIGHT;
            default -> UPRIGHT;
        };
    }

    /** Whether width and height change places. */
    public static boolean isQuarterTurn(int orientation) {
        return orientation >= 5;
    }

    /** Pixels as they are stored → as they are shown. */
    static RgbImage turn(RgbImage stored, int orientation) {
        if (orientation == UPRIGHT) {
            return stored;
        }
        int width = isQuarterTurn(orientation) ? stored.height() : stored.width();
        int height = isQuarterTurn(orientation) ? stored.width() : stored.height();
        byte[] from = stored.rgb();
        byte[] to = new byte[from.length];
        for (int y = 0, at = 0; y < height; y++) {
            for (int x = 0; x < width; x++, at += 3) {
                int source = 3 * source(orientation, x, y, stored.width(), stored.height());
                to[at] = from[source];
                to[at + 1] = from[source + 1];
                to[at + 2] = from[source + 2];
            }
        }
        return new RgbImage(width, height, to);
    }

    /** The stored pixel, of {@code width·height} ones, that is shown at (x, y). */
    private static int source(int orientation, int x, int y, int width, int height) {
        int right = width - 1;
        int bottom = height - 1;
        return switch (orientation) {
            case 2 -> y * width + right - x;
            case 3 -> (bottom - y) * width + right - x;
            case 4 -> (bottom - y) * width + x;
            case 5 -> x * width + y;
            case 6 -> (bottom - x) * width + y;
            case 7 -> (bottom - x) * width + right - y;
            case 8 -> x * width + right - y;
            default -> y * width + x;
        };
    }
}
