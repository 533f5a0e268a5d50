/**
 * Surface normals from depth. Start at {@link dev.understudy.dataset.normals.DepthNormals}, which does one map;
 * {@code NormalsRun} does a whole manifest.
 */
@NullMarked
package dev.understudy.dataset.normals;

import org.jspecify.annotations.NullMarked;
