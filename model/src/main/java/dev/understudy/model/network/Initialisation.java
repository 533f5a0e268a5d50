package dev.understudy.model.network;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/**
 * Fresh weights, a function of seed, name and shape alone. Encoder convolutions are Kaiming normal over fan-in (√(2 /
 * fan-in)), as batch-norm or residual blocks want; the decoder's, which nothing normalises, are uniform in ±1/√fan-in,
 * PyTorch's own default. Biases are 0 and batch-norm is the identity.
 */
record Initialisation(long seed, Predicate<String> encoder) {
    float[] values(ParameterSpec spec) {
        float[] values = new float[(int) spec.shape().size()];
        switch (spec.type()) {
            case WEIGHT -> fill(values, spec);
            case GAMMA, RUNNING_VAR -> Arrays.fill(values, 1);
            default -> Arrays.fill(values, 0);
        }
        return values;
    }

    private void fill(float[] values, ParameterSpec spec) {
        SplittableRandom random =
                new SplittableRandom(seed * 0x9E3779B97F4A7C15L ^ spec.name().hashCode());
        double fanIn = (double) values.length / spec.shape().get(0);
        boolean normal = encoder.test(spec.name());
        double scale = Math.sqrt((normal ? 2 : 1) / fanIn);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (scale * (normal ? random.nextGaussian() : 2 * random.nextDouble() - 1));
        }
    }
}
