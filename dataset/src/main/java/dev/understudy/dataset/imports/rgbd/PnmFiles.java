package dev.understudy.dataset.imports.rgbd;

import dev.understudy.dataset.image.RgbImage;
import dev.understudy.files.DataException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Raw PPM and PGM as the NYUDv2 recorder wrote them: P6 of 8 bits, P5 of 16 bits with the wrong byte first. */
final class PnmFiles {
    private static final int MAX_HEADER = 4096;

    private PnmFiles() {}

    /** @param values row-major, 0–65535 */
    record Grey(int width, int height, char[] values) {}

    private record Header(int width, int height) {}

    static RgbImage colour(Path file, long maxPixels) {
        return read(file, in -> {
            Header header = header(file, in, "P6", 255, maxPixels);
            return new RgbImage(header.width, header.height, pixels(in, header, 3));
        });
    }

    /** The format asks for the high byte first; these files have the low byte first. */
    static Grey swappedGrey(Path file, long maxPixels) {
        return read(file, in -> {
            Header header = header(file, in, "P5", 65535, maxPixels);
            byte[] bytes = pixels(in, header, 2);
            char[] values = new char[bytes.length / 2];
            for (int i = 0; i < values.length; i++) {
                values[i] = (char) (bytes[2 * i] & 0xFF | (bytes[2 * i + 1] & 0xFF) << 8);
            }
            return new Grey(header.width, header.height, values);
        });
    }

    @FunctionalInterface
    private interface Reading<T> {
        T from(InputStream in) throws IOException;
    }

    private static <T> T read(Path file, Reading<T> reading) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            return reading.from(in);
        } catch (EOFException e) {
            throw new DataException(
                    file + ": found the end of the file within the picture, expected a whole PPM or PGM; copy it again",
                    e);
        } catch (IOException e) {
            throw new DataException(file + ": cannot be read (" + e.getMessage() + "); check the file", e);
        }
    }

    private static Header header(Path file, InputStream in, String magic, int maxValue, long maxPixels)
            throws IOException {
        int[] left = {MAX_HEADER};
        String found = word(in, left);
        long width = number(in, left);
        long height = number(in, left);
        long most = number(in, left);
        if (!found.equals(magic) || width < 1 || height < 1 || most != maxValue) {
            throw new DataException(file + ": found no " + magic + " picture with values up to " + maxValue
                    + " in its header, expected one as NYUDv2's raw data has them; check the layout");
        }
        // Each is below ten digits, so the product fits.
        if (width * height > maxPixels) {
            throw new DataException(file + ": found " + width + "×" + height + " pixels, expected at most " + maxPixels
                    + " in all; raise maxPixels if it is genuine");
        }
        return new Header((int) width, (int) height);
    }

    private static byte[] pixels(InputStream in, Header header, int bytesEach) throws IOException {
        int length = Math.multiplyExact(Math.multiplyExact(header.width, header.height), bytesEach);
        // Grows with what is there: a header alone makes us allocate nothing.
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException();
        }
        return bytes;
    }

    private static long number(InputStream in, int[] left) throws IOException {
        String word = word(in, left);
        return word.matches("\\d{1,9}") ? Long.parseLong(word) : -1;
    }

    /** The next word of a header, with the one white space after it; comments are passed over. */
    private static String word(InputStream in, int[] left) throws IOException {
        StringBuilder word = new StringBuilder();
        for (boolean comment = false; ; ) {
            int c = in.read();
            if (c < 0 || left[0]-- == 0) {
                throw new EOFException();
            }
            boolean space = Character.isWhitespace(c);
            comment = comment ? c != '\n' : c == '#' && word.length() == 0;
            if (!comment && !space) {
                word.append((char) c);
            } else if (space && word.length() > 0) {
                return word.toString();
            }
        }
    }
}
