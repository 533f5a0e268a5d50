package dev.understudy.labeler.fusion;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;
import java.util.List;

/**
 * What became of a scene.
 *
 * @param scene its name
 * @param frames in all
 * @param fused frames that are in the map
 * @param withoutPose frames without a pose that is a rigid motion, or without intrinsics
 * @param withoutDepth frames without depth, or with one that cannot be read
 * @param leftOut ids of the frames whose depth contradicts the map; like those without pose or depth they keep what
 *     they had
 * @param parts that the scene was cut into, so that its map would fit into memory
 * @param voxels of the maps, in which a surface was hit
 * @param shared voxels that two views or more agree on
 * @param pixels of all frames
 * @param fusedPixels whose posterior other views have a part in
 */
@RecordBuilder
public record SceneReport(
        String scene,
        int frames,
        int fused,
        int withoutPose,
        int withoutDepth,
        List<String> leftOut,
        int parts,
        long voxels,
        long shared,
        long pixels,
        long fusedPixels)
        implements SceneReportBuilder.With, Serializable {
    public SceneReport {
        leftOut = List.copyOf(leftOut);
    }
}
