package dev.understudy.labeler.filter;

import dev.understudy.dataset.evidence.Evidence;
import dev.understudy.dataset.frame.Frame;

/**
 * A frame and what an expert said of it.
 *
 * @param frame without its truth
 * @param evidence of the frame's size, with the planes that were asked for
 */
public record FrameEvidence(Frame frame, Evidence evidence) {}
