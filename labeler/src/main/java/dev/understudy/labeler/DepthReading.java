package dev.understudy.labeler;

import dev.understudy.model.external.NetworkOutputs.DepthKind;

/** How a network's value becomes metres; 0 = it has none. */
@FunctionalInterface
public interface DepthReading {
    /** What our own networks say; some of them say it with the wrong sign. */
    DepthReading MAGNITUDE = Math::abs;

    float metres(float value);

    static DepthReading of(DepthKind kind) {
        if (kind instanceof DepthKind.Inverse inverse) {
            return value -> {
                double inMetres = inverse.scale() * value + inverse.shift();
                return inMetres > 1 / MOST_METRES ? (float) (1 / inMetres) : 0;
            };
        }
        return value -> Math.max(0, value);
    }

    /** Farther than this nothing is measured, and inverse depths are noise. */
    double MOST_METRES = 10_000;
}
