package dev.understudy.labeler.surface;

/**
 * How the surfaces of one frame lie, and what that says of classes.
 *
 * @param cells by pixel, see {@link TiltHeight#cells}
 * @param weight how much it counts against the expert's word; 1 = as much
 */
public record SurfacePrior(int[] cells, TiltHeightPrior prior, double weight) {}
