package dev.understudy.trainer.loss;

import ai.djl.ndarray.NDArray;
import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.dataset.image.ClassSpace.ClassSlice;
import dev.understudy.dataset.image.LabelMap;
import dev.understudy.model.inference.FastExp;
import dev.understudy.trainer.data.Batch;
import dev.understudy.trainer.data.SoftLabels;
import dev.understudy.trainer.loss.JointLoss.LossTerm;
import dev.understudy.trainer.loss.JointLoss.OutputMap;
import dev.understudy.trainer.loss.TaskLoss.SegmentationLoss;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Cross-entropy of the upsampled logits with the target's classes, fused with the upsampling: logits of one pixel exist
 * at a time. As PyTorch's with {@code ignore_index=255}, {@code weight} and {@code label_smoothing}, times a weight per
 * pixel.
 *
 * <p>A pixel with a soft label ({@link dev.understudy.trainer.data.SoftLabels}) learns that in place of its class, see
 * {@link SoftTarget}; its class still says what it counts by {@code classWeights}. A pixel without learns its class, to
 * the bit as if no pixel had one.
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
    public LossTerm of(OutputMap output, Batch batch, double divisor, Workers workers) {
        BilinearUpsampling upsampling = new BilinearUpsampling(output, batch.height(), batch.width());
        int bands = bands(batch.images(), workers.count(), output.height());
        double[] sums = new double[batch.images() * bands];
        Band[] learnt = new Band[sums.length];
        workers.forEach(sums.length, i -> {
            learnt[i] = new Band(output, batch, i / bands, i % bands, bands, divisor, upsampling);
            sums[i] = learnt[i].learn();
        });
        OutputMap gradient = output.zerosLike();
        for (Band band : learnt) {
            band.addTo(gradient);
        }
        return new LossTerm(Arrays.stream(sums).sum() / divisor, gradient);
    }

    @Override
    public TensorTerm of(NDArray outputNchw, Batch batch, double divisor) {
        double[] weights = weightsUpTo((int) outputNchw.getShape().get(1));
        return CrossEntropyTensors.of(this, weights, outputNchw, batch, divisor);
    }

    /** Into how many bands of rows each picture is cut, so that no thread is without work. */
    static int bands(int images, int threads, int rows) {
        return Math.min(rows, -Math.floorDiv(-threads, images));
    }

    /** By output the class's weight, as a float says it. */
    private double[] weightsUpTo(int outputs) {
        return IntStream.range(0, outputs)
                .mapToDouble(
                        i -> classWeights.isEmpty() ? 1 : classWeights.get(i).floatValue())
                .toArray();
    }

    /**
     * One band's part of the work: the target rows whose upper source row is one of the band's. The last of them also
     * fold derivatives into the row below, which is the next band's: so each band has rows of its own, added up at the
     * end.
     */
    private final class Band {
        private final OutputMap output;
        private final Batch batch;
        private final int image;
        private final double divisor;
        private final BilinearUpsampling upsampling;
        private final int first;
        private final int end;
        /** By the band's source rows and the one below. */
        private final float[] gradient;

        private final int channels;
        private final double[] weights;
        private final ClassSlice labels;
        private final ClassSlice normalised;
        private final float[] row;
        private final float[] rowGradient;
        /** Of the pixels of a row that count: logits, less the largest of the pixel. */
        private final float[] pixels;
        /** Of these pixels the exponentials, then the derivatives. */
        private final float[] derivatives;
        /** Of these pixels the target's logit, and the weighted sum of all if labels are smoothed. */
        private final float[] targetLogits;

        private final double[] smoothed;

        private final double smoothedWeights;
        private final SoftTarget soft;

        Band(
                OutputMap output,
                Batch batch,
                int image,
                int band,
                int bands,
                double divisor,
                BilinearUpsampling upsampling) {
            this.output = output;
            this.batch = batch;
            this.image = image;
            this.divisor = divisor;
            this.upsampling = upsampling;
            this.first = band * output.height() / bands;
            this.end = (band + 1) * output.height() / bands;
            this.gradient = new float[(Math.min(end + 1, output.height()) - first) * upsampling.rowSize()];
            this.channels = output.channels();
            this.weights = weightsUpTo(channels);
            this.labels = batch.slices().get(image);
            this.normalised = softmax == Softmax.SLICE ? labels : ClassSlice.all(channels);
            this.row = new float[upsampling.rowSize()];
            this.rowGradient = new float[upsampling.rowSize()];
            this.pixels = new float[batch.width() * channels];
            this.derivatives = new float[batch.width() * channels];
            this.targetLogits = new float[batch.width()];
            this.smoothed = new double[batch.width()];
            this.soft = new SoftTarget(labels);
            double sum = 0;
            for (int c = normalised.from(); c < normalised.to(); c++) {
                sum += weights[c];
            }
            this.smoothedWeights = labelSmoothing / normalised.size() * sum;
        }

        /** The sum over the band's pixels, not yet divided. */
        double learn() {
            double sum = 0;
            int[] upper = upsampling.rows().low();
            for (int y = 0; y < batch.height(); y++) {
                int start = image * batch.area() + y * batch.width();
                if (upper[y] >= first && upper[y] < end && hasLabel(start)) {
                    upsampling.mixRow(output.nhwc(), image * output.imageSize(), y, row);
                    Arrays.fill(rowGradient, 0);
                    sum += row(start);
                    upsampling.foldRow(rowGradient, y, gradient, -first * upsampling.rowSize());
                }
            }
            return sum;
        }

        void addTo(OutputMap whole) {
            int at = image * output.imageSize() + first * upsampling.rowSize();
            for (int i = 0; i < gradient.length; i++) {
                whole.nhwc()[at + i] += gradient[i];
            }
        }

        private boolean hasLabel(int start) {
            for (int x = 0; x < batch.width(); x++) {
                if (counts(start + x)) {
                    return true;
                }
            }
            return false;
        }

        private boolean counts(int pixel) {
            return (batch.classesNhw()[pixel] & 0xFF) != LabelMap.IGNORE && batch.weightAt(pixel) > 0;
        }

        /** Exponentials are taken of all pixels at once, in vector instructions. */
        private double row(int start) {
            BilinearUpsampling.Axis columns = upsampling.columns();
            int counted = 0;
            for (int x = 0; x < batch.width(); x++) {
                if (counts(start + x)) {
                    mix(columns.low()[x] * channels, columns.high()[x] * channels, columns.fraction()[x], counted);
                    centre(counted++ * channels, labels.from() + (batch.classesNhw()[start + x] & 0xFF));
                }
            }
            FastExp.exp(pixels, derivatives, counted * channels);
            double sum = 0;
            counted = 0;
            for (int x = 0; x < batch.width(); x++) {
                if (counts(start + x)) {
                    int target = labels.from() + (batch.classesNhw()[start + x] & 0xFF);
                    float weight = batch.weightAt(start + x);
                    sum += weight * differentiate(counted, start + x, target, (float) (weight / divisor));
                    fold(columns.low()[x] * channels, columns.high()[x] * channels, columns.fraction()[x], counted++);
                }
            }
            return sum;
        }

        private void mix(int left, int right, float b, int counted) {
            float a = 1 - b;
            int at = counted * channels;
            for (int c = 0; c < channels; c++) {
                pixels[at + c] = a * row[left + c] + b * row[right + c];
            }
        }

        private void fold(int left, int right, float b, int counted) {
            float a = 1 - b;
            int at = counted * channels;
            for (int c = 0; c < channels; c++) {
                rowGradient[left + c] += a * derivatives[at + c];
            }
            for (int c = 0; c < channels; c++) {
                rowGradient[right + c] += b * derivatives[at + c];
            }
        }

        /** Takes the largest of a pixel's logits from all of them, and notes what the loss needs of them. */
        private void centre(int at, int target) {
            float largest = Float.NEGATIVE_INFINITY;
            for (int c = at + normalised.from(); c < at + normalised.to(); c++) {
                // Not Math.max, which is slow where it cannot be vectorised; a NaN comes out in the sum.
                largest = pixels[c] > largest ? pixels[c] : largest;
            }
            // Outputs beside the slice have no part in the softmax: their exponential, and so their derivative, is 0.
            Arrays.fill(pixels, at, at + normalised.from(), Float.NEGATIVE_INFINITY);
            Arrays.fill(pixels, at + normalised.to(), at + channels, Float.NEGATIVE_INFINITY);
            for (int c = at + normalised.from(); c < at + normalised.to(); c++) {
                pixels[c] -= largest;
            }
            targetLogits[at / channels] = pixels[at + target];
            smoothed[at / channels] = labelSmoothing > 0 ? weightedLogits(at) : 0;
        }

        private double weightedLogits(int at) {
            double sum = 0;
            for (int c = normalised.from(); c < normalised.to(); c++) {
                sum += weights[c] * pixels[at + c];
            }
            return sum;
        }

        /** Turns a pixel's exponentials into derivatives, times {@code scale}; returns its loss, without its weight. */
        private double differentiate(int counted, int pixel, int target, float scale) {
            int at = counted * channels;
            int from = at + normalised.from();
            int to = at + normalised.to();
            float sum = 0;
            for (int c = from; c < to; c++) {
                sum += derivatives[c];
            }
            double hit = (1 - labelSmoothing) * weights[target];
            double each = labelSmoothing / normalised.size();
            float share = (float) (scale * (hit + smoothedWeights) / sum);
            for (int c = from; c < to; c++) {
                derivatives[c] *= share;
            }
            for (int c = from; c < to && each > 0; c++) {
                derivatives[c] -= (float) (scale * each * weights[c - at]);
            }
            double expected = targetLogits[counted];
            SoftLabels softLabels = batch.soft();
            if (softLabels != null && softLabels.has(pixel)) {
                soft.read(softLabels, pixel, pixels, derivatives, at, scale * hit);
                expected = soft.expected();
            } else {
                derivatives[at + target] -= (float) (scale * hit);
            }
            double logSum = Math.log(sum);
            return hit * (logSum - expected) + smoothedWeights * logSum - each * smoothed[counted];
        }
    }

    /** Over which outputs a segmentation head that several data sets share is normalised. */
    public enum Softmax {
        /** Over the classes of the frame's own data set; the others get no gradient from it. */
        SLICE,
        /** Over all outputs: the head also learns to tell data sets apart. */
        ALL
    }

    /** What the sum of cross-entropies is divided by. */
    public enum Normalisation {
        /** Labelled pixels, whatever their weight: a frame with few trusted pixels counts little. */
        VALID,
        /** Labelled pixels of a weight above 0: the trusted pixels share the whole loss. */
        KEPT,
        /** The sum of weights, class weights among them, as PyTorch does. */
        WEIGHTED,
        /** All pixels, labelled or not. */
        ALL
    }
}
