package dev.understudy.labeler.repair;

import dev.understudy.labeler.context.CellGrid;
import dev.understudy.labeler.repair.PictureEncoder.PictureFeatures;
import java.util.List;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.EigenDecompositionSymmetric;

/**
 * Principal components of a network's features, each brought to deviation 1. Nothing but pictures is needed to find
 * them.
 *
 * @param kept number of components
 * @param mean [channels]
 * @param directions [channels,kept], the first belonging to the largest variance
 */
record PictureProjection(int kept, float[] mean, float[] directions) {
    private static final double LEAST_VARIANCE = 1e-6;

    PictureProjection {
        if (kept < 1 || kept > mean.length || directions.length != mean.length * kept) {
            throw new IllegalArgumentException(
                    directions.length + " numbers for " + kept + " of " + mean.length + " components");
        }
    }

    /** Sums over places, from which components are found; grows with the channels alone. */
    static final class Sums {
        private final double[] sum;
        private final double[][] products;
        private long places;

        Sums(int channels) {
            sum = new double[channels];
            products = new double[channels][channels];
        }

        void add(PictureFeatures.Map features) {
            int channels = features.channels();
            float[] values = features.values();
            for (int at = 0; at < values.length; at += channels) {
                for (int i = 0; i < channels; i++) {
                    double value = values[at + i];
                    sum[i] += value;
                    for (int j = 0; j <= i; j++) {
                        products[i][j] += value * values[at + j];
                    }
                }
            }
            places += values.length / channels;
        }

        /** @param most components that are kept */
        PictureProjection components(int most) {
            int channels = sum.length;
            int kept = Math.min(most, channels);
            double[][] covariance = new double[channels][channels];
            for (int i = 0; i < channels; i++) {
                for (int j = 0; j <= i; j++) {
                    covariance[i][j] = products[i][j] / places - sum[i] / places * (sum[j] / places);
                    covariance[j][i] = covariance[i][j];
                }
            }
            EigenDecompositionSymmetric eigen =
                    new EigenDecompositionSymmetric(new Array2DRowRealMatrix(covariance, false));
            float[] mean = new float[channels];
            float[] directions = new float[channels * kept];
            for (int i = 0; i < channels; i++) {
                mean[i] = (float) (sum[i] / places);
            }
            for (int component = 0; component < kept; component++) {
                double[] direction = eigen.getEigenvector(component).toArray();
                double scale = 1 / Math.sqrt(Math.max(LEAST_VARIANCE, eigen.getEigenvalue(component)));
                for (int i = 0; i < channels; i++) {
                    directions[i * kept + component] = (float) (direction[i] * scale);
                }
            }
            return new PictureProjection(kept, mean, directions);
        }
    }

    static PictureProjection of(List<PictureFeatures.Map> features, int most) {
        Sums sums = new Sums(features.get(0).channels());
        features.forEach(sums::add);
        return sums.components(most);
    }

    /** [places,kept] the components of every place of a map. */
    float[] project(PictureFeatures.Map features) {
        if (features.channels() != mean.length) {
            throw new IllegalArgumentException(
                    "features of " + features.channels() + " channels, expected " + mean.length);
        }
        int channels = mean.length;
        int places = features.values().length / channels;
        float[] centred = features.values().clone();
        for (int i = 0; i < centred.length; i++) {
            centred[i] -= mean[i % channels];
        }
        float[] components = new float[places * kept];
        Products.multiply(centred, directions, components, places, channels, kept);
        return components;
    }

    /** Writes the components, interpolated at the cells' middles, into a column of each cell's row. */
    void write(PictureFeatures.Map features, CellGrid grid, float[] target, int width, int column) {
        float[] components = project(features);
        Lerp[] across = Lerp.of(grid.columns(), features.columns());
        Lerp[] down = Lerp.of(grid.rows(), features.rows());
        for (int cell = 0; cell < grid.cells(); cell++) {
            Lerp x = across[cell % grid.columns()];
            Lerp y = down[cell / grid.columns()];
            int upper = y.from * features.columns();
            int lower = y.to * features.columns();
            for (int i = 0; i < kept; i++) {
                float above = x.mix(components[(upper + x.from) * kept + i], components[(upper + x.to) * kept + i]);
                float below = x.mix(components[(lower + x.from) * kept + i], components[(lower + x.to) * kept + i]);
                target[cell * width + column + i] = y.mix(above, below);
            }
        }
    }

    /** Writes the components' means over the whole picture into a column of each cell's row. */
    void writeMean(PictureFeatures.Map features, CellGrid grid, float[] target, int width, int column) {
        float[] components = project(features);
        double[] sums = new double[kept];
        for (int i = 0; i < components.length; i++) {
            sums[i % kept] += components[i];
        }
        for (int cell = 0; cell < grid.cells(); cell++) {
            for (int i = 0; i < kept; i++) {
                target[cell * width + column + i] = (float) (sums[i] * kept / components.length);
            }
        }
    }

    /** Between two places of a map, as bilinear interpolation takes them. @param share of {@code to} */
    record Lerp(int from, int to, float share) {
        static Lerp[] of(int targets, int sources) {
            Lerp[] places = new Lerp[targets];
            for (int i = 0; i < targets; i++) {
                double at = Math.min(Math.max((i + 0.5) * sources / targets - 0.5, 0), sources - 1);
                int from = (int) at;
                places[i] = new Lerp(from, Math.min(from + 1, sources - 1), (float) (at - from));
            }
            return places;
        }

        float mix(float a, float b) {
            return a + share * (b - a);
        }
    }
}
