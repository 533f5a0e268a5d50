package dev.understudy.scenes;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a rendering left on disk.
 *
 * @param manifest all frames; those that hide their labels have no segmentation there
 * @param truth the same frames that hide their labels, with labels and exact depth, for judging; null if there are none
 * @param frames in the manifest
 * @param seconds from start to end
 */
public record RenderSummary(Path manifest, @Nullable Path truth, int frames, double seconds) {}
