/**
 * Frames and everything that is stored about them. Start at {@code frame.Frame}, then {@code store.LabelStore}.
 *
 * <p>{@link dev.understudy.files.DataException} is this module's one exception, and the parent of those of the
 * modules that read files of their own.
 */
@NullMarked
package dev.understudy.dataset;

import org.jspecify.annotations.NullMarked;
