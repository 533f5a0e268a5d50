package dev.understudy.labeler.surface;

/**
 * How the surfaces of one frame lie, and what that says of classes.
 *
 * @param cells by pixel, see {@link Lie#cells}
 * @param weight how much it counts against the expert's word; 1 = as much
 */
public record SurfaceLie(int[] cells, LiePrior prior, double weight) {}
