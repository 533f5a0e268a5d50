package dev.understudy.evaluation;

import dev.understudy.dataset.frame.Frame;
import dev.understudy.dataset.frame.Prediction;

/** A frame and what was predicted of it. */
public record Answered(Frame frame, Prediction prediction) {}
