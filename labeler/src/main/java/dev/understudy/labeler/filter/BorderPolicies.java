package dev.understudy.labeler.filter;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.labeler.surface.Distance;
import dev.understudy.labeler.surface.Regions;
import dev.understudy.labeler.surface.SegmentParts;
import dev.understudy.labeler.surface.SurfaceSegments;
import java.util.List;

/** Policies that look at the borders between answers, and at regions as a whole. */
public final class BorderPolicies {
    private BorderPolicies() {}

    /**
     * Drops the pixels near where two answers meet, as labels are least sure there.
     *
     * @param width pixels on each side, diagonals counting as one; 0 drops nothing
     */
    @Named("boundary-band")
    public record BoundaryBand(@Default("2") int width) implements PolicyRecipe {
        public BoundaryBand {
            new Checks().inRange("width", width, 0, 1000).verify();
        }

        @Override
        public FilterPolicy policy(FilterContext context) {
            return (frame, evidence, current) -> {
                boolean[] band = Distance.within(
                        Distance.borders(current.width(), current.classes()),
                        current.width(),
                        current.height(),
                        width - 1);
                return current.without(band);
            };
        }
    }

    /**
     * Drops specks: four-connected areas of one kept class that are too small.
     *
     * @param pixels the smallest area that is kept
     */
    @Named("small-regions")
    public record SmallRegions(@Default("64") int pixels) implements PolicyRecipe {
        public SmallRegions {
            new Checks().atLeast("pixels", pixels, 0).verify();
        }

        @Override
        public FilterPolicy policy(FilterContext context) {
            return (frame, evidence, current) -> {
                Regions regions = Regions.ofLabels(
                        current.width(),
                        current.height(),
                        current.kept().labels().classes());
                return current.weighed(pixel -> regions.size()[regions.region()[pixel]] < pixels ? 0 : 1);
            };
        }
    }

    /**
     * Drops the pixels along a border between two answers that has nothing under it: no edge of depth, of normals or of
     * colour near. Borders that follow an edge are left alone.
     *
     * @param edges what counts as an edge
     * @param tolerance how many pixels a border may be off its edge
     * @param width how many pixels are dropped on each side
     */
    @Named("label-edges")
    public record LabelEdges(
            @Default("{}") SurfaceEdges edges,
            @Default("2") int tolerance,
            @Default("2") int width) implements PolicyRecipe {
        public LabelEdges {
            new Checks()
                    .inRange("tolerance", tolerance, 0, 1000)
                    .inRange("width", width, 0, 1000)
                    .verify();
        }

        @Override
        public FilterPolicy policy(FilterContext context) {
            return this::drop;
        }

        private Judgement drop(Frame frame, Evidence evidence, Judgement current) {
            int columns = current.width();
            int rows = current.height();
            boolean[] founded = edges.near(frame, tolerance);
            boolean[] baseless = Distance.borders(columns, current.classes());
            for (int pixel = 0; pixel < baseless.length; pixel++) {
                baseless[pixel] &= !founded[pixel];
            }
            boolean[] band = Distance.within(baseless, columns, rows, width - 1);
            return current.without(band);
        }
    }

    /**
     * Drops where a label hangs over: an area of one answer that lies on several segments of surface is dropped on
     * those segments of which it covers only a small part.
     *
     * @param edges what cuts surfaces apart
     * @param scale how coarse the segments are; as for a picture of 160×120 and growing with it
     * @param share 0–1; an area that covers less of a segment hangs over
     */
    @Named("straddling")
    public record Straddling(
            @Default("{}") SurfaceEdges edges,
            @Default("16") double scale,
            @Default("0.2") double share) implements PolicyRecipe {
        private static final double SMALLEST_SEGMENT = 10;

        public Straddling {
            new Checks().inRange("scale", scale, 0, 1e6).unit("share", share).verify();
        }

        @Override
        public FilterPolicy policy(FilterContext context) {
            return this::drop;
        }

        private Judgement drop(Frame frame, Evidence evidence, Judgement current) {
            SurfaceSegments surface = edges.segments(frame, List.of(scale), SMALLEST_SEGMENT);
            return current.without(
                    SegmentParts.of(surface.grid(), surface.partitions().get(0), current.classes())
                            .overhanging(share));
        }
    }
}
