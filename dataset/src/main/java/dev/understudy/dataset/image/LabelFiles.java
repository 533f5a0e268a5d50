package dev.understudy.dataset.image;

import ar.com.hjg.pngj.ImageInfo;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.AtomicFile.WrittenFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Class indices on disk: PNG of at most 8 bits, grey or with a palette. The index counts, the palette's colour does
 * not.
 */
public final class LabelFiles {
    private LabelFiles() {}

    /** As {@link #read(Path, long)} with {@link ImageHeader#DEFAULT_MAX_PIXELS}. */
    public static LabelMap read(Path file) {
        return read(file, ImageHeader.DEFAULT_MAX_PIXELS);
    }

    /** @throws dev.understudy.files.DataException if the file is missing, damaged, too large or holds no indices */
    public static LabelMap read(Path file, long maxPixels) {
        try (OpenPicture picture = OpenPicture.open(file, maxPixels)) {
            ImageHeader header = picture.header();
            boolean indices =
                    header.colour() == ImageHeader.ColourType.GREY || header.colour() == ImageHeader.ColourType.PALETTE;
            if (header.format() != ImageHeader.Format.PNG || !indices || header.bits() > 8) {
                throw ImageErrors.unexpected(
                        file,
                        "a " + header,
                        "class indices in an 8-bit grey or palette PNG",
                        "convert colours or wide ids to class indices first");
            }
            int width = header.width();
            byte[] classes = new byte[Math.multiplyExact(width, header.height())];
            PngRows.read(file, picture, (y, row) -> System.arraycopy(row, 0, classes, y * width, width));
            return new LabelMap(width, header.height(), classes);
        } catch (IOException e) {
            throw ImageErrors.unreadable(file, e);
        }
    }

    /** As a palette PNG, so that viewers show the classes' colours. */
    public static WrittenFile write(Path file, LabelMap labels, Palette palette) throws IOException {
        ImageInfo info = new ImageInfo(labels.width(), labels.height(), 8, false, false, true);
        return AtomicFile.write(file, out -> PngWriting.bytes(out, info, palette, (y, row) -> copyRow(labels, y, row)));
    }

    /** As a grey PNG. */
    public static WrittenFile write(Path file, LabelMap labels) throws IOException {
        ImageInfo info = new ImageInfo(labels.width(), labels.height(), 8, false, true, false);
        return AtomicFile.write(file, out -> PngWriting.bytes(out, info, null, (y, row) -> copyRow(labels, y, row)));
    }

    /** A PNG into a stream, which stays open: with a palette, or grey without one. */
    public static void write(OutputStream out, LabelMap labels, @Nullable Palette palette) throws IOException {
        ImageInfo info = new ImageInfo(labels.width(), labels.height(), 8, false, palette == null, palette != null);
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        PngWriting.bytes(png, info, palette, (y, row) -> copyRow(labels, y, row));
        png.writeTo(out);
    }

    private static void copyRow(LabelMap labels, int y, byte[] row) {
        System.arraycopy(labels.classes(), y * labels.width(), row, 0, labels.width());
    }
}
