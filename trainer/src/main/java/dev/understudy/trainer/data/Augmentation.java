package dev.understudy.trainer.data;

import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.model.inference.Preprocessing.InputNormalisation;
import dev.understudy.trainer.data.AugmentationConfiguration.ScaledDepth;
import dev.understudy.trainer.data.BatchAssembly.Sample;
import dev.understudy.trainer.data.PairMap.CropView;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Varies frames and cuts them to one size. Colours are interpolated; classes, hard and soft, weights, depth and normals
 * are taken from the nearest pixel, because a mean of two depths or classes is neither; normals are those of the depth
 * that is handed out. Outside the frame the picture is the mean colour and nothing is annotated. The same random
 * numbers give the same sample; safe for several threads at once.
 */
final class Augmentation {
    private static final float[] MEAN = floats(InputNormalisation.IMAGENET.mean());
    private static final float[] DEVIATION = floats(InputNormalisation.IMAGENET.deviation());

    /** By channel and byte: the value of a picture that nothing was done to. */
    private static final float[][] NORMALISED = new float[3][256];

    static {
        for (int c = 0; c < 3; c++) {
            for (int value = 0; value < 256; value++) {
                NORMALISED[c][value] = (value / 255f - MEAN[c]) / DEVIATION[c];
            }
        }
    }

    /** Pixels at a time, so that what is computed of them stays in the processor's cache. */
    private static final int SOME = 512;

    private final AugmentationConfiguration how;
    private final CropSize crop;

    Augmentation(AugmentationConfiguration how, CropSize crop) {
        this.how = how;
        this.crop = crop;
    }

    private static float[] floats(List<Double> values) {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i).floatValue();
        }
        return floats;
    }

    Sample apply(TrainingFrame frame, SplittableRandom random) {
        RgbImage image = frame.rgb();
        CropPlacement placement = CropPlacement.draw(random, how, image.width(), image.height(), crop);
        ColourJitter jitter = ColourJitter.draw(random, how);
        double[] columns = placement.columns(crop);
        double[] rows = placement.rows(crop);
        int[] sources = placement.sources(image.width(), image.height(), crop);
        return new Sample(
                frame.id(),
                picture(image, columns, rows, sources, jitter),
                frame.segmentation() == null ? null : classes(frame.segmentation(), sources),
                frame.segmentationWeight() == null ? null : takeOne(frame.segmentationWeight(), sources),
                frame.soft() == null ? null : frame.soft().take(sources),
                frame.depth() == null ? null : depth(frame.depth().metres(), sources, placement.scale()),
                frame.normals() == null ? null : normals(frame.normals().xyz(), sources, placement),
                frame.view() == null
                        ? null
                        : new CropView(
                                frame.view(),
                                placement,
                                how.scaledDepth() == ScaledDepth.DIVIDE ? placement.scale() : 1));
    }

    private float[] picture(RgbImage image, double[] columns, double[] rows, int[] sources, ColourJitter jitter) {
        boolean between = !areWhole(columns) || !areWhole(rows);
        if (!between && jitter.isNone()) {
            return asTheyAre(image.rgb(), sources);
        }
        float[] rgb = new float[3 * sources.length];
        if (between) {
            new Bilinear(image, columns).fill(rows, rgb);
        }
        for (int i = 0; i < sources.length; i++) {
            if (sources[i] < 0) {
                System.arraycopy(MEAN, 0, rgb, 3 * i, 3);
            } else if (!between) {
                take(image.rgb(), 3 * sources[i], rgb, 3 * i);
            }
        }
        jitter.apply(rgb);
        normalise(rgb, sources);
        return rgb;
    }

    /** Without scaling no pixel lies between others: most frames of most recipes. */
    private static boolean areWhole(double[] positions) {
        return Arrays.stream(positions).allMatch(position -> position == Math.rint(position));
    }

    /** Most pictures of most recipes: no colour is computed. */
    private static float[] asTheyAre(byte[] bytes, int[] sources) {
        float[] rgb = new float[3 * sources.length];
        float[] red = NORMALISED[0];
        float[] green = NORMALISED[1];
        float[] blue = NORMALISED[2];
        for (int i = 0, at = 0; i < sources.length; i++, at += 3) {
            int from = 3 * sources[i];
            if (from >= 0) {
                rgb[at] = red[bytes[from] & 0xFF];
                rgb[at + 1] = green[bytes[from + 1] & 0xFF];
                rgb[at + 2] = blue[bytes[from + 2] & 0xFF];
            }
        }
        return rgb;
    }

    private static void take(byte[] bytes, int from, float[] rgb, int at) {
        rgb[at] = (bytes[from] & 0xFF) / 255f;
        rgb[at + 1] = (bytes[from + 1] & 0xFF) / 255f;
        rgb[at + 2] = (bytes[from + 2] & 0xFF) / 255f;
    }

    /** Outside the frame a picture is 0, the mean, whatever was done to its colours. */
    private void normalise(float[] rgb, int[] sources) {
        int stride = 3 * crop.width();
        float[] mean = new float[stride];
        float[] deviation = new float[stride];
        for (int i = 0; i < stride; i++) {
            mean[i] = MEAN[i % 3];
            deviation[i] = DEVIATION[i % 3];
        }
        for (int from = 0; from < rgb.length; from += stride) {
            // A loop that the compiler turns into vectors
            for (int i = 0; i < stride; i++) {
                rgb[from + i] = (rgb[from + i] - mean[i]) / deviation[i];
            }
        }
        for (int i = 0; i < sources.length; i++) {
            if (sources[i] < 0) {
                Arrays.fill(rgb, 3 * i, 3 * i + 3, 0);
            }
        }
    }

    /**
     * Colours between pixels: first along the rows of the frame, each once, then between them.
     *
     * @param left by column where the pixel to the left begins in a row of bytes, and {@code right} that to the right
     * @param share by column how much the right one counts
     */
    private record Bilinear(RgbImage image, int[] left, int[] right, float[] share) {
        Bilinear(RgbImage image, double[] columns) {
            this(image, new int[columns.length], new int[columns.length], new float[columns.length]);
            for (int i = 0; i < columns.length; i++) {
                double x = Math.min(Math.max(columns[i], 0), image.width() - 1);
                int first = (int) x;
                left[i] = 3 * first;
                right[i] = 3 * Math.min(first + 1, image.width() - 1);
                share[i] = (float) (x - first);
            }
        }

        void fill(double[] rows, float[] rgb) {
            int stride = 3 * left.length;
            float[] above = new float[stride];
            float[] below = new float[stride];
            int aboveRow = -1;
            int belowRow = -1;
            for (int row = 0; row < rows.length; row++) {
                double y = Math.min(Math.max(rows[row], 0), image.height() - 1);
                int top = (int) y;
                int bottom = Math.min(top + 1, image.height() - 1);
                if (top == belowRow) {
                    float[] other = above;
                    above = below;
                    below = other;
                    belowRow = aboveRow;
                    aboveRow = top;
                }
                if (top != aboveRow) {
                    along(top, above);
                    aboveRow = top;
                }
                if (bottom != belowRow) {
                    along(bottom, below);
                    belowRow = bottom;
                }
                between(above, below, (float) (y - top), rgb, row * stride);
            }
        }

        private void along(int row, float[] values) {
            byte[] bytes = image.rgb();
            int start = 3 * row * image.width();
            for (int i = 0, at = 0; i < left.length; i++, at += 3) {
                int l = start + left[i];
                int r = start + right[i];
                float b = share[i];
                float a = 1 - b;
                values[at] = a * (bytes[l] & 0xFF) + b * (bytes[r] & 0xFF);
                values[at + 1] = a * (bytes[l + 1] & 0xFF) + b * (bytes[r + 1] & 0xFF);
                values[at + 2] = a * (bytes[l + 2] & 0xFF) + b * (bytes[r + 2] & 0xFF);
            }
        }

        /** A loop that the compiler turns into vectors. */
        private static void between(float[] above, float[] below, float d, float[] rgb, int from) {
            float u = 1 - d;
            for (int i = 0; i < above.length; i++) {
                rgb[from + i] = (u * above[i] + d * below[i]) / 255;
            }
        }
    }

    private static byte[] classes(LabelMap map, int[] sources) {
        byte[] classes = new byte[sources.length];
        for (int i = 0; i < sources.length; i++) {
            classes[i] = sources[i] < 0 ? (byte) LabelMap.IGNORE : map.classes()[sources[i]];
        }
        return classes;
    }

    private float[] depth(float[] metres, int[] sources, double scale) {
        float[] depth = takeOne(metres, sources);
        if (how.scaledDepth() == ScaledDepth.DIVIDE && scale != 1) {
            for (int i = 0; i < depth.length; i++) {
                depth[i] = (float) (depth[i] / scale);
            }
        }
        return depth;
    }

    private float[] normals(float[] xyz, int[] sources, CropPlacement placement) {
        float[] normals = takeThree(xyz, sources);
        for (int i = 0; i < normals.length && placement.mirrored(); i += 3) {
            normals[i] = -normals[i];
        }
        if (how.scaledDepth() == ScaledDepth.DIVIDE && placement.scale() != 1) {
            squeeze(normals, placement.scale());
        }
        return normals;
    }

    /**
     * What becomes of normals when depth is divided by the scale s of the picture. The camera stays the same, with
     * focal length f, so a point (X, Y, Z), which was seen at u = f·X/Z from the principal point, is now seen at s·u
     * with depth Z/s: that is the point (s·u·(Z/s)/f, …, Z/s) = (X, Y, Z/s). The scene is squeezed along the view by
     * the matrix diag(1, 1, 1/s), and normals follow by its inverse transpose diag(1, 1, s): (x, y, z) becomes (x, y,
     * s·z), at length 1. No normal stays none.
     */
    private static void squeeze(float[] normals, double scale) {
        int some = Math.min(SOME, normals.length / 3);
        double[] x = new double[some];
        double[] y = new double[some];
        double[] z = new double[some];
        double[] length = new double[some];
        for (int from = 0; from < normals.length; from += 3 * some) {
            int n = Math.min(some, (normals.length - from) / 3);
            for (int i = 0, at = from; i < n; i++, at += 3) {
                x[i] = normals[at];
                y[i] = normals[at + 1];
                z[i] = normals[at + 2] * scale;
                length[i] = normals[at] * normals[at] + normals[at + 1] * normals[at + 1] + z[i] * z[i];
            }
            // Loops that the compiler turns into vectors; where a normal is none they give what is no number
            for (int i = 0; i < some; i++) {
                length[i] = Math.sqrt(length[i]);
            }
            for (int i = 0; i < some; i++) {
                x[i] /= length[i];
                y[i] /= length[i];
                z[i] /= length[i];
            }
            for (int i = 0, at = from; i < n; i++, at += 3) {
                if (length[i] > 0) {
                    normals[at] = (float) x[i];
                    normals[at + 1] = (float) y[i];
                    normals[at + 2] = (float) z[i];
                }
            }
        }
    }

    private static float[] takeOne(float[] map, int[] sources) {
        float[] taken = new float[sources.length];
        for (int i = 0; i < sources.length; i++) {
            int from = sources[i];
            if (from >= 0) {
                taken[i] = map[from];
            }
        }
        return taken;
    }

    private static float[] takeThree(float[] map, int[] sources) {
        float[] taken = new float[3 * sources.length];
        for (int i = 0, at = 0; i < sources.length; i++, at += 3) {
            int from = 3 * sources[i];
            if (from >= 0) {
                taken[at] = map[from];
                taken[at + 1] = map[from + 1];
                taken[at + 2] = map[from + 2];
            }
        }
        return taken;
    }

    /** Factors on the colours of one frame, applied to values in [0, 1]. */
    record ColourJitter(float brightness, float contrast, float saturation) {
        static ColourJitter draw(SplittableRandom random, AugmentationConfiguration how) {
            return new ColourJitter(
                    factor(random, how.brightness()), factor(random, how.contrast()), factor(random, how.saturation()));
        }

        private static float factor(SplittableRandom random, double jitter) {
            return (float) (1 + jitter * (2 * random.nextDouble() - 1));
        }

        boolean isNone() {
            return brightness == 1 && contrast == 1 && saturation == 1;
        }

        /** Changes {@code rgb}, channels interleaved. */
        void apply(float[] rgb) {
            if (isNone()) {
                return;
            }
            float mean = brightness * meanGrey(rgb);
            for (int i = 0; i < rgb.length; i += 3) {
                float pixelGrey = brightness * grey(rgb, i);
                for (int c = i; c < i + 3; c++) {
                    float saturated = pixelGrey + saturation * (brightness * rgb[c] - pixelGrey);
                    float contrasted = mean + contrast * (saturated - mean);
                    rgb[c] = contrasted < 0 ? 0 : contrasted > 1 ? 1 : contrasted;
                }
            }
        }

        private static float meanGrey(float[] rgb) {
            double sum = 0;
            for (int i = 0; i < rgb.length; i += 3) {
                sum += grey(rgb, i);
            }
            return (float) (sum * 3 / rgb.length);
        }

        /** By the weights of ITU-R BT.601. */
        private static float grey(float[] rgb, int i) {
            return 0.299f * rgb[i] + 0.587f * rgb[i + 1] + 0.114f * rgb[i + 2];
        }
    }
}
