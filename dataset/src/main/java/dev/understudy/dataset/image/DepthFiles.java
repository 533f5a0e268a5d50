package dev.understudy.dataset.image;

import ar.com.hjg.pngj.ImageInfo;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.AtomicFile.WrittenFile;
import java.io.IOException;
import java.nio.file.Path;

/** Depth on disk: 16-bit grey PNG, metres = value / scale, 0 = no measurement. */
public final class DepthFiles {
    private static final int MAX_VALUE = 65535;

    private DepthFiles() {}

    /**
     * A depth map that was written.
     *
     * @param clamped pixels beyond what 16 bits hold at that scale; they were written as the farthest value
     */
    public record WrittenDepth(WrittenFile file, int clamped) {}

    /** As {@link #read(Path, double, long)} with {@link ImageHeader#DEFAULT_MAX_PIXELS}. */
    public static DepthMap read(Path file, double scale) {
        return read(file, scale, ImageHeader.DEFAULT_MAX_PIXELS);
    }

    /**
     * @param scale units per metre: 5000 for NYUD and TUM files, 1000 for millimetres, 256 for KITTI
     * @throws dev.understudy.files.DataException if the file is missing, damaged, too large or not 16-bit grey
     */
    public static DepthMap read(Path file, double scale, long maxPixels) {
        checkScale(scale);
        try (OpenPicture picture = OpenPicture.open(file, maxPixels)) {
            ImageHeader header = picture.header();
            if (header.format() != ImageHeader.Format.PNG
                    || header.colour() != ImageHeader.ColourType.GREY
                    || header.bits() != 16) {
                throw ImageErrors.unexpected(file, "a " + header, "depth in a 16-bit grey PNG", "convert it");
            }
            int width = header.width();
            float[] metres = new float[Math.multiplyExact(width, header.height())];
            PngRows.readWide(file, picture, (y, row) -> {
                for (int x = 0; x < width; x++) {
                    metres[y * width + x] = (float) (row[x] / scale);
                }
            });
            return new DepthMap(width, header.height(), metres);
        } catch (IOException e) {
            throw ImageErrors.unreadable(file, e);
        }
    }

    /**
     * Rounds to the nearest value. What is not positive and finite becomes 0, a measured depth never does (the least
     * value is 1), and what is beyond 65535 / scale metres becomes 65535 and is counted.
     */
    public static WrittenDepth write(Path file, DepthMap depth, double scale) throws IOException {
        checkScale(scale);
        int width = depth.width();
        ImageInfo info = new ImageInfo(width, depth.height(), 16, false, true, false);
        int[] clamped = {0};
        WrittenFile written = AtomicFile.write(
                file,
                out -> PngWriting.wide(out, info, (y, row) -> {
                    for (int x = 0; x < width; x++) {
                        double value = depth.metres()[y * width + x] * scale;
                        clamped[0] += Double.isFinite(value) && Math.rint(value) > MAX_VALUE ? 1 : 0;
                        row[x] = quantise(value);
                    }
                }));
        return new WrittenDepth(written, clamped[0]);
    }

    private static int quantise(double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            return 0;
        }
        return (int) Math.max(1, Math.min(MAX_VALUE, Math.rint(value)));
    }

    private static void checkScale(double scale) {
        if (!(scale > 0 && Double.isFinite(scale))) {
            throw new IllegalArgumentException("depth scale " + scale + " is not a positive number of units per metre");
        }
    }
}
