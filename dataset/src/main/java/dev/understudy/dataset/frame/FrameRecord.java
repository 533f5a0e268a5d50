package dev.understudy.dataset.frame;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line of a manifest: where a frame's files are and how to read them. Paths are relative to the manifest's folder
 * and may not leave it; null = not annotated.
 *
 * @param id unique in a manifest, {@code [A-Za-z0-9._/-]+}, no {@code ..} segment
 * @param rgb 8-bit PNG or JPEG
 * @param depth 16-bit PNG; metres = value / depthScale, 0 = no measurement
 * @param segmentation 8-bit PNG (grey or palette) of class indices, 255 = ignore
 * @param normals 8-bit RGB PNG, n = rgb/255·2−1, (128,128,128) = none
 * @param split {@code train}, {@code val}, {@code test} or a name of the user's
 * @param classes name of the class space of {@code segmentation}
 * @param depthScale units per metre; needed when {@code depth} is given
 * @param scene the static place or the recording that the frame belongs to, under the rules of an id; frames of one
 *     scene are not independent of each other; null = not known
 * @param pose camera to world, 4×4, row-major, 16 numbers
 */
@RecordBuilder
public record FrameRecord(
        String id,
        String rgb,
        @Nullable String depth,
        @Nullable String segmentation,
        @Nullable String normals,
        @Nullable String split,
        @Nullable String classes,
        @Nullable Double depthScale,
        @Nullable String scene,
        @Nullable List<Double> pose,
        @Nullable Intrinsics intrinsics)
        implements FrameRecordBuilder.With, Serializable {

    /** A record of a picture alone; what else is known of it is added by name. */
    public static FrameRecordBuilder of(String id, String rgb) {
        return FrameRecordBuilder.builder().id(id).rgb(rgb);
    }

    /** Has depth and no segmentation: what experts are for. */
    public boolean isDepthOnly() {
        return depth != null && segmentation == null;
    }
}
