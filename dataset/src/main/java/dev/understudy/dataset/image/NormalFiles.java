package dev.understudy.dataset.image;

import ar.com.hjg.pngj.ImageInfo;
import dev.understudy.files.AtomicFile;
import dev.understudy.files.AtomicFile.WrittenFile;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Surface normals on disk: 8-bit RGB PNG, n = rgb/255·2−1, in the axes of {@link NormalMap}. Grey in the middle stands
 * for no normal: we write (128,128,128), NYUDv2's files have (127,127,127), and both are read as (0, 0, 0), as is
 * anything that is shorter than {@value #SHORTEST}. The others are brought to unit length.
 */
public final class NormalFiles {
    private static final double SHORTEST = 0.25;

    private NormalFiles() {}

    /** As {@link #read(Path, long)} with {@link ImageHeader#DEFAULT_MAX_PIXELS}. */
    public static NormalMap read(Path file) {
        return read(file, ImageHeader.DEFAULT_MAX_PIXELS);
    }

    /** @throws dev.understudy.files.DataException if the file is missing, damaged, too large or not 8-bit RGB */
    public static NormalMap read(Path file, long maxPixels) {
        try (OpenPicture picture = OpenPicture.open(file, maxPixels)) {
            ImageHeader header = picture.header();
            if (header.format() != ImageHeader.Format.PNG
                    || header.colour() != ImageHeader.ColourType.RGB
                    || header.bits() != 8) {
                throw ImageErrors.unexpected(file, "a " + header, "normals in an 8-bit RGB PNG", "convert it");
            }
            int stride = header.width() * 3;
            float[] xyz = new float[Math.multiplyExact(Math.multiplyExact(header.width(), header.height()), 3)];
            PngRows.read(file, picture, (y, row) -> {
                for (int i = 0; i < stride; i += 3) {
                    decode(row, i, xyz, y * stride + i);
                }
            });
            return new NormalMap(header.width(), header.height(), xyz);
        } catch (IOException e) {
            throw ImageErrors.unreadable(file, e);
        }
    }

    /** (0, 0, 0) becomes (128,128,128); vectors are expected to have unit length. */
    public static WrittenFile write(Path file, NormalMap normals) throws IOException {
        ImageInfo info = new ImageInfo(normals.width(), normals.height(), 8, false);
        int stride = normals.width() * 3;
        return AtomicFile.write(
                file,
                out -> PngWriting.bytes(out, info, null, (y, row) -> {
                    for (int i = 0; i < stride; i++) {
                        row[i] = encode(normals.xyz()[y * stride + i]);
                    }
                }));
    }

    private static void decode(byte[] row, int from, float[] xyz, int to) {
        double x = component(row[from]);
        double y = component(row[from + 1]);
        double z = component(row[from + 2]);
        double length = Math.sqrt(x * x + y * y + z * z);
        if (length >= SHORTEST) {
            xyz[to] = (float) (x / length);
            xyz[to + 1] = (float) (y / length);
            xyz[to + 2] = (float) (z / length);
        }
    }

    private static double component(byte stored) {
        return (stored & 0xFF) / 127.5 - 1;
    }

    private static byte encode(float component) {
        return (byte) Math.round((Math.max(-1, Math.min(1, component)) + 1) * 127.5);
    }
}
