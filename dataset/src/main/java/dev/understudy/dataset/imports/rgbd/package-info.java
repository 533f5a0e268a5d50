/**
 * Sequences of pictures with depth and nothing else: NYUDv2 raw, TUM, 7-Scenes and pairs of folders. Start at
 * {@link dev.understudy.dataset.imports.rgbd.RgbdImport}; a {@code SequenceReader} for each layout finds the frames.
 */
@NullMarked
package dev.understudy.dataset.imports.rgbd;

import org.jspecify.annotations.NullMarked;
