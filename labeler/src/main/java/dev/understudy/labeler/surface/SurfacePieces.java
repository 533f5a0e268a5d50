package dev.understudy.labeler.surface;

import java.util.List;

/**
 * A frame cut into pieces of surface, more and less finely.
 *
 * @param partitions of the frame's pixels
 * @param voters pixels that are enough to ask what a piece is: one for each that was looked at
 */
public record SurfacePieces(List<Regions> partitions, int[] voters) {}
