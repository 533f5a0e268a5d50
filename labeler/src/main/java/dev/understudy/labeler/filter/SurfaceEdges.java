package dev.understudy.labeler.filter;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.labeler.surface.Barriers;
import dev.understudy.labeler.surface.CoarseFrame;
import dev.understudy.labeler.surface.Distance;
import dev.understudy.labeler.surface.Regions;
import dev.understudy.labeler.surface.SurfaceSegmentation;
import dev.understudy.labeler.surface.SurfaceSegments;
import java.util.List;

/**
 * What counts as an edge between surfaces, for the policies that look at geometry.
 *
 * @param depth relative step in depth, or as much of a bend, that makes an edge; 0 = do not look at depth
 * @param colour step in 8-bit RGB that makes an edge, smaller steps counting in part; 0 = do not look at colour
 * @param colourAlone the same where a frame has no depth
 * @param longest large frames are shrunk by a whole factor to look for edges, but their longer side not below this;
 *     100000 = look at every pixel
 */
public record SurfaceEdges(
        @Default("0.02") double depth,
        @Default("60") double colour,
        @Default("30") double colourAlone,
        @Default("" + CoarseFrame.LONGEST) int longest) {
    /** Pixels of the picture for which scales and sizes are given; they grow with the picture. */
    private static final double REFERENCE_PIXELS = 160 * 120;

    public SurfaceEdges {
        new Checks()
                .inRange("depth", depth, 0, 10)
                .inRange("colour", colour, 0, 1000)
                .inRange("colourAlone", colourAlone, 0, 1000)
                .inRange("longest", longest, 1, 100000)
                .verify();
    }

    /**
     * By pixel whether an edge runs at most {@code reach} pixels from it, rounded up to blocks where a frame is shrunk.
     */
    boolean[] near(Frame frame, int reach) {
        CoarseFrame coarse = CoarseFrame.of(frame, longest);
        Barriers barriers = barriers(coarse);
        int blocks = (reach + coarse.grid().factor() - 1) / coarse.grid().factor();
        return coarse.grid().enlarged(Distance.within(barriers.at(1), barriers.width(), barriers.height(), blocks));
    }

    /** @param scales and {@code smallest} as for a picture of 160×120 */
    SurfaceSegments segments(Frame frame, List<Double> scales, double smallest) {
        CoarseFrame coarse = CoarseFrame.of(frame, longest);
        Barriers barriers = barriers(coarse);
        double grown = barriers.width() * barriers.height() / REFERENCE_PIXELS;
        SurfaceSegmentation segmentation = new SurfaceSegmentation(barriers);
        List<Regions> partitions = scales.stream()
                .map(scale -> segmentation.segments(scale * grown, (int) Math.round(smallest * grown)))
                .toList();
        return new SurfaceSegments(coarse.grid(), partitions);
    }

    private Barriers barriers(CoarseFrame frame) {
        return frame.depth() == null || depth == 0
                ? Barriers.of(frame, 0, colourAlone)
                : Barriers.of(frame, depth, colour);
    }
}
