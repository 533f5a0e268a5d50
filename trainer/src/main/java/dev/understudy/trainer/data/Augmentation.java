package dev.understudy.trainer.data;

import dev.understudy.dataset.image.LabelMap;
import dev.understudy.dataset.image.RgbImage;
import dev.understudy.model.inference.InputNormalisation;
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
        Placement placement = Placement.draw(random, how, image.width(), image.height(), crop);
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
        for (int y = 0, i = 0; y < crop.height(); y++) {
            for (int x = 0; x < crop.width(); x++, i++) {
                if (sources[i] < 0) {
                    System.arraycopy(MEAN, 0, rgb, 3 * i, 3);
                } else if (between) {
                    interpolate(image, columns[x], rows[y], rgb, 3 * i);
                } else {
                    take(image.rgb(), 3 * sources[i], rgb, 3 * i);
                }
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
    private static void normalise(float[] rgb, int[] sources) {
        for (int i = 0; i < sources.length; i++) {
            boolean outside = sources[i] < 0;
            for (int c = 0; c < 3; c++) {
                rgb[3 * i + c] = outside ? 0 : (rgb[3 * i + c] - MEAN[c]) / DEVIATION[c];
            }
        }
    }

    private static void interpolate(RgbImage image, double column, double row, float[] rgb, int at) {
        double x = Math.min(Math.max(column, 0), image.width() - 1);
        double y = Math.min(Math.max(row, 0), image.height() - 1);
        int left = (int) x;
        int top = (int) y;
        int right = Math.min(left + 1, image.width() - 1);
        int bottom = Math.min(top + 1, image.height() - 1);
        float b = (float) (x - left);
        float d = (float) (y - top);
        byte[] bytes = image.rgb();
        int upper = top * image.width();
        int lower = bottom * image.width();
        for (int c = 0; c < 3; c++) {
            float above =
                    (1 - b) * (bytes[3 * (upper + left) + c] & 0xFF) + b * (bytes[3 * (upper + right) + c] & 0xFF);
            float below =
                    (1 - b) * (bytes[3 * (lower + left) + c] & 0xFF) + b * (bytes[3 * (lower + right) + c] & 0xFF);
            rgb[at + c] = ((1 - d) * above + d * below) / 255;
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

    private float[] normals(float[] xyz, int[] sources, Placement placement) {
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
        for (int i = 0; i < normals.length; i += 3) {
            double z = normals[i + 2] * scale;
            double length = Math.sqrt(normals[i] * normals[i] + normals[i + 1] * normals[i + 1] + z * z);
            if (length > 0) {
                normals[i] = (float) (normals[i] / length);
                normals[i + 1] = (float) (normals[i + 1] / length);
                normals[i + 2] = (float) (z / length);
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
                    rgb[c] = Math.min(1, Math.max(0, mean + contrast * (saturated - mean)));
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

    /**
     * Where in a frame each pixel of a crop comes from: the frame is scaled, a window of the crop's size laid on it at
     * random, and that perhaps mirrored. Where the scaled frame is smaller than the window it lies somewhere inside.
     *
     * @param scale of the frame
     * @param left of the window on the scaled frame, may be negative
     * @param top of the window
     */
    record Placement(double scale, int left, int top, boolean mirrored) {
        static Placement draw(
                SplittableRandom random, AugmentationConfiguration how, int width, int height, CropSize crop) {
            double scale = how.minScale() + (how.maxScale() - how.minScale()) * random.nextDouble();
            int left = offset(random.nextDouble(), (int) Math.round(width * scale) - crop.width());
            int top = offset(random.nextDouble(), (int) Math.round(height * scale) - crop.height());
            boolean mirrored = random.nextBoolean() && how.mirror();
            return new Placement(scale, left, top, mirrored);
        }

        /** From 0 to {@code room}, which may be negative, both included. */
        private static int offset(double uniform, int room) {
            int steps = (int) (uniform * (Math.abs(room) + 1));
            return room < 0 ? -steps : steps;
        }

        /** The position in the frame, in pixels, of a crop's column. */
        double column(int x, CropSize crop) {
            return position(left + (mirrored ? crop.width() - 1 - x : x));
        }

        /** The position in the frame, in pixels, of a crop's row. */
        double row(int y) {
            return position(top + y);
        }

        private double position(int scaled) {
            return (scaled + 0.5) / scale - 0.5;
        }

        double[] columns(CropSize crop) {
            double[] columns = new double[crop.width()];
            Arrays.setAll(columns, x -> column(x, crop));
            return columns;
        }

        double[] rows(CropSize crop) {
            double[] rows = new double[crop.height()];
            Arrays.setAll(rows, this::row);
            return rows;
        }

        /** For each pixel of the crop the index of the nearest one in a frame of this size, or −1 outside. */
        int[] sources(int frameWidth, int frameHeight, CropSize crop) {
            int[] x = nearest(columns(crop), frameWidth);
            int[] y = nearest(rows(crop), frameHeight);
            int[] sources = new int[crop.area()];
            for (int row = 0, i = 0; row < crop.height(); row++) {
                for (int column = 0; column < crop.width(); column++, i++) {
                    sources[i] = x[column] < 0 || y[row] < 0 ? -1 : y[row] * frameWidth + x[column];
                }
            }
            return sources;
        }

        /** Where in the crop a column of the frame is seen, perhaps beside it: the other way round. */
        double cropColumn(double column, CropSize crop) {
            double x = (column + 0.5) * scale - 0.5 - left;
            return mirrored ? crop.width() - 1 - x : x;
        }

        /** Where in the crop a row of the frame is seen, perhaps above or below it. */
        double cropRow(double row) {
            return (row + 0.5) * scale - 0.5 - top;
        }

        /** For each of {@code positions} the nearest pixel, or −1 where the frame has none. */
        static int[] nearest(double[] positions, int size) {
            int[] nearest = new int[positions.length];
            for (int i = 0; i < positions.length; i++) {
                int pixel = (int) Math.floor(positions[i] + 0.5);
                nearest[i] = pixel >= 0 && pixel < size ? pixel : -1;
            }
            return nearest;
        }
    }
}
