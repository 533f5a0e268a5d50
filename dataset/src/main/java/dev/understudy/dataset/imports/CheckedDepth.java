package dev.understudy.dataset.imports;

import dev.understudy.dataset.DataException;
import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.RgbFiles;
import dev.understudy.dataset.image.RgbImage;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decodes a picture and its depth once, to see that they are whole and belong together. */
public final class CheckedDepth {
    private CheckedDepth() {}

    /**
     * Of a 16-bit PNG.
     *
     * @param invalid values that mean "no measurement", besides 0
     * @return depth with what is invalid set to 0, in the file's units; null if nothing is, and the file can stay as it is
     * @throws DataException if one is damaged, they differ in size, or nothing was measured
     */
    public static @Nullable DepthMap of(Path rgbFile, Path depthFile, List<Integer> invalid, long maxPixels) {
        RgbImage rgb = RgbFiles.read(rgbFile, maxPixels);
        DepthMap depth = DepthFiles.read(depthFile, 1, maxPixels);
        if (rgb.width() != depth.width() || rgb.height() != depth.height()) {
            throw new DataException(
                    depthFile + ": found " + depth.width() + "×" + depth.height() + " pixels, expected " + rgb.width()
                            + "×" + rgb.height() + " as in " + rgbFile + "; register depth to the pictures first");
        }
        float[] values = depth.metres();
        boolean changed = false;
        boolean any = false;
        for (int i = 0; i < values.length; i++) {
            if (values[i] != 0 && invalid.contains((int) values[i])) {
                values[i] = 0;
                changed = true;
            }
            any |= values[i] != 0;
        }
        require(depthFile, any);
        return changed ? depth : null;
    }

    /** @param any whether anything was measured */
    public static void require(Path file, boolean any) {
        if (!any) {
            throw new DataException(file + ": found depth without one measurement, expected some");
        }
    }
}
