package dev.understudy.labeler.filter;

import dev.understudy.conf.Checks;
import dev.understudy.conf.Default;
import dev.understudy.conf.Named;
import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.frame.Frame;
import dev.understudy.labeler.surface.Regions;
import dev.understudy.labeler.surface.SurfacePieces;
import java.util.List;

/**
 * Drops where a label hangs over: an area of one answer that lies on several pieces of surface is dropped on those pieces of
 * which it covers only a small part.
 *
 * @param edges what cuts surfaces apart
 * @param scale how coarse the pieces are; as for a picture of 160×120 and growing with it
 * @param share 0–1; an area that covers less of a piece hangs over
 */
@Named("straddling")
public record Straddling(
        @Default("{}") SurfaceEdges edges,
        @Default("16") double scale,
        @Default("0.2") double share) implements PolicyRecipe {
    private static final double SMALLEST_PIECE = 10;

    public Straddling {
        new Checks().inRange("scale", scale, 0, 1e6).unit("share", share).verify();
    }

    @Override
    public FilterPolicy policy(FilterContext context) {
        return this::drop;
    }

    private Judgement drop(Frame frame, Evidence evidence, Judgement current) {
        SurfacePieces surface = edges.pieces(frame, List.of(scale), SMALLEST_PIECE);
        Regions pieces = surface.grid().enlarged(surface.partitions().get(0));
        Regions areas = Regions.ofLabels(current.width(), current.height(), current.classes());
        Regions parts = Regions.common(areas, pieces);
        boolean[] hangs = new boolean[parts.count()];
        int next = 0;
        for (int pixel = 0; next < hangs.length; pixel++) {
            // Parts are numbered in order of their first pixels, so this is the first of one.
            if (parts.region()[pixel] == next) {
                int size = parts.size()[next];
                boolean alone = size == areas.size()[areas.region()[pixel]];
                hangs[next++] = !alone && size < share * pieces.size()[pieces.region()[pixel]];
            }
        }
        return current.weighed(pixel -> hangs[parts.region()[pixel]] ? 0 : 1);
    }
}
