package dev.understudy.labeler.filter;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.labeler.surface.Barriers;
import dev.understudy.labeler.surface.Regions;
import dev.understudy.labeler.surface.Segmentation;
import java.util.List;

/**
 * What counts as an edge between surfaces, for the policies that look at geometry.
 *
 * @param depth relative step in depth, or as much of a bend, that makes an edge; 0 = do not look at depth
 * @param colour step in 8-bit RGB that makes an edge, smaller steps counting in part; 0 = do not look at colour
 * @param colourAlone the same where a frame has no depth
 */
public record SurfaceEdges(
        @Default("0.02") double depth,
        @Default("60") double colour,
        @Default("30") double colourAlone) {
    /** Pixels of the picture for which scales and sizes are given; they grow with the picture. */
    private static final double REFERENCE_PIXELS = 160 * 120;

    public SurfaceEdges {
        new Checks()
                .inRange("depth", depth, 0, 10)
                .inRange("colour", colour, 0, 1000)
                .inRange("colourAlone", colourAlone, 0, 1000)
                .verify();
    }

    Barriers barriers(Frame frame) {
        return frame.depth() == null || depth == 0
                ? Barriers.of(frame, 0, colourAlone)
                : Barriers.of(frame, depth, colour);
    }

    /** @param scales and {@code smallest} as for a picture of 160×120 */
    List<Regions> pieces(Frame frame, List<Double> scales, double smallest) {
        double grown = frame.width() * frame.height() / REFERENCE_PIXELS;
        Segmentation segmentation = new Segmentation(barriers(frame));
        return scales.stream()
                .map(scale -> segmentation.pieces(scale * grown, (int) Math.round(smallest * grown)))
                .toList();
    }
}
