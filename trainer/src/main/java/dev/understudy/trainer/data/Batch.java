package dev.understudy.trainer.data;

import dev.understudy.dataset.image.ClassSpace.ClassSlice;
import dev.understudy.dataset.image.LabelMap;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one step learns from, in plain memory: N pictures of one size and their targets, row-major, channels last. A
 * frame that lacks a task holds only ignored pixels of it. The arrays are the batch's own and not to be changed.
 *
 * @param ids of the frames, N
 * @param slices the classes that each frame's data set uses, N
 * @param rgbNhwc normalised pictures
 * @param classesNhw unsigned; {@link LabelMap#IGNORE} = no label
 * @param weightNhw in [0, 1], what each labelled pixel counts; null = 1 everywhere
 * @param soft what else each labelled pixel may be, N·H·W; null = the classes are all there is
 * @param depthNhw metres; 0 = none
 * @param normalsNhwc unit vectors; (0, 0, 0) = none
 * @param pairs which pixels of frames 0, 2, 4 … are seen in the frame after; null = in none
 */
@RecordBuilder
public record Batch(
        int height,
        int width,
        List<String> ids,
        List<ClassSlice> slices,
        float[] rgbNhwc,
        byte[] classesNhw,
        float @Nullable [] weightNhw,
        @Nullable SoftLabels soft,
        float[] depthNhw,
        float[] normalsNhwc,
        @Nullable PairMap pairs)
        implements BatchBuilder.With {

    public Batch {
        ids = List.copyOf(ids);
        slices = List.copyOf(slices);
        int pixels = Math.multiplyExact(Math.multiplyExact(height, width), ids.size());
        if (slices.size() != ids.size()
                || rgbNhwc.length != 3 * pixels
                || classesNhw.length != pixels
                || (weightNhw != null && weightNhw.length != pixels)
                || (soft != null && soft.pixels() != pixels)
                || depthNhw.length != pixels
                || normalsNhwc.length != 3 * pixels
                || (pairs != null && !pairs.fits(height, width, ids.size() / 2))) {
            throw new IllegalArgumentException(
                    "arrays that do not fit " + ids.size() + " frames of " + width + "×" + height);
        }
    }

    /** Number of frames. */
    public int images() {
        return ids.size();
    }

    /** Pixels of one frame. */
    public int area() {
        return height * width;
    }

    /** Pixels of all frames. */
    public int pixels() {
        return images() * area();
    }

    /** The weight of a labelled pixel {@code index} of N·H·W. */
    public float weightAt(int index) {
        return weightNhw == null ? 1 : weightNhw[index];
    }

    /**
     * Frames {@code from} to {@code to}, exclusive, copied; the batch itself if that is all of it.
     *
     * @throws IllegalArgumentException if that parts a pair
     */
    public Batch part(int from, int to) {
        if (from == 0 && to == images()) {
            return this;
        }
        int a = from * area();
        int b = to * area();
        return BatchBuilder.builder()
                .height(height)
                .width(width)
                .ids(ids.subList(from, to))
                .slices(slices.subList(from, to))
                .rgbNhwc(Arrays.copyOfRange(rgbNhwc, 3 * a, 3 * b))
                .classesNhw(Arrays.copyOfRange(classesNhw, a, b))
                .weightNhw(weightNhw == null ? null : Arrays.copyOfRange(weightNhw, a, b))
                .soft(soft == null ? null : soft.part(a, b))
                .depthNhw(Arrays.copyOfRange(depthNhw, a, b))
                .normalsNhwc(Arrays.copyOfRange(normalsNhwc, 3 * a, 3 * b))
                .pairs(pairs == null ? null : pairs.part(from, to))
                .build();
    }
}
