/**
 * Manifests made of manifests; the files of the frames stay as they are. {@link dev.understudy.dataset.edit.SplitRun}
 * divides one, {@code MergeRun} puts several together, {@code NormalsRun} adds the normals that {@code DepthNormals}
 * makes of depth.
 */
@NullMarked
package dev.understudy.dataset.edit;

import org.jspecify.annotations.NullMarked;
