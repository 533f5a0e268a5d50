package dev.understudy.labeler.fusion;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * A piece of surface, as large as a voxel, that two views or more agree on.
 *
 * @param x metres, in the poses' world, like {@code y} and {@code z}: the mean of what was measured
 * @param nx of the unit normal, towards the cameras; 0, 0, 0 where the depth does not tell
 * @param picture 0xRRGGBB, the mean of what the pictures show
 * @param label class index, or 255
 * @param probability of that class, 0–1
 * @param views that hit the surface
 */
@RecordBuilder
public record MapPoint(
        float x,
        float y,
        float z,
        float nx,
        float ny,
        float nz,
        int picture,
        int label,
        float probability,
        int views) {}
