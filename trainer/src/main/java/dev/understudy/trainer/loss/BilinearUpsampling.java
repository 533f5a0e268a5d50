package dev.understudy.trainer.loss;

import dev.understudy.trainer.loss.JointLoss.OutputMap;
import java.util.Arrays;

/**
 * Bilinear resizing from the network's grid to the target's as PyTorch does it with {@code align_corners=false}, and
 * its transpose, which carries derivatives back. Works a target row at a time, so that no upsampled picture need exist.
 */
final class BilinearUpsampling {
    private final int channels;
    private final Axis rows;
    private final Axis columns;
    private final int sourceRow;

    BilinearUpsampling(OutputMap from, int height, int width) {
        this.channels = from.channels();
        this.rows = Axis.of(from.height(), height);
        this.columns = Axis.of(from.width(), width);
        this.sourceRow = from.width() * from.channels();
    }

    /** Where target positions along one axis lie between source positions. */
    record Axis(int[] low, int[] high, float[] fraction) {
        static Axis of(int source, int target) {
            int[] low = new int[target];
            int[] high = new int[target];
            float[] fraction = new float[target];
            double scale = (double) source / target;
            for (int i = 0; i < target; i++) {
                double position = Math.max(0, (i + 0.5) * scale - 0.5);
                low[i] = Math.min((int) position, source - 1);
                high[i] = Math.min(low[i] + 1, source - 1);
                fraction[i] = (float) (position - low[i]);
            }
            return new Axis(low, high, fraction);
        }
    }

    Axis rows() {
        return rows;
    }

    Axis columns() {
        return columns;
    }

    /** Numbers in a row that is interpolated downwards but not yet sideways: source width × channels. */
    int rowSize() {
        return sourceRow;
    }

    /** The source row that target row {@code y} sees, of the image whose rows start at {@code offset}. */
    void mixRow(float[] source, int offset, int y, float[] row) {
        int upper = offset + rows.low[y] * sourceRow;
        int lower = offset + rows.high[y] * sourceRow;
        float b = rows.fraction[y];
        float a = 1 - b;
        for (int i = 0; i < sourceRow; i++) {
            row[i] = a * source[upper + i] + b * source[lower + i];
        }
    }

    /** The transpose of {@link #mixRow}: adds a row's derivatives to those of the source rows that it came from. */
    void foldRow(float[] rowGradient, int y, float[] gradient, int offset) {
        int upper = offset + rows.low[y] * sourceRow;
        int lower = offset + rows.high[y] * sourceRow;
        float b = rows.fraction[y];
        float a = 1 - b;
        for (int i = 0; i < sourceRow; i++) {
            gradient[upper + i] += a * rowGradient[i];
        }
        for (int i = 0; i < sourceRow; i++) {
            gradient[lower + i] += b * rowGradient[i];
        }
    }

    /** Whole pictures at the target's size, images × height × width × channels; for heads of few channels. */
    float[] upsample(OutputMap source, Workers workers) {
        int rowOut = columns.low.length * channels;
        int imageOut = rows.low.length * rowOut;
        float[] target = new float[source.images() * imageOut];
        workers.forEach(source.images(), image -> {
            float[] row = new float[sourceRow];
            for (int y = 0; y < rows.low.length; y++) {
                mixRow(source.nhwc(), image * source.imageSize(), y, row);
                spread(row, target, image * imageOut + y * rowOut);
            }
        });
        return target;
    }

    /** The transpose of {@link #upsample}. */
    OutputMap fold(float[] targetGradient, OutputMap like, Workers workers) {
        OutputMap gradient = like.zerosLike();
        int rowOut = columns.low.length * channels;
        int imageOut = rows.low.length * rowOut;
        workers.forEach(like.images(), image -> {
            float[] row = new float[sourceRow];
            for (int y = 0; y < rows.low.length; y++) {
                Arrays.fill(row, 0);
                gather(targetGradient, image * imageOut + y * rowOut, row);
                foldRow(row, y, gradient.nhwc(), image * like.imageSize());
            }
        });
        return gradient;
    }

    private void spread(float[] row, float[] target, int offset) {
        for (int x = 0; x < columns.low.length; x++) {
            int left = columns.low[x] * channels;
            int right = columns.high[x] * channels;
            float b = columns.fraction[x];
            for (int c = 0; c < channels; c++) {
                target[offset + x * channels + c] = (1 - b) * row[left + c] + b * row[right + c];
            }
        }
    }

    private void gather(float[] targetGradient, int offset, float[] row) {
        for (int x = 0; x < columns.low.length; x++) {
            int left = columns.low[x] * channels;
            int right = columns.high[x] * channels;
            float b = columns.fraction[x];
            for (int c = 0; c < channels; c++) {
                float g = targetGradient[offset + x * channels + c];
                row[left + c] += (1 - b) * g;
                row[right + c] += b * g;
            }
        }
    }
}
