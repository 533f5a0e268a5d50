package dev.understudy.model.inference;

/**
 * How maps change size. Pixel centres are at half-integers ({@code align_corners = false}, as OpenCV does it), samples
 * beyond the edge repeat it, and nothing is blurred first when a map shrinks.
 */
public enum Interpolation {
    BILINEAR(2) {
        @Override
        void weigh(double t, float[] weights, int at) {
            weights[at] = (float) (1 - t);
            weights[at + 1] = (float) t;
        }
    },
    /** Cubic convolution with a = −0.75, the constant of OpenCV and PyTorch. */
    BICUBIC(4) {
        @Override
        void weigh(double t, float[] weights, int at) {
            weights[at] = (float) far(t + 1);
            weights[at + 1] = (float) near(t);
            weights[at + 2] = (float) near(1 - t);
            weights[at + 3] = (float) far(2 - t);
        }
    };

    private static final double A = -0.75;

    private final int taps;

    Interpolation(int taps) {
        this.taps = taps;
    }

    /** Samples that one output value is made of, along one axis. */
    int taps() {
        return taps;
    }

    /** @param t how far the output lies behind the sample before it, 0 ≤ t < 1 */
    abstract void weigh(double t, float[] weights, int at);

    private static double near(double x) {
        return ((A + 2) * x - (A + 3)) * x * x + 1;
    }

    private static double far(double x) {
        return ((A * x - 5 * A) * x + 8 * A) * x - 4 * A;
    }
}
