package dev.understudy.labeler.filter;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.store.Evidence;

/**
 * A frame and what an expert said of it.
 *
 * @param frame without its truth
 * @param evidence of the frame's size, with the planes that were asked for
 */
public record FrameEvidence(Frame frame, Evidence evidence) {}
