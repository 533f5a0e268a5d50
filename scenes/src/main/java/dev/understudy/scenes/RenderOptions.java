package dev.understudy.scenes;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.scenes.sensor.ColourSensor;
import dev.understudy.scenes.sensor.DepthSensor;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * What to render, and through which instruments.
 *
 * @param scene the kind of place
 * @param width pixels, 16–4096
 * @param height pixels, 16–4096
 * @param seed decides everything; the same seed gives the same bytes
 * @param viewsPerPlace frames of one room or street before the next
 * @param sequence neighbouring frames are close steps of one camera path, instead of views spread along it
 * @param rgbNoise noise of the picture; 1 = a webcam indoors, 0 = none
 * @param depthNoise noise of the depth, see {@link DepthSensor}; 0 = exact
 * @param depthHoles how readily depth fails, 0–1; 0 = never
 * @param scanRows rows of a laser scanner; 0 = depth at every pixel
 */
@RecordBuilder
public record RenderOptions(
        @Default("rooms") SceneKind scene,
        @Default("160") int width,
        @Default("120") int height,
        @Default("1") long seed,
        @Default("4") int viewsPerPlace,
        @Default("false") boolean sequence,
        @Default("1") double rgbNoise,
        @Default("0") double depthNoise,
        @Default("0") double depthHoles,
        @Default("0") int scanRows)
        implements RenderOptionsBuilder.With {
    public RenderOptions {
        new Checks()
                .inRange("width", width, 16, 4096)
                .inRange("height", height, 16, 4096)
                .inRange("viewsPerPlace", viewsPerPlace, 1, 1_000_000)
                .inRange("rgbNoise", rgbNoise, 0, 20)
                .inRange("depthNoise", depthNoise, 0, 20)
                .unit("depthHoles", depthHoles)
                .inRange("scanRows", scanRows, 0, 4096)
                .verify();
    }

    /** Exact depth, ordinary picture noise, four views a place. */
    public static RenderOptions of(SceneKind scene, int width, int height, long seed) {
        return new RenderOptions(scene, width, height, seed, 4, false, 1, 0, 0, 0);
    }

    ColourSensor colourSensor() {
        return new ColourSensor(rgbNoise);
    }

    DepthSensor depthSensor() {
        return new DepthSensor(depthNoise, depthHoles, scanRows);
    }
}
