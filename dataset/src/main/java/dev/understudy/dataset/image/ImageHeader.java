package dev.understudy.dataset.image;

import dev.understudy.files.DataException;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What a PNG or JPEG file says of itself before anything is decoded. The format is told by the first bytes, not by the
 * file's name.
 *
 * @param width of the pixels as they are stored
 * @param height of the pixels as they are stored
 * @param bits per channel (per index, with a palette)
 * @param orientation how a JPEG says that it is to be turned, 1 to 8; see {@link ExifOrientation}. Always 1 of a PNG
 */
public record ImageHeader(Format format, int width, int height, int bits, ColourType colour, int orientation) {
    /**
     * Pictures of more pixels are refused unless a caller allows more: 50 million is beyond any camera that robots
     * carry, and what a hostile file can then make us allocate is bounded by about 350 MB.
     */
    public static final long DEFAULT_MAX_PIXELS = 50_000_000;

    /** Of three channels no array holds more. */
    private static final long MOST_PIXELS = (Integer.MAX_VALUE - 8) / 3;

    private static final long PNG_SIGNATURE = 0x89504E470D0A1A0AL;
    private static final int PNG_IHDR = 0x49484452;
    private static final int JPEG_SIGNATURE = 0xFFD8;
    private static final int APP1 = 0xE1;

    public enum Format {
        PNG,
        JPEG
    }

    /** How a pixel is stored. */
    public enum ColourType {
        GREY("grey"),
        GREY_ALPHA("grey with alpha"),
        PALETTE("palette"),
        RGB("RGB"),
        RGBA("RGBA"),
        OTHER("CMYK or unknown");

        private final String words;

        ColourType(String words) {
            this.words = words;
        }
    }

    /** Whether the picture is to be turned before it is shown. */
    public boolean isTurned() {
        return orientation != ExifOrientation.UPRIGHT;
    }

    /** Of the picture as viewers show it. */
    public int shownWidth() {
        return ExifOrientation.isQuarterTurn(orientation) ? height : width;
    }

    /** Of the picture as viewers show it. */
    public int shownHeight() {
        return ExifOrientation.isQuarterTurn(orientation) ? width : height;
    }

    /** Such as {@code 640×480 16-bit grey PNG}. */
    @Override
    public String toString() {
        return width + "×" + height + " " + bits + "-bit " + colour.words + " " + format;
    }

    /** As {@link #read(Path, long)} with {@link #DEFAULT_MAX_PIXELS}. */
    public static ImageHeader read(Path file) {
        return read(file, DEFAULT_MAX_PIXELS);
    }

    /** @throws DataException if the file is missing, neither PNG nor JPEG, or of more than {@code maxPixels} pixels */
    public static ImageHeader read(Path file, long maxPixels) {
        try (OpenPicture picture = OpenPicture.open(file, maxPixels)) {
            return picture.header();
        } catch (IOException e) {
            throw ImageErrors.unreadable(file, e);
        }
    }

    /** @param in at the file's start */
    static ImageHeader read(Path file, InputStream in, long maxPixels) throws IOException {
        ImageHeader header = read(file, new DataInputStream(in));
        if ((long) header.width * header.height > Math.min(maxPixels, MOST_PIXELS)) {
            boolean allowable = (long) header.width * header.height <= MOST_PIXELS;
            throw ImageErrors.unexpected(
                    file,
                    header.width + "×" + header.height + " pixels",
                    "at most " + Math.min(maxPixels, MOST_PIXELS) + " in all",
                    "scale it down" + (allowable ? ", or raise maxPixels if it is genuine" : ""));
        }
        return header;
    }

    private static ImageHeader read(Path file, DataInputStream in) throws IOException {
        int first = in.readUnsignedShort();
        if (first == JPEG_SIGNATURE) {
            return jpeg(file, in);
        }
        long signature = (long) first << 48 | (long) in.readUnsignedShort() << 32 | in.readInt() & 0xFFFFFFFFL;
        if (signature != PNG_SIGNATURE) {
            throw ImageErrors.unexpected(
                    file,
                    String.format(Locale.ROOT, "a file that starts with %016x", signature),
                    "a PNG or JPEG",
                    "convert it, or check the path");
        }
        return png(file, in);
    }

    private static ImageHeader png(Path file, DataInputStream in) throws IOException {
        int length = in.readInt();
        int type = in.readInt();
        int width = in.readInt();
        int height = in.readInt();
        int bits = in.readUnsignedByte();
        ColourType colour = switch (in.readUnsignedByte()) {
            case 0 -> ColourType.GREY;
            case 2 -> ColourType.RGB;
            case 3 -> ColourType.PALETTE;
            case 4 -> ColourType.GREY_ALPHA;
            case 6 -> ColourType.RGBA;
            default -> ColourType.OTHER;
        };
        if (length != 13 || type != PNG_IHDR || width < 1 || height < 1 || colour == ColourType.OTHER) {
            throw ImageErrors.unexpected(file, "a PNG with a broken header", "a whole PNG", "copy it again");
        }
        if (!isPngDepth(bits, colour)) {
            String found = "a PNG with a broken header (" + bits + " bits of " + colour.words + ")";
            throw ImageErrors.unexpected(file, found, "a whole PNG", "copy it again");
        }
        return new ImageHeader(Format.PNG, width, height, bits, colour, ExifOrientation.UPRIGHT);
    }

    /** The bits a sample that the format knows. */
    private static boolean isPngDepth(int bits, ColourType colour) {
        return switch (bits) {
            case 1, 2, 4 -> colour == ColourType.GREY || colour == ColourType.PALETTE;
            case 8 -> true;
            case 16 -> colour != ColourType.PALETTE;
            default -> false;
        };
    }

    private static ImageHeader jpeg(Path file, DataInputStream in) throws IOException {
        int orientation = ExifOrientation.UPRIGHT;
        while (true) {
            int marker = in.readUnsignedByte() == 0xFF ? in.readUnsignedByte() : 0;
            while (marker == 0xFF) {
                marker = in.readUnsignedByte();
            }
            if (marker == 0x01 || marker >= 0xD0 && marker <= 0xD7) {
                continue;
            }
            int length = in.readUnsignedShort() - 2;
            boolean frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
            if (marker == 0 || marker == 0xD9 || marker == 0xDA || length < (frame ? 6 : 0)) {
                throw ImageErrors.unexpected(file, "a JPEG with a broken header", "a whole JPEG", "copy it again");
            }
            if (frame) {
                return jpegFrame(file, in, orientation);
            }
            if (marker == APP1 && orientation == ExifOrientation.UPRIGHT) {
                orientation = ExifOrientation.of(whole(in, length));
            } else {
                in.skipNBytes(length);
            }
        }
    }

    private static byte[] whole(DataInputStream in, int length) throws IOException {
        byte[] segment = new byte[length];
        in.readFully(segment);
        return segment;
    }

    private static ImageHeader jpegFrame(Path file, DataInputStream in, int orientation) throws IOException {
        int bits = in.readUnsignedByte();
        int height = in.readUnsignedShort();
        int width = in.readUnsignedShort();
        int channels = in.readUnsignedByte();
        if (width < 1 || height < 1) {
            throw ImageErrors.unexpected(
                    file, "a JPEG of " + width + "×" + height, "a size in its header", "save it again");
        }
        ColourType colour = channels == 1 ? ColourType.GREY : channels == 3 ? ColourType.RGB : ColourType.OTHER;
        return new ImageHeader(Format.JPEG, width, height, bits, colour, orientation);
    }
}
