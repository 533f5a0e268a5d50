package dev.understudy.labeler.filter;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.labeler.surface.Distance;

/**
 * Drops the pixels along a border between two answers that has nothing under it: no edge of depth, of normals or of colour
 * near. Borders that follow an edge are left alone.
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
        return current.weighed(pixel -> band[pixel] ? 0 : 1);
    }
}
