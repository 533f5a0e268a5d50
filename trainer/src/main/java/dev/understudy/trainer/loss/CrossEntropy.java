package dev.understudy.trainer.loss;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.trainer.data.Batch;
import dev.understudy.trainer.data.ClassSlice;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Cross-entropy of the upsampled logits with the target's classes, fused with the upsampling: logits of one pixel exist at
 * a time. As PyTorch's with {@code ignore_index=255}, {@code weight} and {@code label_smoothing}, times a weight per
 * pixel.
 *
 * @param classWeights one for each output of the head; empty = 1 everywhere
 * @param labelSmoothing share of the target that goes to all classes alike, in [0, 1)
 */
@Named("cross-entropy")
public record CrossEntropy(
        @Default("kept") Normalisation normalisation,
        @Default("slice") Softmax softmax,
        @Default("[]") List<Double> classWeights,
        @Default("0") double labelSmoothing)
        implements SegmentationLoss {

    public CrossEntropy {
        classWeights = List.copyOf(classWeights);
        new Checks()
                .that(
                        classWeights.stream().allMatch(w -> w >= 0 && Double.isFinite(w)),
                        "classWeights",
                        "must not be negative")
                .that(
                        labelSmoothing >= 0 && labelSmoothing < 1,
                        "labelSmoothing",
                        "must be at least 0 and below 1, found " + labelSmoothing)
                .verify();
    }

    /** The same loss divided by something else. */
    public CrossEntropy withNormalisation(Normalisation other) {
        return new CrossEntropy(other, softmax, classWeights, labelSmoothing);
    }

    @Override
    public double divisor(Batch batch) {
        double sum = 0;
        double anything = 0;
        for (int image = 0; image < batch.images(); image++) {
            ClassSlice slice = batch.slices().get(image);
            double[] weights = weightsUpTo(slice.to());
            int end = (image + 1) * batch.area();
            for (int i = image * batch.area(); i < end; i++) {
                int label = batch.classesNhw()[i] & 0xFF;
                if (label != LabelMap.IGNORE) {
                    double weight = batch.weightAt(i) * weights[slice.from() + label];
                    anything += weight;
                    sum += switch (normalisation) {
                        case VALID, ALL -> 1;
                        case KEPT -> batch.weightAt(i) > 0 ? 1 : 0;
                        case WEIGHTED -> weight;
                    };
                }
            }
        }
        if (!(anything > 0)) {
            return 0;
        }
        return normalisation == Normalisation.ALL ? batch.pixels() : sum;
    }

    @Override
    public LossTerm of(OutputMap output, Batch batch, double divisor) {
        BilinearUpsampling upsampling = new BilinearUpsampling(output, batch.height(), batch.width());
        OutputMap gradient = output.zerosLike();
        double[] sums = new double[batch.images()];
        IntStream.range(0, batch.images())
                .parallel()
                .forEach(image -> sums[image] = new Image(output, batch, image, divisor, upsampling, gradient).learn());
        return new LossTerm(Arrays.stream(sums).sum() / divisor, gradient);
    }

    /** By output the class's weight, as a float says it. */
    private double[] weightsUpTo(int outputs) {
        return IntStream.range(0, outputs)
                .mapToDouble(
                        i -> classWeights.isEmpty() ? 1 : classWeights.get(i).floatValue())
                .toArray();
    }

    /** One frame's part of the work. */
    private final class Image {
        private final OutputMap output;
        private final Batch batch;
        private final int image;
        private final double divisor;
        private final BilinearUpsampling upsampling;
        private final OutputMap gradient;
        private final int channels;
        private final double[] weights;
        private final ClassSlice labels;
        private final ClassSlice normalised;
        private final float[] row;
        private final float[] rowGradient;
        /** Logits of one pixel, then what the loss's derivative makes of them. */
        private final float[] pixel;

        private final double smoothedWeights;

        Image(
                OutputMap output,
                Batch batch,
                int image,
                double divisor,
                BilinearUpsampling upsampling,
                OutputMap gradient) {
            this.output = output;
            this.batch = batch;
            this.image = image;
            this.divisor = divisor;
            this.upsampling = upsampling;
            this.gradient = gradient;
            this.channels = output.channels();
            this.weights = weightsUpTo(channels);
            this.labels = batch.slices().get(image);
            this.normalised = softmax == Softmax.SLICE ? labels : ClassSlice.all(channels);
            this.row = new float[upsampling.rowSize()];
            this.rowGradient = new float[upsampling.rowSize()];
            this.pixel = new float[channels];
            double sum = 0;
            for (int c = normalised.from(); c < normalised.to(); c++) {
                sum += weights[c];
            }
            this.smoothedWeights = labelSmoothing / normalised.size() * sum;
        }

        /** The sum over the frame's pixels, not yet divided. */
        double learn() {
            double sum = 0;
            for (int y = 0; y < batch.height(); y++) {
                int start = image * batch.area() + y * batch.width();
                if (hasLabel(start)) {
                    upsampling.mixRow(output.nhwc(), image * output.imageSize(), y, row);
                    Arrays.fill(rowGradient, 0);
                    sum += row(start);
                    upsampling.foldRow(rowGradient, y, gradient.nhwc(), image * output.imageSize());
                }
            }
            return sum;
        }

        private boolean hasLabel(int start) {
            for (int i = start; i < start + batch.width(); i++) {
                if ((batch.classesNhw()[i] & 0xFF) != LabelMap.IGNORE && batch.weightAt(i) > 0) {
                    return true;
                }
            }
            return false;
        }

        private double row(int start) {
            BilinearUpsampling.Axis columns = upsampling.columns();
            double sum = 0;
            for (int x = 0; x < batch.width(); x++) {
                int label = batch.classesNhw()[start + x] & 0xFF;
                float weight = batch.weightAt(start + x);
                if (label == LabelMap.IGNORE || !(weight > 0)) {
                    continue;
                }
                int left = columns.low()[x] * channels;
                int right = columns.high()[x] * channels;
                float fraction = columns.fraction()[x];
                mix(left, right, fraction);
                sum += weight * differentiate(labels.from() + label, (float) (weight / divisor));
                fold(left, right, fraction);
            }
            return sum;
        }

        private void mix(int left, int right, float b) {
            float a = 1 - b;
            for (int c = 0; c < channels; c++) {
                pixel[c] = a * row[left + c] + b * row[right + c];
            }
        }

        private void fold(int left, int right, float b) {
            float a = 1 - b;
            for (int c = 0; c < channels; c++) {
                rowGradient[left + c] += a * pixel[c];
            }
            for (int c = 0; c < channels; c++) {
                rowGradient[right + c] += b * pixel[c];
            }
        }

        /** Turns the pixel's logits into derivatives, times {@code scale}; returns its loss, without its weight. */
        private double differentiate(int target, float scale) {
            int from = normalised.from();
            int to = normalised.to();
            float largest = Float.NEGATIVE_INFINITY;
            for (int c = from; c < to; c++) {
                // Not Math.max, which is slow where it cannot be vectorised; a NaN comes out in the sum.
                largest = pixel[c] > largest ? pixel[c] : largest;
            }
            float targetLogit = pixel[target] - largest;
            double smoothed = labelSmoothing > 0 ? weightedLogits(largest) : 0;
            float sum = 0;
            for (int c = from; c < to; c++) {
                float e = SmallExponential.of(pixel[c] - largest);
                pixel[c] = e;
                sum += e;
            }
            double hit = (1 - labelSmoothing) * weights[target];
            double each = labelSmoothing / normalised.size();
            Arrays.fill(pixel, 0, from, 0);
            Arrays.fill(pixel, to, channels, 0);
            float share = (float) (scale * (hit + smoothedWeights) / sum);
            for (int c = from; c < to; c++) {
                pixel[c] *= share;
            }
            for (int c = from; c < to && each > 0; c++) {
                pixel[c] -= (float) (scale * each * weights[c]);
            }
            pixel[target] -= (float) (scale * hit);
            double logSum = Math.log(sum);
            return hit * (logSum - targetLogit) + smoothedWeights * logSum - each * smoothed;
        }

        private double weightedLogits(float largest) {
            double sum = 0;
            for (int c = normalised.from(); c < normalised.to(); c++) {
                sum += weights[c] * (pixel[c] - largest);
            }
            return sum;
        }
    }
}
