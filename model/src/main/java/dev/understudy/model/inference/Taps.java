package dev.understudy.model.inference;

/**
 * Which samples make each output position along one axis, and by what weights. With n taps, entries {@code n·i} to
 * {@code n·i + n − 1} belong to output i.
 */
record Taps(int perOutput, int[] index, float[] weight) {
    static Taps of(Interpolation interpolation, int from, int to) {
        int n = interpolation.taps();
        int[] index = new int[n * to];
        float[] weight = new float[n * to];
        double scale = (double) from / to;
        for (int i = 0; i < to; i++) {
            double position = (i + 0.5) * scale - 0.5;
            if (interpolation == Interpolation.BILINEAR) {
                position = Math.max(position, 0);
            }
            int before = (int) Math.floor(position);
            interpolation.weigh(position - before, weight, n * i);
            for (int k = 0; k < n; k++) {
                index[n * i + k] = Math.min(Math.max(before + k - (n / 2 - 1), 0), from - 1);
            }
        }
        return new Taps(n, index, weight);
    }
}
