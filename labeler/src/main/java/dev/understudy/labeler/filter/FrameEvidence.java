package dev.understudy.labeler.filter;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.store.Evidence;

/** A frame, without its truth, and what an expert said of it. */
public record FrameEvidence(Frame frame, Evidence evidence) {}
