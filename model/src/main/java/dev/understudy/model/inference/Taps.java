package dev.understudy.model.inference;

/**
 * Which samples make each output position along one axis, and by what weights. With n taps, entries {@code n·i} to
 * {@code n·i + n − 1} belong to output i.
 */
record Taps(int perOutput, int[] index, float[] weight) {
    static Taps of(Interpolation interpolation, int from, int to) {
        return of(interpolation, from, 0, from, to);
    }

    /**
     * Of a part of the input: what lies beside it is never sampled.
     *
     * @param start of the part, in samples; it may lie before the first
     * @param extent of the part; it may end behind the last
     */
    static Taps of(Interpolation interpolation, int from, double start, double extent, int to) {
        int n = interpolation.taps();
        int first = (int) Math.min(Math.max(Math.floor(start), 0), from - 1);
        int last = (int) Math.min(Math.max(Math.ceil(start + extent) - 1, first), from - 1);
        int[] index = new int[n * to];
        float[] weight = new float[n * to];
        double scale = extent / to;
        for (int i = 0; i < to; i++) {
            double position = start + ((i + 0.5) * scale - 0.5);
            if (interpolation == Interpolation.BILINEAR) {
                position = Math.max(position, first);
            }
            int before = (int) Math.floor(position);
            interpolation.weigh(position - before, weight, n * i);
            for (int k = 0; k < n; k++) {
                index[n * i + k] = Math.min(Math.max(before + k - (n / 2 - 1), first), last);
            }
        }
        return new Taps(n, index, weight);
    }
}
