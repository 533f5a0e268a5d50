package dev.understudy.dataset.imports.kitti;

import dev.understudy.dataset.imports.kitti.KittiFinder.FoundFile;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/**
 * What belongs together; nothing has been opened yet.
 *
 * @param id without prefix
 * @param scene the drive; null where it is not known
 * @param semantics labels by Cityscapes' ids
 * @param disparity to the right camera, from which {@code depth} is to be made if that is null
 * @param calibration {@code calib_cam_to_cam.txt} of the drive, or the nine numbers of a selected frame
 * @param camera 2 or 3
 */
@RecordBuilder
record KittiFrame(
        String id,
        @Nullable String split,
        @Nullable String scene,
        FoundFile rgb,
        @Nullable FoundFile depth,
        @Nullable FoundFile semantics,
        @Nullable FoundFile disparity,
        @Nullable FoundFile calibration,
        int camera) {}
