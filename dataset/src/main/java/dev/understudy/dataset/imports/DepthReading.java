package dev.understudy.dataset.imports;

import dev.understudy.dataset.image.DepthFiles;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.signs.DepthSigns;
import dev.understudy.dataset.signs.DepthSigns.DepthBits;
import dev.understudy.files.DataException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads the depth files of an import and watches their values. Safe for use by several threads at once. */
public final class DepthReading {
    private final DepthBits bits;
    private final Set<Integer> invalid;
    private final long maxPixels;
    private final DepthSigns signs = new DepthSigns();

    /** @param invalid values, as they are read by {@code bits}, that mean "no measurement", besides 0 */
    public DepthReading(DepthBits bits, List<Integer> invalid, long maxPixels) {
        this.bits = bits;
        this.invalid = new HashSet<>(invalid);
        this.maxPixels = maxPixels;
    }

    /**
     * A depth map.
     *
     * @param values as they are to be, in the file's units; 0 where nothing was measured
     * @param changed whether the file holds others
     */
    public record Depth(Path file, DepthMap values, boolean changed) {
        public PictureImport.MapSize size() {
            return new PictureImport.MapSize(file, values.width(), values.height());
        }
    }

    /** @throws DataException if the file is missing, damaged, no depth, or without one measurement */
    public Depth read(Path file) {
        DepthMap stored = DepthFiles.read(file, 1, maxPixels);
        float[] values = stored.metres();
        boolean changed = false;
        boolean any = false;
        for (int i = 0; i < values.length; i++) {
            int value = bits.decode((int) values[i]);
            value = invalid.contains(value) ? 0 : value;
            changed |= value != values[i];
            any |= value != 0;
            values[i] = value;
        }
        require(file, any);
        signs.add(stored);
        return new Depth(file, stored, changed);
    }

    /** @return its path for the manifest: the file is taken as it is unless its values have to change */
    public String place(Depth depth, String target, Placement placement) throws IOException {
        return depth.changed
                ? placement.make(depth.file, target, (from, to) -> DepthFiles.write(to, depth.values, 1))
                : placement.take(depth.file, target);
    }

    /**
     * Tells what the values as a whole look like.
     *
     * @param scale units per metre
     */
    public void tell(double scale, Remarks remarks) {
        signs.lines(scale).forEach(remarks::warn);
    }

    /** @param any whether anything was measured */
    public static void require(Path file, boolean any) {
        if (!any) {
            throw new DataException(file + ": found depth without one measurement, expected some");
        }
    }
}
