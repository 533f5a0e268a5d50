package dev.understudy.scenes;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.image.DepthMap;

/**
 * A rendered frame as the instruments report it, with exact labels and normals.
 *
 * @param frame the frame; its depth has the noise, holes and rows that were asked for
 * @param exactDepth depth without them; the same map when none were asked for
 */
public record RenderedFrame(Frame frame, DepthMap exactDepth) {}
