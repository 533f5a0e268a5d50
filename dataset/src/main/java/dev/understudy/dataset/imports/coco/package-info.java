/**
 * Labels as the COCO tools keep them, read without trust. Start at {@link
 * dev.understudy.dataset.imports.coco.CocoFile}.
 */
@NullMarked
package dev.understudy.dataset.imports.coco;

import org.jspecify.annotations.NullMarked;
