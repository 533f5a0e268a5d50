package dev.understudy.labeler.surface;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.Intrinsics;
import dev.understudy.dataset.image.DepthMap;
import dev.understudy.dataset.image.RgbImage;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A frame as surfaces are looked for in it: shrunk by a whole factor if it is large. What is found is then enlarged
 * again, by repetition. Experts answer in blocks of 4×4 pixels or more, so finer surfaces would cut their labels hardly
 * better, and the time goes with the pixels.
 *
 * @param grid a block of the frame is one of the coarse pixels
 * @param rgb the means
 * @param depth the middle measurements, of two the nearer; null = no depth
 */
public record CoarseFrame(
        BlockGrid grid, RgbImage rgb, @Nullable DepthMap depth) {
    /** What the other sizes of this package are given for. */
    public static final int LONGEST = 160;

    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EVEN = 0x00FF00FF00FF00FFL;
    /** So many bytes have a sum of 16 bits. */
    private static final int SAFE_ROWS = 256;

    /** @param longest pixels that the longer side is not to be shrunk below, at least 1 */
    public static CoarseFrame of(Frame frame, int longest) {
        int factor = Math.max(1, Math.max(frame.width(), frame.height()) / longest);
        BlockGrid grid = new BlockGrid(factor, frame.width(), frame.height());
        DepthMap depth = frame.depth();
        return factor == 1
                ? new CoarseFrame(grid, frame.rgb(), depth)
                : new CoarseFrame(grid, means(frame.rgb(), grid), depth == null ? null : middles(depth, grid));
    }

    private static RgbImage means(RgbImage image, BlockGrid grid) {
        int factor = grid.factor();
        int columns = grid.columns();
        int rows = grid.rows();
        int stride = 3 * image.width();
        byte[] coarse = new byte[3 * columns * rows];
        int[] sums = new int[stride];
        for (int row = 0; row < rows; row++) {
            Arrays.fill(sums, 0);
            int end = Math.min(image.height(), (row + 1) * factor);
            for (int y = row * factor; y < end; y += SAFE_ROWS) {
                addRows(image.rgb(), y * stride, Math.min(end, y + SAFE_ROWS) * stride, sums);
            }
            int to = 3 * row * columns;
            Division whole = Division.by((end - row * factor) * factor);
            Division last = Division.by((end - row * factor) * (image.width() - (columns - 1) * factor));
            for (int from = 0; from < stride; from += 3 * factor) {
                int next = Math.min(from + 3 * factor, stride);
                Division division = next < stride ? whole : last;
                int red = 0;
                int green = 0;
                int blue = 0;
                for (int i = from; i < next; i += 3) {
                    red += sums[i];
                    green += sums[i + 1];
                    blue += sums[i + 2];
                }
                coarse[to++] = division.mean(red);
                coarse[to++] = division.mean(green);
                coarse[to++] = division.mean(blue);
            }
        }
        return new RgbImage(columns, rows, coarse);
    }

    /**
     * Division of sums of bytes by their number, rounded, by a multiplication in place of it.
     *
     * @param inverse 2⁴⁰ ÷ pixels, rounded up: for sums of fewer than 2¹⁶ bytes the error is less than a unit of the
     *     quotient's last place
     */
    private record Division(int pixels, long inverse) {
        private static final int BITS = 40;
        private static final int MOST = 1 << 16;

        static Division by(int pixels) {
            return new Division(pixels, ((1L << BITS) + pixels - 1) / pixels);
        }

        byte mean(int sum) {
            int rounding = sum + pixels / 2;
            return (byte) (pixels < MOST ? rounding * inverse >> BITS : rounding / pixels);
        }
    }

    /**
     * Adds rows of bytes, one after the other from {@code from} to {@code to}, to the sums of their columns: eight
     * bytes at once, each in a lane of 16 bits.
     *
     * @param sums by column, as many as a row has bytes; of at most {@value #SAFE_ROWS} rows
     */
    public static void addRows(byte[] bytes, int from, int to, int[] sums) {
        int stride = sums.length;
        int i = 0;
        for (; i <= stride - Long.BYTES; i += Long.BYTES) {
            long even = 0;
            long odd = 0;
            for (int at = from + i; at < to; at += stride) {
                long eight = (long) EIGHT.get(bytes, at);
                even += eight & EVEN;
                odd += eight >>> 8 & EVEN;
            }
            for (int lane = 0; lane < Long.BYTES; lane += 2) {
                sums[i + lane] += (int) even & 0xFFFF;
                sums[i + lane + 1] += (int) odd & 0xFFFF;
                even >>>= 16;
                odd >>>= 16;
            }
        }
        for (; i < stride; i++) {
            for (int at = from + i; at < to; at += stride) {
                sums[i] += bytes[at] & 0xFF;
            }
        }
    }

    /** Of a large block some pixels, two to each side, stand for all. */
    private static DepthMap middles(DepthMap depth, BlockGrid grid) {
        int factor = grid.factor();
        int columns = grid.columns();
        int rows = grid.rows();
        int step = (factor + 1) / 2;
        float[] coarse = new float[columns * rows];
        float[] rising = new float[4];
        for (int row = 0; row < rows; row++) {
            int lower = Math.min(depth.height(), (row + 1) * factor);
            for (int column = 0; column < columns; column++) {
                int right = Math.min(depth.width(), (column + 1) * factor);
                if (step == 2 && lower - row * factor > 2 && right - column * factor > 2) {
                    float middle = middleOfFour(depth, row * factor, column * factor);
                    if (middle > 0) {
                        coarse[row * columns + column] = middle;
                        continue;
                    }
                }
                int count = 0;
                for (int y = row * factor; y < lower; y += step) {
                    for (int x = column * factor; x < right; x += step) {
                        count = insert(rising, count, depth.metres()[y * depth.width() + x]);
                    }
                }
                coarse[row * columns + column] = count == 0 ? 0 : rising[(count - 1) / 2];
            }
        }
        return new DepthMap(columns, rows, coarse);
    }

    /** The second of the four that stand for a block of three or four pixels a side; 0 if one was not measured. */
    private static float middleOfFour(DepthMap depth, int y, int x) {
        float[] metres = depth.metres();
        int above = y * depth.width() + x;
        int below = above + 2 * depth.width();
        float a = metres[above];
        float b = metres[above + 2];
        float c = metres[below];
        float d = metres[below + 2];
        float nearer = Math.min(a, b);
        float near = Math.min(c, d);
        // NaN, which a minimum of one is, is not above 0 either
        return Math.min(nearer, near) > 0
                ? Math.min(Math.max(nearer, near), Math.min(Math.max(a, b), Math.max(c, d)))
                : 0;
    }

    private static int insert(float[] rising, int count, float metres) {
        if (!(metres > 0)) {
            return count;
        }
        int at = count;
        while (at > 0 && rising[at - 1] > metres) {
            rising[at] = rising[at - 1];
            at--;
        }
        rising[at] = metres;
        return count + 1;
    }

    /** The same camera for the coarse picture. */
    Intrinsics coarse(Intrinsics camera) {
        return new Intrinsics(
                camera.fx() / grid.factor(),
                camera.fy() / grid.factor(),
                (camera.cx() + 0.5) / grid.factor() - 0.5,
                (camera.cy() + 0.5) / grid.factor() - 0.5);
    }
}
