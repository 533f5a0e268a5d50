package dev.understudy.trainer.data;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * How frames are varied. A jitter of j multiplies by a factor that is uniform in [1 − j, 1 + j].
 *
 * @param mirror half of all frames, left for right
 * @param minScale the scale of a frame is uniform in [minScale, maxScale]
 * @param scaledDepth what becomes of depth and normals then
 * @param brightness jitter of the pixel values
 * @param contrast jitter of their distance to the frame's mean grey
 * @param saturation jitter of their distance to their own grey
 */
@RecordBuilder
public record AugmentationConfiguration(
        @Default("true") boolean mirror,
        @Default("1") double minScale,
        @Default("1") double maxScale,
        @Default("divide") ScaledDepth scaledDepth,
        @Default("0") double brightness,
        @Default("0") double contrast,
        @Default("0") double saturation)
        implements AugmentationConfigurationBuilder.With {

    /** No variation but the crop's position. */
    public static final AugmentationConfiguration NONE = AugmentationConfigurationBuilder.builder()
            .mirror(false)
            .minScale(1)
            .maxScale(1)
            .scaledDepth(ScaledDepth.DIVIDE)
            .brightness(0)
            .contrast(0)
            .saturation(0)
            .build();

    public AugmentationConfiguration {
        new Checks()
                .inRange("minScale", minScale, 0.1, 10)
                .inRange("maxScale", maxScale, Math.max(0.1, minScale), 10)
                .unit("brightness", brightness)
                .unit("contrast", contrast)
                .unit("saturation", saturation)
                .verify();
    }

    /** What becomes of depth, and of normals with it, when a picture is scaled. */
    public enum ScaledDepth {
        /**
         * Divided by the scale: what appears larger is nearer, and normals are those of the scene that is seen then.
         */
        DIVIDE,
        /** Both left as they are, as the authors' code does. */
        KEEP
    }
}
