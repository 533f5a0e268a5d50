/**
 * KITTI as it is downloaded: raw drives, depth, the depth selection, and semantics. Start at
 * {@link dev.understudy.dataset.imports.kitti.KittiImport}; {@code KittiFinder} knows the layouts.
 */
@NullMarked
package dev.understudy.dataset.imports.kitti;

import org.jspecify.annotations.NullMarked;
