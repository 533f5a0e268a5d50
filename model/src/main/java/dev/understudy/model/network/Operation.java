package dev.understudy.model.network;

import dev.understudy.model.engine.Activation;
import dev.understudy.model.engine.FusedConvolution.Geometry;
import org.jspecify.annotations.Nullable;

/** What a node of a {@link Graph} does to its inputs. Names are those of parameters, without the last segment. */
public sealed interface Operation {
    /** The pictures. */
    record Input() implements Operation {}

    /**
     * A square convolution, weight {@code name.weight} [out, in/groups, kernel, kernel], bias {@code name.bias} if it
     * has one.
     */
    record Convolution(
            String name, int in, int out, int kernel, int stride, int padding, int dilation, int groups, boolean bias)
            implements Operation {
        static Convolution pointwise(String name, int in, int out) {
            return new Convolution(name, in, out, 1, 1, 0, 1, 1, false);
        }

        /** Padded by (kernel − 1)/2·dilation. */
        /** How its kernel moves over the picture. */
        public Geometry geometry() {
            return new Geometry(stride, padding, dilation, groups);
        }

        static Convolution square(String name, int in, int out, int kernel, int stride, int dilation) {
            return new Convolution(name, in, out, kernel, stride, kernel / 2 * dilation, dilation, 1, false);
        }

        Convolution depthwise() {
            return new Convolution(name, in, out, kernel, stride, padding, dilation, in, bias);
        }

        Convolution biased() {
            return new Convolution(name, in, out, kernel, stride, padding, dilation, groups, true);
        }

        public String weight() {
            return name + ".weight";
        }

        public @Nullable String biasName() {
            return bias ? name + ".bias" : null;
        }

        /** A depthwise 1×1 convolution is a product by channel, and ten times faster so. */
        public boolean isChannelProduct() {
            return kernel == 1 && groups == in && groups == out && stride == 1 && padding == 0 && !bias;
        }
    }

    /** Parameters {@code name.weight}, {@code .bias}, {@code .running_mean}, {@code .running_var}, each [channels]. */
    record BatchNorm(String name, int channels, double epsilon) implements Operation {}

    record Activate(Activation activation) implements Operation {}

    /** The sum of two inputs. */
    record Add() implements Operation {}

    record MaxPool(int kernel, int stride, int padding) implements Operation {}

    /** Bilinear, to the size of the second input. */
    record UpsampleLike(boolean alignCorners) implements Operation {}

    /** Does something in training only. */
    record Dropout(double rate) implements Operation {}
}
