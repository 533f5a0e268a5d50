package dev.understudy.labeler.surface;

import java.util.List;

/**
 * A frame cut into segments of surface, more and less finely.
 *
 * @param grid the blocks of pixels that were looked at
 * @param partitions of the blocks
 */
public record SurfaceSegments(BlockGrid grid, List<Regions> partitions) {}
