/**
 * The posterior of a static place from all of its views. Frames of one scene are placed in the world by their depth,
 * pose and intrinsics; the experts' evidence of each is pooled in voxels, and read back at every pixel. Start at
 * {@link dev.understudy.labeler.fusion.SceneFusion}.
 *
 * <p>A scene is gone through four times: {@link dev.understudy.labeler.fusion.OccupancyMap} finds out which voxels hold
 * a surface, in how many views and through how many one looks; {@link
 * dev.understudy.labeler.fusion.SceneFusion.FrameTrust} leaves out frames whose depth contradicts the others; {@link
 * dev.understudy.labeler.fusion.PosteriorMap} pools posteriors where two views or more agree on a surface; {@link
 * dev.understudy.labeler.fusion.ReadBack} makes each frame's evidence anew. The first two look at a sample of the
 * pixels, which is kept; evidence and full depth are read when they are needed.
 *
 * <p>Sums are whole numbers and frames are taken in the order of their names, so the same frames give the same bytes in
 * whatever order a manifest lists them. Memory is set by {@link dev.understudy.labeler.fusion.SceneFusion.FusionMemory}
 * before anything is read.
 */
@NullMarked
package dev.understudy.labeler.fusion;

import org.jspecify.annotations.NullMarked;
